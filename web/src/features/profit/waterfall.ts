import type { Profit } from "../../api/types";
import { toNumber } from "../../format/decimal";
import { nameOf } from "../../i18n/names";

/** The stages in the order of the statement; subtotals stand on the ground, the rest float. */
const STEPS: { id: string; total: boolean }[] = [
  { id: "gross_sales", total: true },
  { id: "promotions", total: false },
  { id: "refunds", total: false },
  { id: "net_sales", total: true },
  { id: "goods", total: false },
  { id: "contribution_1", total: true },
  { id: "channel", total: false },
  { id: "logistics", total: false },
  { id: "contribution_2", total: true },
  { id: "ads", total: false },
  { id: "contribution_3", total: true },
  { id: "overhead", total: false },
  { id: "operating_profit", total: true },
  { id: "financial", total: false },
  { id: "result", total: true },
];

export interface Bar {
  id: string;
  name: string;
  amount: string;
  total: boolean;
  from: number;
  to: number;
}

/** Bars from gross sales to operating profit; stages that cannot be known are left out. */
export function waterfall(profit: Profit, language: string): Bar[] {
  const bars: Bar[] = [];
  let level = 0;
  for (const step of STEPS) {
    const line = profit.lines.find((one) => one.id === step.id);
    const amount = profit.totals[step.id];
    if (!line || amount == null) continue;
    const value = toNumber(amount);
    const from = step.total ? 0 : level;
    level = step.total ? value : level + value;
    bars.push({
      id: step.id,
      name: nameOf(line.name, language),
      amount,
      total: step.total,
      from,
      to: level,
    });
  }
  return bars;
}
