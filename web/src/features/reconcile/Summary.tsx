import { useTranslation } from "react-i18next";
import type { Statement } from "../../api/types";
import { isZero, sum } from "../../format/decimal";
import { useFormat } from "../../format/useFormat";
import "./reconcile.css";

const STATES: Statement["state"][] = ["differs", "no_control", "balanced"];

function byCurrency(statements: Statement[], of: (one: Statement) => string | null | undefined) {
  const totals = new Map<string, string>();
  for (const one of statements) {
    const amount = of(one);
    if (amount && !isZero(amount)) {
      totals.set(one.currency, sum([totals.get(one.currency) ?? "0", amount]));
    }
  }
  return Object.fromEntries(totals);
}

/** How many add up, and the money that does not. */
export function Summary({ statements }: { statements: Statement[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const money = (of: (one: Statement) => string | null | undefined) =>
    format.amounts(byCurrency(statements, of));
  const figures = [
    ...STATES.map((state) => {
      const found = statements.filter((one) => one.state === state);
      const more = state === "differs" ? money((one) => one.difference) : "";
      return { id: state, value: format.number(found.length), more, count: found.length };
    }),
    { id: "unclassified", value: money((one) => one.unclassified) || "0", more: "", count: 0 },
    { id: "provisional", value: money((one) => one.provisional) || "0", more: "", count: 0 },
  ];
  return (
    <section className="panel summary" aria-label={t("reconcile.summary")}>
      <dl className="kpis" style={{ gridTemplateColumns: "repeat(5, minmax(0, 1fr))" }}>
        {figures.map((figure) => (
          <div key={figure.id}>
            <dt>{t(`reconcile.${figure.id}`)}</dt>
            <dd
              className={`kpi-value ${figure.id === "differs" && figure.count > 0 ? "neg" : ""} ${figure.value.length > 14 ? "long" : ""}`}
            >
              {figure.value}
            </dd>
            <dd className="sm mut">{figure.more || t(`reconcile.${figure.id}_says`)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
