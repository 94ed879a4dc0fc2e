import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import { useScope } from "../../app/useScope";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { Panel } from "../../ui/Panel";
import { Await } from "../../ui/States";
import { ImportState } from "../data/ImportState";

const SHOWN = 6;

/** What came in last, and to which day the facts reach. */
export function FreshnessPanel() {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { choices } = useScope();
  const query = useQuery({ queryKey: ["imports", "newest"], queryFn: () => calls.imports() });
  return (
    <Panel
      title={t("overview.newest")}
      sub={t("overview.data_to", { day: format.day(choices?.last_day) })}
      actions={<Link to="/data">{t("overview.all_imports")}</Link>}
    >
      <Await query={query} height={120}>
        {({ imports }) => (
          <ul className="newest">
            {imports.slice(0, SHOWN).map((one) => (
              <li key={one.id}>
                <Link to="/data" search={{ import: one.id }} className="newest-name">
                  {one.file_name}
                </Link>
                <span className="mut newest-kind">
                  {nameOf(one.definition_name, i18n.language) || t("data.not_recognised")}
                </span>
                <span className="mut">{one.store}</span>
                <span className="num">
                  {t("grid.rows", { count: one.rows, shown: format.number(one.rows) })}
                </span>
                <ImportState of={one} />
              </li>
            ))}
          </ul>
        )}
      </Await>
    </Panel>
  );
}
