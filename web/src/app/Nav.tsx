import { Link } from "@tanstack/react-router";
import { Ship } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ChapterNav } from "./ChapterNav";
import { PAGE_GROUPS, type Page } from "./pages";
import { useSession } from "./useSession";

function Group({ pages }: { pages: readonly Page[] }) {
  const { t } = useTranslation();
  return (
    <ul className="nav-group">
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
  );
}

/** Work and figures first, then the chapters, then what all of it rests on. */
export function Nav() {
  const { t } = useTranslation();
  const session = useSession().data;
  const [work, figures, ...rest] = PAGE_GROUPS;
  return (
    <nav className="side" aria-label={t("nav.label")}>
      <div className="logo">
        <Ship size={18} aria-hidden />
        <span>{t("app.name")}</span>
      </div>
      <div className="nav">
        {work && <Group pages={work} />}
        {figures && <Group pages={figures} />}
        <ChapterNav />
        {rest.map((pages) => (
          <Group key={pages[0]?.id} pages={pages} />
        ))}
      </div>
      <div className="side-foot mut sm">
        {session?.demo && <div>{t("app.demo")}</div>}
        <div>{session?.version}</div>
      </div>
    </nav>
  );
}
