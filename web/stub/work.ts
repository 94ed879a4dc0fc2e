/** Work of the made-up company: tasks, changes, their effects, rules and an experiment. */
import type * as loop from "../src/api/loop";
import { SKUS } from "./facts";
import { DELIVERED, findings, play, SKU, sku } from "./findings";
import { dayAfter, text, usd } from "./words";

const STAGE = (at: number): loop.TaskState =>
  (["todo", "doing", "waiting", "done"] as const)[at % 4] ?? "todo";

export const tasks: loop.TaskDetail[] = [1, 2, 3, 4, 5].map((id) => ({
  id,
  title: `Add the term as a negative · term ${id}`,
  says: text(`Add the term as a negative · term ${id}`, `添加否定词 · 词 ${id}`),
  note: null,
  state: STAGE(id - 1),
  owner: id % 2 ? "lin" : "chen",
  due: dayAfter("2026-11-20", id * 2),
  play: "ads.add_negative",
  finding_id: "a4",
  subject: sku(),
  stake: usd("415.50"),
  promise: { metric: "contribution_3", amount: "250", currency: "USD", date: "2026-12-20" },
  checklist: play.steps.map((says, at) => ({ text: says.en, says, done: at < id - 1 })),
  created_at: "2026-11-20T08:00:00Z",
  created_by: "lin",
  revision: 1,
  comments: [{ id: 1, who: "chen", at: "2026-11-21T08:00:00Z", text: "Done for the US, DE next." }],
  attachments: [
    {
      id: 1,
      name: "terms.xlsx",
      media_type: "application/octet-stream",
      bytes: 18_234,
      who: "lin",
      at: "2026-11-21T08:00:00Z",
    },
  ],
  links: [{ kind: "finding", id: "a4", title: text("Conversion fell", "转化率下降") }],
  history: [
    {
      at: "2026-11-20T08:00:00Z",
      who: "lin",
      what: "created",
      says: text("created from a finding", "由发现创建"),
    },
  ],
  change: {
    kind: "ads.negative",
    store: "lantern-us",
    market: "US",
    seller_sku: SKU,
    campaign: "SP-Bottle-Broad",
    what: `negative exact “term ${id}”`,
    before: null,
    after: "negative exact",
    at: "2026-11-22",
  },
}));

export const rowOf = ({ comments, attachments, ...task }: loop.TaskDetail): loop.Task => ({
  ...task,
  comments: comments.length,
  attachments: attachments.length,
});

export const change: loop.Change = {
  id: 7,
  kind: "listing.price",
  store: "lantern-us",
  market: "US",
  seller_sku: SKU,
  campaign: null,
  what: "Price lowered",
  before: "27.99",
  after: "24.99",
  at: "2026-09-10",
  who: "lin",
  source: "typed",
  task: 4,
  effect_id: 3,
  effect: { id: 3, state: "measured", verdict: "gained", ready_on: "2026-10-12" },
};

export const changes: loop.Change[] = [
  change,
  {
    ...change,
    id: 8,
    kind: "ads.bid",
    seller_sku: null,
    campaign: "SP-Bottle-Broad",
    what: "Bid of “bottle”",
    before: "0.80",
    after: "0.65",
    at: "2026-09-02",
    who: "argosy",
    source: "imported",
    task: null,
    effect_id: null,
    effect: null,
  },
];

export const WEEKS = Array.from({ length: 14 }, (_, at) => dayAfter("2026-07-13", at * 7));
const wave = (at: number, level: number) => (level + Math.sin(at * 1.7) * 40).toFixed(2);

export const effect: loop.Effect = {
  id: 3,
  change,
  play: "ads.add_negative",
  task: 4,
  metric: "contribution_3",
  before: 56,
  after: 28,
  wait: 3,
  declared_at: "2026-09-10T12:00:00Z",
  declared_by: "lin",
  state: "measured",
  ready_on: "2026-10-12",
  verdict: "gained",
  says: text("Gained $620 to $1,480 in 28 days.", "28 天内增收 $620 至 $1,480。"),
  money: { estimate: "1050.00", low: "620.00", high: "1480.00", currency: "USD" },
  relative: { estimate: "0.14", low: "0.08", high: "0.2" },
  method: "did",
  controls: 12,
  control_names: SKUS.slice(1, 4),
  confidence: "0.9",
  picture: {
    days: WEEKS,
    treated: WEEKS.map((_, at) => wave(at, at > 8 ? 1420 : 1200)),
    counterfactual: WEEKS.map((_, at) => wave(at, 1210)),
    low: WEEKS.map((_, at) => wave(at, 1090)),
    high: WEEKS.map((_, at) => wave(at, 1330)),
    change_day: "2026-09-10",
    block_days: 7,
  },
  placebo: Array.from({ length: 40 }, (_, at) => (Math.sin(at * 2.3) * 0.09).toFixed(4)),
  prefit: {
    miss: "0.041",
    false_change: "0.012",
    false_change_p: "0.62",
    placebo_p: "0.03",
    says: text("The weeks before are met within 4 %.", "之前各周误差在 4% 以内。"),
  },
  flags: [
    {
      code: "overlap",
      says: text("Another change fell into these weeks.", "这几周还有别的改动。"),
      names: ["Coupon 10 %"],
    },
  ],
  looks: [
    { day: "2026-09-20", estimate: "0.11", low: "-0.06", high: "0.28" },
    { day: "2026-10-12", estimate: "0.14", low: "0.05", high: "0.23" },
  ],
  better: text("Two more weeks would halve the interval.", "再等两周，区间会减半。"),
};

export const waiting: loop.Effect = {
  ...effect,
  id: 4,
  state: "waiting",
  verdict: null,
  money: null,
  relative: null,
  picture: null,
  says: text("Waits for 12 more days.", "还需等待 12 天。"),
};

export const rules: loop.Rule[] = findings.map((one) => ({
  id: one.rule,
  title: one.title,
  says: text("What it watches and why it is money.", "看什么，为什么是钱。"),
  family: one.family,
  version: "2026-11-22",
  origin: "built_in",
  source: "Calibrated on the simulated seller",
  subject: one.subject.kind,
  grain: Object.keys(one.subject.key),
  window: 28,
  inputs: [
    {
      name: "term",
      kind: "metrics",
      window: 28,
      lag: 0,
      metrics: ["net_sales", "units_sold"],
      by: ["store", "market"],
      sql: null,
    },
  ],
  values: [
    {
      name: "break_even_clicks",
      label: text("Break-even clicks", "保本点击数"),
      unit: "count",
      sql: "1 / nullif(cvr, 0)",
    },
  ],
  enough: "clicks >= :min_clicks",
  when: "ad_orders = 0 and ad_cost > :min_cost",
  stake: "ad_cost",
  per: 28,
  thresholds: [
    {
      name: "min_clicks",
      value: "20",
      unit: "count",
      says: text("Clicks before a term is judged", "判断一个词所需的点击数"),
      source: "calibrated",
      overrides: [
        {
          scope: { scope: "store", name: "lantern-de" },
          value: "30",
          who: "lin",
          at: "2026-11-01T08:00:00Z",
        },
      ],
    },
  ],
  causes: one.causes.map(({ id, title, tests, plays: ids }) => ({
    id,
    title,
    test: tests[0]?.sql ?? "",
    plays: ids,
  })),
  effect: one.effect,
  record: {
    hits: 12,
    accepted: 5,
    ignored: 3,
    dismissed: 2,
    false_alarm_rate: "0.08",
    measured: { estimate: usd("820"), low: usd("300"), high: usd("1340"), n: 4 },
    delivered: DELIVERED,
  },
}));

export const power: loop.ExperimentPower = {
  smallest: { relative: "0.12", money: usd("340") },
  power: [5, 10, 15, 20, 30].map((size) => ({
    effect: String(size / 100),
    power: Math.min(0.99, size / 15).toFixed(2),
  })),
  needed: [5, 10, 15, 20, 30].map((size) => ({
    effect: String(size / 100),
    days: size === 5 ? null : Math.round(840 / size),
  })),
  assignment: WEEKS.slice(0, 4).map((from, at) => ({
    unit: SKU,
    block: from,
    from,
    to: dayAfter(from, 6),
    arm: at % 2 ? "control" : "treated",
  })),
  says: text("Eight weeks tell an effect of 12 %.", "八周能测出 12% 的效果。"),
  better: text("Four more SKUs would tell 8 %.", "再加四个 SKU 能测出 8%。"),
};

export const experiment: loop.Experiment = {
  id: 1,
  kind: "switchback",
  title: "Bids 20 % lower",
  start: "2026-11-23",
  end: "2027-01-17",
  state: "running",
  who: "lin",
  created_at: "2026-11-20T08:00:00Z",
  plan: {
    kind: "switchback",
    title: "Bids 20 % lower",
    what: "Bids of SP-Bottle-Broad 20 % lower",
    metric: "contribution_3",
    store: "lantern-us",
    market: "US",
    units: [SKU],
    unit_kind: "seller_sku",
    block_days: 7,
    washout_days: 1,
    start: "2026-11-23",
    days: 56,
    seed: 7,
    currency: "USD",
  },
  power,
  result: {
    ...effect,
    state: "waiting",
    verdict: "cannot_tell",
    ready_on: "2027-01-18",
    says: text("Waiting: 4 of 8 weeks are there.", "等待中：已有 4 / 8 周数据。"),
    money: null,
    relative: null,
    looks: [1, 2, 3].map((at) => ({
      day: dayAfter("2026-11-23", at * 14),
      estimate: "0.12",
      low: `${(-0.6 / at).toFixed(2)}`,
      high: `${(0.9 / at).toFixed(2)}`,
    })),
  },
};

/** Done in the list, where nobody asks what was changed. */
export const proposed: loop.ProposedChange[] = tasks.slice(3, 4).map((task) => ({
  task: rowOf(task),
  change: {
    kind: "ads.negative",
    store: "lantern-us",
    market: "US",
    seller_sku: SKU,
    what: task.title,
    at: "2026-11-21",
    task: task.id,
  },
}));
