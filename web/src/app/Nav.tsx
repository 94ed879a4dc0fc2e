import { Link } from "@tanstack/react-router";
import { Ship } from "lucide-react";
import { useTranslation } from "react-i18next";
import { PAGES } from "./pages";
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
        {PAGES.map((page) => (
          <Link
            key={page.id}
            to={page.path}
            activeOptions={{ exact: page.path === "/", includeSearch: false }}
            aria-label={t(`nav.${page.id}`)}
            title={t(`nav.${page.id}`)}
          >
            <page.icon size={15} strokeWidth={1.75} aria-hidden />
            <span>{t(`nav.${page.id}`)}</span>
          </Link>
        ))}
      </div>
      <div className="side-foot mut sm">
        {session?.demo && <div>{t("app.demo")}</div>}
        <div>{session?.version}</div>
      </div>
    </nav>
  );
}
