/** What was found in the made-up company, and the plays against it. */
import type * as loop from "../src/api/loop";
import { LAST_DAY, SKUS } from "./facts";
import { dayAfter, text, usd } from "./words";

export const DELIVERED: loop.Delivered = {
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

export const SKU = SKUS[0] ?? "SKU";
export const sku = (name = SKU, store = "lantern-us", market = "US"): loop.Subject => ({
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
