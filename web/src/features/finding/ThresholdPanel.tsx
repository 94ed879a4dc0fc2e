import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Finding, ThresholdScope } from "../../api/loop";
import { nameOf } from "../../i18n/names";
import { Panel } from "../../ui/Panel";
import { ruleParams } from "../loop/names";
import { useFact } from "../loop/useFact";

/** Where a threshold comes from, in words. */
export function useScopeText() {
  const { t } = useTranslation();
  return (scope: ThresholdScope): string => {
    const name =
      scope.scope === "sku"
        ? [scope.sku, scope.store].filter(Boolean).join(" · ")
        : "name" in scope
          ? scope.name
          : "";
    return t(`rules.scope_of.${scope.scope}`, { name });
  };
}

/** The limits that were crossed, and who set them. */
export function ThresholdPanel({ finding }: { finding: Finding }) {
  const { t, i18n } = useTranslation();
  const fact = useFact(finding.monthly.currency);
  const scopeText = useScopeText();
  if (finding.thresholds.length === 0) return null;
  return (
    <Panel
      title={t("finding.thresholds")}
      actions={
        <Link to="/rules/$family/$name" params={ruleParams(finding.rule)}>
          {t("finding.change_thresholds")}
        </Link>
      }
    >
      <div className="panel-body">
        <table className="plain">
          <tbody>
            {finding.thresholds.map((one) => (
              <tr key={`${one.rule}.${one.name}`}>
                <th scope="row">
                  {nameOf(one.says, i18n.language) || one.name}
                  <br />
                  <span className="mut sm">{scopeText(one.scope)}</span>
                </th>
                <td className="num">
                  <b>{fact(one.unit, one.value)}</b>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
