import type { TFunction } from "i18next";
import type { LedgerRow, Money } from "../../../api/types";
import type { Format } from "../../../format/useFormat";
import type { Column } from "../../../ui/DataGrid";

interface Parts {
  t: TFunction;
  format: Format;
  lineName(id: string): string;
  total: Money | null;
}

export function ledgerColumns({ t, format, lineName, total }: Parts): Column<LedgerRow>[] {
  return [
    {
      id: "day",
      header: t("field.day"),
      kind: "day",
      width: 112,
      value: (row) => row.day,
      cell: (row) => format.day(row.day),
      total: t("grid.total"),
    },
    { id: "line", header: t("field.line"), width: 170, value: (row) => lineName(row.line) },
    {
      id: "amount",
      header: t("field.amount"),
      kind: "money",
      width: 112,
      value: (row) => row.amount.amount,
      cell: (row) => format.money(row.amount.amount, row.amount.currency),
    },
    {
      id: "converted",
      header: t("field.converted"),
      hint: t("drill.converted_says"),
      kind: "money",
      width: 112,
      value: (row) => row.converted?.amount,
      cell: (row) =>
        row.converted ? format.money(row.converted.amount, row.converted.currency) : "—",
      total: total ? format.money(total.amount, total.currency) : undefined,
    },
    { id: "sku", header: t("field.seller_sku"), width: 130, value: (row) => row.seller_sku },
    { id: "order", header: t("field.order_id"), width: 170, value: (row) => row.order_id },
    {
      id: "fee",
      header: t("field.fee_type"),
      hint: t("drill.fee_says"),
      width: 190,
      value: (row) => [row.transaction, row.fee_type].filter(Boolean).join(" · "),
    },
    {
      id: "file",
      header: t("field.file_line"),
      width: 220,
      value: (row) => (row.file_name ? `${row.file_name}:${row.row}` : null),
      cell: (row) =>
        row.file_name ? (
          <span className="source-link">
            {row.file_name} <b>:{row.row}</b>
          </span>
        ) : (
          <span className="mut">{t("drill.computed")}</span>
        ),
    },
    { id: "store", header: t("field.store"), width: 120, value: (row) => row.store },
    {
      id: "market",
      header: t("field.market"),
      width: 100,
      value: (row) => (row.market ? format.country(row.market) : null),
    },
    { id: "units", header: t("field.units"), kind: "number", width: 70, value: (row) => row.units },
    { id: "statement", header: t("field.statement"), width: 140, value: (row) => row.statement },
    {
      id: "provisional",
      header: t("field.final"),
      width: 90,
      value: (row) => t(row.provisional ? "drill.provisional" : "drill.final"),
    },
    {
      id: "definition",
      header: t("field.definition"),
      width: 210,
      hidden: true,
      value: (row) => row.definition,
    },
  ];
}
