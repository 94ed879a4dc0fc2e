import { useQuery } from "@tanstack/react-query";
import { Button, Popconfirm } from "antd";
import { Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import { useSaving } from "../../../app/useSaving";
import { useMay } from "../../../app/useSession";
import { Await } from "../../../ui/States";

/** The tables this company has mapped. */
export function SavedMappings() {
  const { t } = useTranslation();
  const mayEdit = useMay("edit");
  const query = useQuery({ queryKey: ["mappings"], queryFn: calls.mappings });
  const { save: remove } = useSaving(calls.removeMapping);
  return (
    <Await query={query} height={60}>
      {({ mappings }) =>
        mappings.length > 0 && (
          <section className="mapping">
            <h2>{t("mapping.list")}</h2>
            <ul>
              {mappings.map((one) => (
                <li key={one.id} className="row">
                  <details className="mapping-saved">
                    <summary>
                      {one.id} <span className="mut sm">{one.path}</span>
                    </summary>
                    <pre className="mono">{one.definition_toml}</pre>
                  </details>
                  {mayEdit && (
                    <Popconfirm
                      title={t("mapping.remove", { name: one.id })}
                      okText={t("action.remove")}
                      cancelText={t("action.cancel")}
                      onConfirm={() => remove(one.id)}
                    >
                      <Button
                        size="small"
                        type="text"
                        icon={<Trash2 size={13} />}
                        aria-label={`${t("action.remove")} ${one.id}`}
                      />
                    </Popconfirm>
                  )}
                </li>
              ))}
            </ul>
          </section>
        )
      }
    </Await>
  );
}
