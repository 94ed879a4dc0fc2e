import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Change, Effect } from "../../api/loop";
import { useMay } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { whoName } from "../../i18n/names";
import { Panel } from "../../ui/Panel";
import { DeclareDialog } from "../effects/DeclareDialog";
import { EffectVerdict } from "../effects/EffectVerdict";
import { useKindName, whatOf } from "./kinds";

interface ChangeTableProps {
  changes: Change[];
  effects: Effect[];
}

/** What was changed, from what to what, by whom; and what it did. */
export function ChangeTable({ changes, effects }: ChangeTableProps) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const kindName = useKindName();
  const mayWork = useMay("work");
  const [declaring, setDeclaring] = useState<Change | null>(null);
  const effectOf = useMemo(
    () => new Map(effects.map((effect) => [effect.change.id, effect])),
    [effects],
  );
  const sorted = changes.toSorted((left, right) => right.at.localeCompare(left.at));
  return (
    <Panel title={t("sku.changes")}>
      <div className="panel-body">
        {sorted.length === 0 ? (
          <p className="mut">{t("sku.no_changes")}</p>
        ) : (
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t("change.day")}</th>
                <th scope="col">{t("field.kind")}</th>
                <th scope="col">{t("change.what")}</th>
                <th scope="col">{t("change.from_to")}</th>
                <th scope="col">{t("field.who")}</th>
                <th scope="col">{t("change.effect")}</th>
              </tr>
            </thead>
            <tbody>
              {sorted.map((change) => {
                const effect = effectOf.get(change.id);
                return (
                  <tr key={change.id}>
                    <td>{format.day(change.at)}</td>
                    <td>{kindName(change.kind)}</td>
                    <td>{whatOf(change, i18n.language)}</td>
                    <td>
                      {change.before || change.after
                        ? `${change.before ?? "—"} → ${change.after ?? "—"}`
                        : "—"}
                    </td>
                    <td>
                      {whoName(change.who, t)}{" "}
                      <span className="mut sm">{t(`change.source.${change.source}`)}</span>
                    </td>
                    <td>
                      {effect ? (
                        <Link to="/effects/$id" params={{ id: String(effect.id) }}>
                          <EffectVerdict effect={effect} />
                        </Link>
                      ) : (
                        mayWork && (
                          <Button size="small" onClick={() => setDeclaring(change)}>
                            {t("change.measure")}
                          </Button>
                        )
                      )}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        )}
      </div>
      {declaring && <DeclareDialog change={declaring} close={() => setDeclaring(null)} />}
    </Panel>
  );
}
