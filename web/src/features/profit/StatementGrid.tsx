import { Button } from "antd";
import { ChevronsDownUp, ChevronsUpDown } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Profit, ProfitQuestion } from "../../api/types";
import { useScope } from "../../app/useScope";
import { nameOf } from "../../i18n/names";
import { DataGrid, type Tree } from "../../ui/DataGrid";
import { useDrill } from "./drill/DrillProvider";
import { selectGroup } from "./drill/keys";
import { useStatementColumns } from "./statementColumns";
import { type Node, openTo, unfold } from "./tree";

const ALL_LEVELS = 9;

/** Gross sales are what the group of sales adds up to; one line says it. */
const SALES = "sales";
const SAME_AS_SALES = "gross_sales";

interface StatementGridProps {
  profit: Profit;
  parts: Profit | null;
  /** By the day of the order, when both bases stand side by side. */
  byOrder: Profit | null;
  question: ProfitQuestion;
}

/** The profit and loss statement as a tree; every amount opens its ledger rows. */
export function StatementGrid({ profit, parts, byOrder, question }: StatementGridProps) {
  const { t, i18n } = useTranslation();
  const { scope } = useScope();
  const drill = useDrill();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const lines = useMemo(() => {
    const hasGroup = profit.lines.some(({ id }) => id === SALES);
    return profit.lines.filter(({ id }) => !(hasGroup && id === SAME_AS_SALES));
  }, [profit.lines]);
  const nodes = useMemo(() => unfold(lines, open), [lines, open]);
  const { columns, keyOf } = useStatementColumns(profit, parts, byOrder);

  const tree: Tree<Node> = {
    level: (node) => node.level,
    expanded: (node) => (node.isGroup ? open.has(node.line.id) : undefined),
    toggle: ({ line }) => {
      const next = new Set(open);
      if (!next.delete(line.id)) next.add(line.id);
      setOpen(next);
    },
  };
  const openRows = ({ line, isGroup }: Node, column: string) => {
    if (column === "line") {
      if (isGroup) tree.toggle({ line, isGroup, level: 0 });
      return;
    }
    const key = keyOf(column) ?? {};
    const values = Object.values(key).map((value) => value ?? t("grid.none"));
    drill({
      title: [nameOf(line.name, i18n.language), ...values].join(" · "),
      question: {
        ...selectGroup(key, scope, scope.filters),
        line: line.id,
        currency: scope.currency,
      },
    });
  };
  return (
    <DataGrid
      id="statement"
      label={t("profit.statement_title")}
      rows={nodes}
      columns={columns}
      rowKey={(node) => node.line.id}
      tree={tree}
      fixedOrder
      onOpen={openRows}
      canOpen={(node, column) =>
        column === "line" ? node.isGroup : column === "total" || keyOf(column) !== undefined
      }
      rowClass={({ line, level }) =>
        line.kind === "subtotal"
          ? "subtotal"
          : level === 1
            ? "stage"
            : line.id === "unclassified"
              ? "look"
              : ""
      }
      height={720}
      exportTo={(format) => calls.saveProfit(question, format, i18n.language)}
      tools={
        <>
          <Button
            size="small"
            type="text"
            icon={<ChevronsUpDown size={13} />}
            onClick={() => setOpen(openTo(lines, ALL_LEVELS))}
          >
            {t("profit.expand")}
          </Button>
          <Button
            size="small"
            type="text"
            icon={<ChevronsDownUp size={13} />}
            onClick={() => setOpen(new Set())}
          >
            {t("profit.collapse")}
          </Button>
        </>
      }
    />
  );
}
