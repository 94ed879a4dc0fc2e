import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import { Await } from "../../../ui/States";

/** In every table, before and after its own. */
const EVERYWHERE = ["store", "container", "definition", "raw", "row"];

interface NameProps {
  name: string;
  type?: string;
  insert(name: string): void;
}

function Name({ name, type, insert }: NameProps) {
  return (
    <li>
      <button type="button" onClick={() => insert(name)}>
        <code>{name}</code>
      </button>
      <span className="mut sm">{type}</span>
    </li>
  );
}

/** The tables that can be asked and their columns; a click puts the name into the question. */
export function Schema({ insert }: { insert(name: string): void }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["mapping-tables"], queryFn: calls.mappingTables });
  return (
    <section className="sql-schema" aria-label={t("sql.tables")}>
      <h2>{t("sql.tables")}</h2>
      <Await query={query} height={120}>
        {({ tables }) => (
          <div className="sql-tables">
            {tables.map(({ name, columns }) => (
              <details key={name}>
                <summary>
                  <code>{name}</code> <span className="mut sm">{t(`table.${name}`)}</span>
                </summary>
                <ul>
                  {columns.map(({ name: column, as }) => (
                    <Name
                      key={column}
                      name={column}
                      type={t(`mapping.type.${as}`, { defaultValue: as })}
                      insert={insert}
                    />
                  ))}
                </ul>
              </details>
            ))}
            <details>
              <summary>{t("sql.everywhere")}</summary>
              <ul>
                {EVERYWHERE.map((column) => (
                  <Name key={column} name={column} insert={insert} />
                ))}
              </ul>
            </details>
          </div>
        )}
      </Await>
    </section>
  );
}
