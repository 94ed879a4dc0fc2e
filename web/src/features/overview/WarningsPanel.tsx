import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import { useScope } from "../../app/useScope";
import { sum } from "../../format/decimal";
import { useFormat } from "../../format/useFormat";
import { Panel } from "../../ui/Panel";
import { Failed } from "../../ui/States";
import { useQuarantine } from "../data/quarantine/useQuarantine";

interface Warning {
  id: string;
  count: number;
  to: string;
  search?: Record<string, string>;
  money?: Record<string, string>;
}

function addUp(parts: Record<string, string>[]): Record<string, string> {
  const total: Record<string, string> = {};
  for (const part of parts) {
    for (const [currency, amount] of Object.entries(part)) {
      total[currency] = sum([total[currency] ?? "0", amount]);
    }
  }
  return total;
}

function useWarnings() {
  const { scope } = useScope();
  const question = { as_of: scope.as_of };
  const statements = useQuery({
    queryKey: ["reconcile", question],
    queryFn: () => calls.reconcile(question),
  });
  const quarantine = useQuarantine();
  const unpaired = useQuery({ queryKey: ["unpaired"], queryFn: calls.unpaired });

  const open = statements.data?.statements.filter(({ state }) => state === "differs") ?? [];
  const unknown = quarantine.data?.fee_types ?? [];
  const lonely = unpaired.data?.unpaired ?? [];
  const all: Warning[] = [
    {
      id: "unbalanced",
      count: open.length,
      to: "/reconcile",
      money: addUp(open.map((one) => ({ [one.currency]: one.difference ?? "0" }))),
    },
    {
      id: "unclassified",
      count: unknown.length,
      to: "/data",
      search: { tab: "quarantine" },
      money: addUp(unknown.map((one) => one.amounts)),
    },
    { id: "unpaired", count: lonely.length, to: "/products", search: { tab: "unpaired" } },
  ];
  return {
    warnings: all.filter((warning) => warning.count > 0),
    checked: Boolean(statements.data && quarantine.data && unpaired.data),
    failed: [statements, quarantine, unpaired].find(({ isError }) => isError),
  };
}

/** What keeps the figures from being whole, with a way to each. */
export function WarningsPanel() {
  const { t } = useTranslation();
  const format = useFormat();
  const { warnings, checked, failed } = useWarnings();
  return (
    <Panel title={t("overview.checks")}>
      {failed && <Failed error={failed.error} retry={() => void failed.refetch()} />}
      <ul className="checks">
        {warnings.map((warning) => (
          <li key={warning.id}>
            <span className="tag look">
              <Link to={warning.to} search={warning.search}>
                {t(`overview.check_${warning.id}`, {
                  count: warning.count,
                  shown: format.number(warning.count),
                })}
              </Link>
            </span>
            <span className="num mut">{format.amounts(warning.money ?? {})}</span>
          </li>
        ))}
        {checked && warnings.length === 0 && (
          <li>
            <span className="tag good">{t("overview.all_good")}</span>
          </li>
        )}
      </ul>
    </Panel>
  );
}
