/** The loop of the made-up company: findings that were found, tasks, changes and their effects. */
import type * as loop from "../src/api/loop";
import { LAST_DAY, SKUS } from "./facts";

const text = (en: string, zh: string) => ({ en, "zh-CN": zh });
const usd = (amount: string) => ({ amount, currency: "USD" });
const dayAfter = (day: string, days: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

const DELIVERED: loop.Delivered = {
  factor: "0.60",
  low: "0.35",
  high: "0.85",
  n: 4,
  says: text(
    "4 measured effects delivered 60 % of what the rule told",
    "4 次已测效果兑现了规则所说的 60%",
  ),
};

interface Shape {
  id: string;
  rule: string;
  family: string;
  title: loop.Finding["title"];
  subject: loop.Subject;
  monthly: number;
  state?: loop.FindingState;
  cause: loop.Finding["title"];
  play: string;
}

const question = (metric: string, sku: string | undefined): loop.Evidence["question"] => ({
  metrics: [metric],
  by: [],
  from: dayAfter(LAST_DAY, -27),
  to: LAST_DAY,
  filters: sku ? { seller_sku: [sku] } : {},
  currency: "USD",
});

function finding(shape: Shape): loop.Finding {
  const { monthly, cause, play, state = "new", ...rest } = shape;
  const sku = shape.subject.key.seller_sku ?? undefined;
  return {
    ...rest,
    problem: shape.rule,
    window: { from: dayAfter(LAST_DAY, -27), to: LAST_DAY },
    stake: usd(((monthly * 28) / 30).toFixed(2)),
    low: usd((monthly * 0.7).toFixed(2)),
    high: usd((monthly * 1.3).toFixed(2)),
    per_days: 28,
    monthly: usd(monthly.toFixed(2)),
    expected: usd((monthly * 0.6).toFixed(2)),
    delivered: DELIVERED,
    causes: [
      {
        rule: shape.rule,
        id: "first",
        title: cause,
        holds: true,
        tests: [
          {
            sql: "clicks >= :min_clicks and ad_orders = 0",
            values: { clicks: "64", ad_orders: "0" },
            holds: true,
          },
        ],
        plays: [play],
      },
      {
        rule: shape.rule,
        id: "second",
        title: text("The page does not convert", "详情页转化差"),
        holds: false,
        tests: [
          { sql: "cvr < cvr_before / 2", values: { cvr: "0.11", cvr_before: null }, holds: null },
        ],
        plays: [],
      },
    ],
    evidence: [
      {
        id: "clicks",
        name: text("Clicks", "点击"),
        unit: "count",
        value: "64",
        before: "58",
        question: question("units_sold", sku),
      },
      {
        id: "ad_cost",
        name: text("Ad cost", "广告花费"),
        unit: "money",
        value: "96.40",
        question: question("net_sales", sku),
      },
      { id: "cvr", name: text("Conversion", "转化率"), unit: "fraction", value: "0.112" },
      { id: "cover", name: text("Days of cover", "可售天数"), unit: "days", value: "11.4" },
    ],
    working: {
      stake: "ad_cost",
      values: [
        {
          id: "break_even",
          name: text("Break-even clicks", "保本点击数"),
          unit: "count",
          value: "8.9",
          sql: "1 / nullif(cvr, 0)",
        },
        { id: "ad_cost", name: text("Ad cost", "广告花费"), unit: "money", value: "96.40" },
      ],
    },
    thresholds: [
      {
        rule: shape.rule,
        name: "min_clicks",
        says: text("Clicks before a term is judged", "判断一个词所需的点击数"),
        value: "20",
        unit: "count",
        scope: { scope: "rule" },
      },
    ],
    effect: {
      metric: "contribution_3",
      scope: ["store", "market", "seller_sku"],
      before: 56,
      after: 28,
      wait: 3,
    },
    joined: [shape.rule],
    plays: [play],
    revision: 1,
    state,
    first_day: dayAfter(LAST_DAY, -4),
    last_day: LAST_DAY,
    days_open: 5,
    owner_proposed: "lin",
    task_id: state === "accepted" ? 1 : null,
  };
}

const SKU = SKUS[0] ?? "SKU";
const sku = (name = SKU, store = "lantern-us", market = "US"): loop.Subject => ({
  kind: "sku",
  key: { store, market, seller_sku: name },
  name,
});

export const findings: loop.Finding[] = [
  finding({
    id: "a1",
    rule: "stock.stock_out_ahead",
    family: "stock",
    title: text("Stock runs out before more can arrive", "补货到达前会断货"),
    subject: sku(),
    monthly: 9840,
    cause: text("Nothing is on its way", "没有在途货件"),
    play: "stock.order_now",
  }),
  finding({
    id: "a2",
    rule: "ads.search_term_wastes",
    family: "ads",
    title: text("Search term spends without orders", "搜索词只花钱不出单"),
    subject: {
      kind: "search_term",
      key: {
        store: "lantern-us",
        market: "US",
        campaign: "SP-Bottle-Broad",
        search_term: "led strip lights 100ft",
      },
      name: "led strip lights 100ft",
    },
    monthly: 4615,
    cause: text("The term does not fit the product", "搜索词与产品不符"),
    play: "ads.add_negative",
  }),
  finding({
    id: "a3",
    rule: "money.negative_contribution",
    family: "money",
    title: text("Sold at a loss", "亏本销售"),
    subject: sku(SKUS[2], "lantern-de", "DE"),
    monthly: 3120,
    cause: text("Returns eat the margin", "退货吃掉利润"),
    play: "ads.add_negative",
  }),
  finding({
    id: "a4",
    rule: "listing.conversion_fell",
    family: "listing",
    title: text("Conversion fell", "转化率下降"),
    subject: sku(SKUS[1]),
    monthly: 2640,
    cause: text("The price went up", "价格上涨"),
    play: "ads.add_negative",
    state: "accepted",
  }),
];

export const play: loop.Play = {
  id: "ads.add_negative",
  family: "ads",
  origin: "built_in",
  record: { tasks: 6, done: 5, measured: 5 },
  title: text("Add the term as a negative", "添加否定词"),
  says: text("Stops paying for clicks that never buy.", "不再为不会成交的点击付费。"),
  source: "Amazon Ads help",
  steps: [
    text("Open the campaign and its negative targeting", "打开广告活动的否定投放"),
    text("Add the term as negative exact", "以精准否定添加该词"),
    text("Note the day", "记下日期"),
  ],
  role: "ads",
  minutes: 10,
  due: 3,
  moves: "contribution_3",
  kind: "ads.negative",
  version: "2026-11-22",
  worth: { n: 5, estimate: usd("120"), low: usd("60"), high: usd("180") },
};
export const plays: loop.Play[] = [
  play,
  { ...play, id: "stock.order_now", title: text("Order now by air", "立即空运补货"), worth: null },
];

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

const rowOf = ({ comments, attachments, ...task }: loop.TaskDetail): loop.Task => ({
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
};

const WEEKS = Array.from({ length: 14 }, (_, at) => dayAfter("2026-07-13", at * 7));
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

const waiting: loop.Effect = {
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

const power: loop.ExperimentPower = {
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

const experiment: loop.Experiment = {
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
  result: null,
};

const totals = (list: loop.Finding[]) => ({
  count: list.length,
  monthly: usd(list.reduce((sum, one) => sum + Number(one.monthly.amount), 0).toFixed(2)),
});

const listed = (query: URLSearchParams) => {
  const state = query.get("state") ?? "all";
  const family = query.get("family");
  const q = query.get("q")?.toLowerCase();
  return findings.filter(
    (one) =>
      (state === "all" ||
        one.state === state ||
        (state === "open" && (one.state === "new" || one.state === "accepted"))) &&
      (!family || one.family === family) &&
      (!q || one.subject.name.toLowerCase().includes(q)),
  );
};

const found = (id: string) => findings.find((one) => one.id === id);
const set = (ids: string[], state: loop.FindingState) => {
  for (const id of ids) {
    const one = found(id);
    if (one) Object.assign(one, { state, task_id: state === "accepted" ? 1 : null });
  }
  return { done: ids, failed: [] };
};
const STATE_OF = {
  accept: "accepted",
  snooze: "snoozed",
  dismiss: "dismissed",
  reopen: "new",
} as const;

let saved: loop.SavedView[] = [];

type Reply = (body: never, id: string, last: string, query: URLSearchParams) => unknown;

export const LOOP_ROUTES: [RegExp, Reply][] = [
  [
    /^GET \/findings$/,
    (_, __, ___, query) => ({
      findings: listed(query),
      totals: totals(listed(query)),
      run: {
        at: "2026-11-01T06:00:00Z",
        day: LAST_DAY,
        rules: 36,
        fired: 4,
        problems: [
          {
            rule: "listing.rating_fell",
            code: "facts",
            text: text("No reviews have been imported", "还没有导入评论"),
          },
        ],
      },
      meta: { next: null },
    }),
  ],
  [
    /^GET \/findings\/(\w+)$/,
    (_, id) => ({
      ...found(id),
      history: Array.from({ length: 5 }, (__, at) => ({
        day: dayAfter(LAST_DAY, at - 4),
        stake: usd(String(3000 + at * 240)),
        state: "new",
      })),
    }),
  ],
  [
    /^GET \/findings\/(\w+)\/measurable$/,
    (): loop.Measurable => ({
      metric: "contribution_3",
      design: "did",
      controls: 12,
      smallest: { relative: "0.18", money: usd("410.00") },
      verdict: "weak",
      why: text("Sales of one SKU vary by 22 % a week.", "单个 SKU 每周销量波动 22%。"),
      better: text("Change several SKUs at once.", "同时改动几个 SKU。"),
    }),
  ],
  [
    /^POST \/findings\/(\w+)\/(accept|snooze|dismiss|reopen)$/,
    (_, id, act) => {
      set([id], STATE_OF[act as keyof typeof STATE_OF]);
      return tasks[0];
    },
  ],
  [
    /^POST \/findings\/batch$/,
    ({ ids, action }: { ids: string[]; action: { kind: keyof typeof STATE_OF } }) =>
      set(ids, STATE_OF[action.kind]),
  ],
  [/^POST \/findings\/run$/, () => ({ id: 9, kind: "findings_run", state: "done" })],
  [/^GET \/rules$/, () => ({ rules })],
  [/^GET \/rules\/([\w.]+)$/, (_, id) => rules.find((one) => one.id === id)],
  [
    /^POST \/rules\/([\w.]+)\/preview$/,
    ({ thresholds }: { thresholds: unknown[] }): loop.Preview => ({
      days: WEEKS.map((day, at) => ({ day, fired: (at % 4) + (thresholds.length ? 1 : 3) })),
      distinct: thresholds.length ? 9 : 14,
      sample: findings.slice(0, 2),
    }),
  ],
  [/^PUT \/rules\/([\w.]+)\/thresholds$/, (_, id) => rules.find((one) => one.id === id)],
  [/^GET \/plays$/, () => ({ plays })],
  [/^GET \/tasks$/, () => ({ tasks: tasks.map(rowOf), meta: { next: null } })],
  [/^GET \/tasks\/(\d+)$/, (_, id) => tasks.find((one) => one.id === Number(id))],
  [
    /^PATCH \/tasks\/(\d+)$/,
    (body, id) => {
      const one = tasks.find((task) => task.id === Number(id));
      return one && Object.assign(one, body);
    },
  ],
  [
    /^POST \/tasks\/(\d+)\/done$/,
    (_, id) => {
      const one = tasks.find((task) => task.id === Number(id));
      if (!one) return null;
      Object.assign(one, { state: "done" });
      return { task: rowOf(one), change, effect_id: 4 };
    },
  ],
  [/^POST \/tasks\/batch$/, ({ ids }: { ids: number[] }) => ({ done: ids, failed: [] })],
  [/^GET \/changes$/, () => ({ changes: [change], meta: { next: null } })],
  [
    /^GET \/skus\/([^/]+)\/([^/]+)$/,
    (_, store, seller_sku): loop.Sku360 => {
      const days = Array.from({ length: 30 }, (__, at) => dayAfter(LAST_DAY, at - 29));
      const series = (metric: string, unit: string, level: number): loop.SkuSeries => ({
        metric,
        name: text(metric.replaceAll("_", " "), metric.replaceAll("_", " ")),
        unit,
        days,
        values: days.map((__, at) => (level * (1 + Math.sin(at) * 0.3)).toFixed(3)),
      });
      return {
        sku: { store, seller_sku, market: "US", markets: ["US", "DE"] },
        product: { sku: seller_sku, name: `Lantern ${seller_sku}`, category: "LED strips" },
        currency: "USD",
        from: days[0] ?? LAST_DAY,
        to: LAST_DAY,
        series: [
          series("contribution_3", "money", 80),
          series("units_sold", "units", 12),
          series("sessions", "count", 240),
          series("ad_cost", "money", 22),
          series("stock_sellable", "units", 800),
        ],
        changes: [{ ...change, at: dayAfter(LAST_DAY, -12) }],
        findings: findings.slice(0, 1),
        tasks: tasks.slice(0, 1).map(rowOf),
        effects: [effect],
      };
    },
  ],
  [/^GET \/effects$/, () => ({ effects: [effect, waiting], meta: { next: null } })],
  [
    /^GET \/effects\/gains$/,
    (): loop.Gains => ({
      total: { estimate: usd("1050"), low: usd("620"), high: usd("1480"), n: 1 },
      rows: [
        {
          effect: 3,
          verdict: "gained",
          change,
          play: play.id,
          day: "2026-10-12",
          money: effect.money as never,
        },
      ],
      plays: [
        {
          play: play.id,
          title: play.title,
          n: 5,
          estimate: usd("120"),
          low: usd("60"),
          high: usd("180"),
        },
      ],
    }),
  ],
  [/^GET \/effects\/(\d+)$/, (_, id) => (id === "4" ? waiting : effect)],
  [/^POST \/effects$/, () => waiting],
  [/^GET \/experiments$/, () => ({ experiments: [experiment] })],
  [/^POST \/experiments\/plan$/, () => power],
  [/^GET \/experiments\/(\d+)$/, () => experiment],
  [/^POST \/experiments$/, () => experiment],
  [
    /^GET \/views$/,
    (_, __, ___, query) => ({ views: saved.filter((one) => one.page === query.get("page")) }),
  ],
  [
    /^PUT \/views$/,
    (body: Omit<loop.SavedView, "id">) => {
      const view = { ...body, id: saved.length + 1 };
      saved = [...saved, view];
      return view;
    },
  ],
  [
    /^DELETE \/views\/(\d+)$/,
    (_, id) => {
      saved = saved.filter((one) => one.id !== Number(id));
      return {};
    },
  ],
  [
    /^GET \/owners$/,
    () => ({ owners: [{ scope: { scope: "store", name: "lantern-us" }, user: "lin" }] }),
  ],
  [
    /^GET \/receivers$/,
    (): loop.Receivers => ({
      receivers: [
        {
          id: 1,
          name: "运营群",
          kind: "feishu",
          has_secret: true,
          language: "zh-CN",
          events: ["finding", "digest"],
          person: null,
          min_monthly: "100",
          digest_hour: 1,
          active: true,
        },
      ],
      kinds: ["email", "feishu", "dingtalk", "wecom", "slack", "webhook"],
      events: ["finding", "task", "comment", "effect", "digest"],
      mail: false,
    }),
  ],
  [
    /^GET \/messages$/,
    (): { messages: loop.SentMessage[] } => ({
      messages: [
        {
          id: 1,
          receiver: 1,
          event: "digest",
          title: "今日 4 条发现",
          state: "failed",
          tries: 3,
          at: "2026-11-01T01:00:00Z",
          error: "connection timed out",
        },
      ],
    }),
  ],
  [
    /^GET \/people$/,
    () => ({
      people: [
        { login: "lin", role: "owner", me: true },
        { login: "chen", role: "operator", me: false },
      ],
    }),
  ],
];
