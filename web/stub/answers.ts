import { LINES, leavesOf } from "./chart";
import { FACTS, type Fact } from "./facts";

interface Asked {
  by?: string[];
  from?: string;
  to?: string;
  filters?: Record<string, string[]>;
  compare?: string;
  metrics?: string[];
  line?: string;
  cursor?: string;
  limit?: number;
}

const DAY_MS = 86_400_000;

function dimension(fact: Fact, id: string): string | null {
  if (id === "day") return fact.day;
  if (id === "month") return `${fact.day.slice(0, 7)}-01`;
  if (id === "week") {
    const at = Date.parse(`${fact.day}T00:00:00Z`);
    const back = (new Date(at).getUTCDay() + 6) % 7;
    return new Date(at - back * DAY_MS).toISOString().slice(0, 10);
  }
  if (id === "product") return fact.seller_sku === "BULB-E27-4" ? null : fact.seller_sku;
  return fact[id as keyof Fact] as string;
}

function selected({ from, to, filters }: Asked): Fact[] {
  const wanted = Object.entries(filters ?? {}).filter(([key]) => key !== "statement");
  return FACTS.filter(
    (fact) =>
      (!from || fact.day >= from) &&
      (!to || fact.day <= to) &&
      wanted.every(([key, values]) => values.includes(dimension(fact, key) ?? "")),
  );
}

const money = (cents: number) => (cents / 100).toFixed(2);

function earlier(asked: Asked): Asked {
  const days = (Date.parse(asked.to ?? "") - Date.parse(asked.from ?? "")) / DAY_MS + 1;
  const back = (day: string | undefined) =>
    new Date(Date.parse(day ?? "") - days * DAY_MS).toISOString().slice(0, 10);
  return { ...asked, from: back(asked.from), to: back(asked.to) };
}

function groups(facts: Fact[], by: string[]): Map<string, Fact[]> {
  const found = new Map<string, Fact[]>();
  for (const fact of facts) {
    const key = JSON.stringify(by.map((id) => dimension(fact, id)));
    const group = found.get(key);
    if (group) group.push(fact);
    else found.set(key, [fact]);
  }
  return new Map([...found].sort(([left], [right]) => left.localeCompare(right)));
}

function amounts(facts: Fact[]): Map<string, number> {
  const byLeaf = new Map<string, number>();
  for (const fact of facts) byLeaf.set(fact.line, (byLeaf.get(fact.line) ?? 0) + fact.cents);
  return new Map(
    LINES.map(({ id }) => [
      id,
      leavesOf(id).reduce((sum, leaf) => sum + (byLeaf.get(leaf) ?? 0), 0),
    ]),
  );
}

const notes = {
  currency: "USD",
  definitions: [{ id: "net_sales", version: "2026-11-22", origin: "built_in" }],
  fx: { policy: "ecb_event_day", last_rate_day: "2026-10-30" },
  provisional_share: "0.021",
  rows_read: FACTS.length,
  sql: "select …",
  unclassified_share: "0.001",
  units_without_cost: "12",
  money_without_rate: [],
  periods_excluded: [],
  cost_rules: [],
  allocation: [],
  ad_cost_sources: [],
  levels: [],
  vat: "as_told",
  basis: "settlement",
};

export function profit(asked: Asked) {
  const by = asked.by ?? [];
  const parts = [...groups(selected(asked), by)];
  const sums = parts.map(([, facts]) => amounts(facts));
  const cells = Object.fromEntries(
    LINES.map(({ id }) => [id, sums.map((sum) => money(sum.get(id) ?? 0))]),
  );
  const texts = (sum: Map<string, number>) =>
    Object.fromEntries(LINES.map(({ id }) => [id, money(sum.get(id) ?? 0)]));
  return {
    lines: LINES,
    columns: parts.map(([key]) => ({
      key: Object.fromEntries(JSON.parse(key).map((value: string, at: number) => [by[at], value])),
    })),
    cells,
    totals: texts(amounts(selected(asked))),
    previous_totals: asked.compare ? texts(amounts(selected(earlier(asked)))) : undefined,
    notes,
  };
}

const RATIOS: Record<string, [string, string]> = {
  contribution_3_margin: ["contribution_3", "net_sales"],
  tacos: ["ads", "net_sales"],
  refund_rate: ["refunds", "gross_sales"],
};

function metric(id: string, facts: Fact[]) {
  const sums = amounts(facts);
  if (id === "units_sold")
    return { value: String(facts.reduce((sum, fact) => sum + fact.units, 0)) };
  const parts = RATIOS[id];
  if (!parts) return { value: money(sums.get(id) ?? 0) };
  const below = sums.get(parts[1]) ?? 0;
  if (below === 0) return { value: null, undefined: `${parts[1]} = 0` };
  return { value: Math.abs((sums.get(parts[0]) ?? 0) / below).toFixed(6) };
}

const values = (asked: Asked, facts: Fact[]) =>
  Object.fromEntries((asked.metrics ?? []).map((id) => [id, metric(id, facts)]));

export function ask(asked: Asked) {
  const by = asked.by ?? [];
  const facts = selected(asked);
  return {
    columns: [],
    rows: [...groups(facts, by)].map(([key, part]) => ({
      key: Object.fromEntries(JSON.parse(key).map((value: string, at: number) => [by[at], value])),
      values: values(asked, part),
    })),
    totals: {
      values: values(asked, facts),
      previous: asked.compare ? values(asked, selected(earlier(asked))) : null,
      bands: {},
    },
    notes,
  };
}

const PAGE = 200;

export function ledger(asked: Asked) {
  const leaves = asked.line ? new Set(leavesOf(asked.line)) : null;
  const facts = selected(asked).filter((fact) => !leaves || leaves.has(fact.line));
  const start = Number(asked.cursor ?? 0);
  const total = money(facts.reduce((sum, fact) => sum + fact.cents, 0));
  return {
    rows: facts.slice(start, start + PAGE).map((fact, at) => ({
      ...fact,
      amount: { amount: money(fact.cents), currency: "USD" },
      converted: { amount: money(fact.cents), currency: "USD" },
      container: "settlement:1",
      definition: "amazon.settlement_v2@2026-11-22",
      fee_type: fact.line,
      transaction: "Order",
      provisional: false,
      order_id: `112-${1_000_000 + start + at}-5550001`,
      statement: "18412345671",
      raw: "0011223344556677",
      row: start + at + 2,
      units: fact.units ? String(fact.units) : null,
      import_id: fact.line === "cogs" ? null : 2,
      file_name: fact.line === "cogs" ? null : "settlement-2026-10.txt",
    })),
    meta: {
      next: start + PAGE < facts.length ? String(start + PAGE) : null,
      total_rows: facts.length,
      total: { amount: total, currency: "USD" },
    },
  };
}
