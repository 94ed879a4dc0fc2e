import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Statement } from "../../api/types";
import { isZero } from "../../format/decimal";
import { useFormat } from "../../format/useFormat";
import { channelName } from "../../i18n/names";
import type { Column } from "../../ui/DataGrid";

const TONES: Record<Statement["state"], string> = {
  differs: "bad",
  no_control: "look",
  balanced: "good",
};

/** The stages a statement's money falls into. */
const STAGES = [
  "sales",
  "promotions",
  "refunds",
  "channel",
  "logistics",
  "ads",
  "overhead",
  "pass_through",
  "balance",
] as const;

export function useStatementListColumns(): Column<Statement>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return useMemo(() => {
    const money = (of: (row: Statement) => string | null | undefined) => (row: Statement) => {
      const amount = of(row);
      if (amount == null) return "—";
      return (
        <span className={isZero(amount) ? "mut" : ""}>{format.money(amount, row.currency)}</span>
      );
    };
    const amount = (
      id: string,
      of: (row: Statement) => string | null | undefined,
      more: Partial<Column<Statement>> = {},
    ): Column<Statement> => ({
      id,
      header: t(`reconcile.column.${id}`),
      kind: "money",
      width: 118,
      value: of,
      cell: money(of),
      ...more,
    });
    return [
      {
        id: "statement",
        header: t("field.statement"),
        width: 140,
        value: (row) => row.statement,
      },
      {
        id: "state",
        header: t("field.state"),
        width: 124,
        value: (row) => t(`reconcile.${row.state}`),
        cell: (row) => (
          <span className={`tag ${TONES[row.state]}`}>{t(`reconcile.${row.state}`)}</span>
        ),
      },
      { id: "store", header: t("field.store"), width: 116, value: (row) => row.store },
      {
        id: "channel",
        header: t("field.channel"),
        width: 90,
        hidden: true,
        value: (row) => channelName(row.channel),
      },
      {
        id: "period",
        header: t("field.period"),
        width: 190,
        value: (row) => row.period_from,
        cell: (row) => format.days(row.period_from, row.period_to),
      },
      {
        id: "deposit",
        header: t("field.deposit_day"),
        kind: "day",
        width: 108,
        value: (row) => row.deposit_day,
        cell: (row) => format.day(row.deposit_day),
      },
      amount("expected", (row) => row.expected, { hint: t("reconcile.expected_says") }),
      amount("sum", (row) => row.sum, { hint: t("reconcile.sum_says") }),
      amount("difference", (row) => row.difference, {
        cell: (row) =>
          row.difference == null ? (
            "—"
          ) : (
            <span className={isZero(row.difference) ? "pos" : "neg"}>
              {format.money(row.difference, row.currency)}
            </span>
          ),
      }),
      amount("unclassified", (row) => row.unclassified),
      amount("provisional", (row) => row.provisional, { hidden: true }),
      ...STAGES.map((stage) =>
        amount(stage, (row) => row.by_stage[stage], { header: t(`stage.${stage}`) }),
      ),
      {
        id: "rows",
        header: t("field.rows"),
        kind: "number",
        width: 80,
        value: (row) => row.rows,
        cell: (row) => format.number(row.rows),
      },
    ];
  }, [t, format]);
}
