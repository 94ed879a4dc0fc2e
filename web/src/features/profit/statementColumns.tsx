import { Tooltip } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Key, Profit } from "../../api/types";
import { useScope } from "../../app/useScope";
import { ratio, toNumber } from "../../format/decimal";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import type { Column } from "../../ui/DataGrid";
import { Delta } from "../../ui/Delta";
import { useGroupName } from "./groupName";
import { earlierTotals } from "./lines";
import type { Node } from "./tree";

/** More columns than this are read better as rows of the pivot. */
const COLUMNS_MAX = 36;

const INCOME = new Set(["sales"]);

/** The columns of the statement, and the group of an answer that a column stands for. */
export function useStatementColumns(profit: Profit, parts: Profit | null, byOrder: Profit | null) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { scope } = useScope();
  const groupName = useGroupName();

  return useMemo(() => {
    const { currency } = scope;
    const base = profit.totals.net_sales ?? null;
    const now = ({ line }: Node) => profit.totals[line.id] ?? null;
    const earlier = earlierTotals(profit);
    const before = ({ line }: Node) => earlier?.[line.id] ?? null;
    const amount = (value: string | null) =>
      value === null ? (
        <Tooltip title={t("profit.no_cost")}>
          <span>—</span>
        </Tooltip>
      ) : (
        <span className={toNumber(value) === 0 ? "mut" : ""}>{format.money(value, currency)}</span>
      );

    const columns: Column<Node>[] = [
      {
        id: "line",
        header: t("profit.line"),
        width: 250,
        value: ({ line }) => nameOf(line.name, i18n.language),
        cell: ({ line }) => (
          <Tooltip title={nameOf(line.says, i18n.language)} placement="right">
            <span>{nameOf(line.name, i18n.language)}</span>
          </Tooltip>
        ),
      },
      {
        id: "total",
        header: t("profit.amount"),
        kind: "money",
        width: 130,
        value: now,
        cell: (node) => amount(now(node)),
      },
      {
        id: "share",
        header: t("profit.share"),
        hint: t("profit.share_says"),
        kind: "percent",
        width: 90,
        value: (node) => {
          const value = now(node);
          return value && base ? ratio(value, base) : null;
        },
        cell: (node) => {
          const value = now(node);
          return (
            <span className="mut">{value && base ? format.percent(ratio(value, base)) : "—"}</span>
          );
        },
      },
    ];
    if (byOrder) {
      const ordered = ({ line }: Node) => byOrder.totals[line.id] ?? null;
      columns.push({
        id: "by_order",
        header: t("view.basis_order"),
        hint: t("view.by_order_says"),
        kind: "money",
        width: 130,
        value: ordered,
        cell: (node) => amount(ordered(node)),
      });
    }
    if (profit.previous_totals) {
      columns.push(
        {
          id: "previous",
          header: t(`scope.compare_${scope.compare ?? "previous"}`),
          kind: "money",
          width: 126,
          value: before,
          cell: (node) => <span className="mut">{format.money(before(node), currency)}</span>,
        },
        {
          id: "change",
          header: t("profit.change"),
          kind: "percent",
          width: 92,
          value: (node) => {
            const [value, old] = [now(node), before(node)];
            return value && old ? ratio(String(toNumber(value) - toNumber(old)), old) : null;
          },
          cell: (node) => (
            <Delta
              now={now(node)}
              before={before(node)}
              better={node.line.kind === "subtotal" || INCOME.has(node.line.stage) ? "up" : "none"}
            />
          ),
        },
      );
    }
    const groups = new Map<string, Key>();
    parts?.columns.forEach((column, index) => {
      const dimensions = Object.keys(column.key);
      if (dimensions.length === 0 || groups.size >= COLUMNS_MAX) return;
      const id = `part:${index}`;
      groups.set(id, column.key);
      columns.push({
        id,
        header: dimensions.map((one) => groupName(one, column.key[one] ?? null)).join(" · "),
        kind: "money",
        width: 122,
        value: ({ line }) => parts.cells[line.id]?.[index] ?? null,
        cell: ({ line }) => amount(parts.cells[line.id]?.[index] ?? null),
      });
    });
    return { columns, keyOf: (column: string) => groups.get(column) };
  }, [profit, parts, byOrder, scope, format, groupName, t, i18n.language]);
}
