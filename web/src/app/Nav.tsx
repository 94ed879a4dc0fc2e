import { Link } from "@tanstack/react-router";
import { Ship } from "lucide-react";
import { useTranslation } from "react-i18next";
import { PAGE_GROUPS } from "./pages";
import { useSession } from "./useSession";

export function Nav() {
  const { t } = useTranslation();
  const session = useSession().data;
  return (
    <nav className="side" aria-label={t("nav.label")}>
      <div className="logo">
        <Ship size={18} aria-hidden />
        <span>{t("app.name")}</span>
      </div>
      <div className="nav">
        {PAGE_GROUPS.map((pages) => (
          <ul key={pages[0]?.id} className="nav-group">
            {pages.map((page) => (
              <li key={page.id}>
                <Link
                  to={page.path}
                  activeOptions={{ exact: page.path === "/", includeSearch: false }}
                  aria-label={t(`nav.${page.id}`)}
                  title={t(`nav.${page.id}`)}
                >
                  <page.icon size={15} strokeWidth={1.75} aria-hidden />
                  <span>{t(`nav.${page.id}`)}</span>
                </Link>
              </li>
            ))}
          </ul>
        ))}
      </div>
      <div className="side-foot mut sm">
        {session?.demo && <div>{t("app.demo")}</div>}
        <div>{session?.version}</div>
      </div>
    </nav>
  );
}
