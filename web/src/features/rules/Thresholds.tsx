import { Button, Popconfirm } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Rule, RuleThreshold } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useSaving } from "../../app/useSaving";
import { useScope } from "../../app/useScope";
import { useMay } from "../../app/useSession";
import { nameOf } from "../../i18n/names";
import { Panel } from "../../ui/Panel";
import { useScopeText } from "../finding/ThresholdPanel";
import { useFact } from "../loop/useFact";
import { ThresholdDialog } from "./ThresholdDialog";

interface RowsProps {
  rule: Rule;
  threshold: RuleThreshold;
  mayEdit: boolean;
  edit(): void;
}

function Rows({ rule, threshold, mayEdit, edit }: RowsProps) {
  const { t, i18n } = useTranslation();
  const { choices } = useScope();
  const fact = useFact(choices?.reporting_currency ?? "USD");
  const scopeText = useScopeText();
  const { save } = useSaving(calls.dropThreshold);
  return (
    <>
      <tr>
        <th scope="row">
          {nameOf(threshold.says, i18n.language) || threshold.name}
          <div className="mut sm">
            <code>:{threshold.name}</code> · {threshold.source}
          </div>
        </th>
        <td>{t("rules.scope_of.rule", { name: "" })}</td>
        <td className="num">
          <b>{fact(threshold.unit, threshold.value)}</b>
        </td>
        <td>
          {mayEdit && (
            <Button
              size="small"
              onClick={edit}
              aria-label={t("rules.set_of", { name: threshold.name })}
            >
              {t("rules.set")}
            </Button>
          )}
        </td>
      </tr>
      {threshold.overrides.map((one) => (
        <tr key={JSON.stringify(one.scope)}>
          <td />
          <td>
            {scopeText(one.scope)}
            {one.who && <div className="mut sm">{one.who}</div>}
          </td>
          <td className="num">
            <b>{fact(threshold.unit, one.value)}</b>
          </td>
          <td>
            {mayEdit && (
              <Popconfirm
                title={t("rules.drop_sure")}
                okText={t("action.remove")}
                cancelText={t("action.cancel")}
                onConfirm={() => save(rule.id, threshold.name, one.scope)}
              >
                <Button size="small" type="text">
                  {t("action.remove")}
                </Button>
              </Popconfirm>
            )}
          </td>
        </tr>
      ))}
    </>
  );
}

/** The limits of a rule: as its file says, and as the company set them for a SKU, category or store. */
export function Thresholds({ rule }: { rule: Rule }) {
  const { t } = useTranslation();
  const mayEdit = useMay("edit");
  const [editing, setEditing] = useState<RuleThreshold | null>(null);
  return (
    <Panel title={t("rules.thresholds")} sub={t("rules.thresholds_says")}>
      <div className="panel-body">
        {rule.thresholds.length === 0 ? (
          <p className="mut">{t("rules.no_thresholds")}</p>
        ) : (
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t("rules.threshold")}</th>
                <th scope="col" className="holds">
                  {t("rules.holds_for")}
                </th>
                <th scope="col" className="num">
                  {t("rules.value")}
                </th>
                <th scope="col">
                  <span className="visually-hidden">{t("rules.set")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rule.thresholds.map((threshold) => (
                <Rows
                  key={threshold.name}
                  rule={rule}
                  threshold={threshold}
                  mayEdit={mayEdit}
                  edit={() => setEditing(threshold)}
                />
              ))}
            </tbody>
          </table>
        )}
      </div>
      {editing && (
        <ThresholdDialog rule={rule} threshold={editing} close={() => setEditing(null)} />
      )}
    </Panel>
  );
}
