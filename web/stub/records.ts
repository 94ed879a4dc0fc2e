/** Answers of the stub that are not computed from facts. */
import { FIRST_DAY, LAST_DAY, SKUS, STORES } from "./facts";

const none = { rows: 0, money: {} };
const text = (en: string, zh: string) => ({ en, "zh-CN": zh });
const CURRENCIES = ["CNY", "EUR", "GBP", "JPY", "USD"];

export const session = {
  setup_required: false,
  demo: true,
  version: "0.1.0",
  user: {
    id: "1",
    login: "lin",
    role: "owner",
    language: "en",
    permissions: ["read", "work", "import", "edit", "administer"],
  },
};

/** Changes the language of the account, as PATCH /session does. */
export function speak({ language }: { language?: string }) {
  if (language) session.user.language = language;
  return session;
}

export const scope = {
  stores: STORES,
  channels: ["amazon", "shopify"],
  markets: ["DE", "US"],
  currencies: CURRENCIES,
  first_day: FIRST_DAY,
  last_day: LAST_DAY,
  last_import: 3,
  reporting_currency: "USD",
};

export const settings = {
  company: "Lantern & Co",
  reporting_currency: "USD",
  language: "en",
  upload_limit_bytes: 2_000_000_000,
  currencies: CURRENCIES,
};

const metric = (
  id: string,
  en: string,
  zh: string,
  unit: string,
  better: string,
  formula: string,
) => ({
  id,
  name: text(en, zh),
  says: text(`${en} over the chosen rows`, `所选范围内的${zh}`),
  kind: unit === "fraction" ? "ratio" : "simple",
  unit,
  better,
  dimensions: ["day", "week", "month", "store", "market", "seller_sku"],
  formula,
  sql: `select sum(amount) from ledger where line in (…) -- ${id}`,
  source: "GLOSSARY §7",
  origin: "built_in",
});

export const metrics = {
  metrics: [
    metric("net_sales", "Net sales", "净销售额", "money", "higher", "sales + promotions + refunds"),
    metric(
      "contribution_3",
      "Contribution 3",
      "贡献利润 3",
      "money",
      "higher",
      "contribution_2 + ads",
    ),
    metric(
      "contribution_3_margin",
      "Contribution margin",
      "贡献利润率",
      "fraction",
      "higher",
      "contribution_3 / net_sales",
    ),
    metric("tacos", "TACOS", "TACOS", "fraction", "lower", "ad_cost / net_sales"),
    metric("units_sold", "Units sold", "销量", "units", "higher", "sum(units)"),
    metric("refund_rate", "Refund rate", "退款率", "fraction", "lower", "refunds / gross_sales"),
  ],
  dimensions: [
    { id: "product", name: text("Product", "产品") },
    { id: "seller_sku", name: text("Seller SKU", "MSKU") },
    { id: "market", name: text("Market", "站点") },
    { id: "store", name: text("Store", "店铺") },
    { id: "channel", name: text("Channel", "渠道") },
    { id: "day", name: text("Day", "日") },
    { id: "week", name: text("Week", "周") },
    { id: "month", name: text("Month", "月") },
  ],
};

const statement = (id: string, state: string, difference: string | null, store = "lantern-us") => ({
  store,
  channel: "amazon",
  statement: id,
  currency: "USD",
  period_from: "2026-10-01",
  period_to: "2026-10-14",
  deposit_day: "2026-10-16",
  expected: difference === null ? null : "582.89",
  sum: difference === null ? "120.00" : difference === "0.00" ? "582.89" : "580.39",
  difference,
  unclassified: state === "differs" ? "-2.50" : "0.00",
  provisional: "0.00",
  rows: 211,
  by_stage: { sales: "900.00", channel: "-140.00", logistics: "-120.00", ads: "-57.11" },
  state,
});

export const statements = {
  statements: [
    statement("18412345671", "balanced", "0.00"),
    statement("18412345672", "differs", "-2.50"),
    statement("18412345673", "no_control", null, "lantern-shop"),
  ],
};

export const quarantine = {
  fee_types: [
    {
      channel: "amazon",
      fee_type: "ItemFees/CarbonNeutralShippingSurcharge",
      transaction: "Order",
      rows: 42,
      amounts: { USD: "-31.20" },
      first_day: "2026-09-02",
      last_day: "2026-10-28",
    },
  ],
};

const anImport = (id: number, name: string, state = "done", errors = 0, difference = "0.00") => ({
  id,
  at: "2026-11-01T08:30:00Z",
  who: "lin",
  file_name: name,
  bytes: 1_234_567,
  definition: state === "failed" ? null : "amazon.settlement_v2@2026-11-22",
  definition_name:
    state === "failed" ? null : text("Settlement report (flat file V2)", "结算报告（V2 平面文件）"),
  store: "lantern-us",
  market: "US",
  raw: "00112233445566778899aabbccddeeff",
  state,
  rows: state === "failed" ? 0 : 12_804,
  problems: { error: errors, warning: errors, note: 0 },
  diff:
    state === "failed"
      ? {}
      : {
          ledger: {
            added: { rows: 12_000, money: { USD: "48210.44" } },
            replacing: { rows: 4, money: { USD: "12.00" } },
            replaced: { rows: 4, money: { USD: "11.00" } },
            unchanged: { rows: 800, money: { USD: "3100.00" } },
            covered: none,
          },
        },
  balance:
    state === "failed"
      ? []
      : [
          {
            statement: "18412345671",
            name: "settlement total",
            currency: "USD",
            expected: "582.89",
            sum: "582.89",
            difference,
          },
        ],
});

export const imports = [
  anImport(3, "photo.jpg", "failed", 1),
  anImport(2, "settlement-2026-10.txt", "done", 2),
  anImport(1, "settlement-2026-09.txt"),
];

export const problems = {
  problems: [
    {
      code: "impossible_date",
      severity: "error",
      file: "settlement-2026-10.txt",
      line: 118,
      column: "posted-date",
      found: "2026-02-31",
      expected: "a date",
      hint: "",
      message: text("Line 118: `2026-02-31` is not a day", "第 118 行：`2026-02-31` 不是有效日期"),
    },
    {
      code: "unknown_fee_type",
      severity: "warning",
      file: "settlement-2026-10.txt",
      line: 240,
      column: null,
      found: "CarbonNeutralShippingSurcharge",
      expected: "",
      hint: "",
      message: text(
        "`CarbonNeutralShippingSurcharge` is a fee type no table knows; loaded as unclassified",
        "费用类型 `CarbonNeutralShippingSurcharge` 未识别，已按“未识别”入账",
      ),
    },
  ],
};

export const products = {
  products: SKUS.slice(0, 4).map((sku, at) => ({
    sku,
    name: `Lantern ${sku}`,
    brand: "Lantern",
    category: at < 2 ? "LED strips" : "Lamps",
    owner: "lin",
    stage: null,
    costs:
      at === 3
        ? []
        : [
            {
              since: "2026-01-01",
              cost: { amount: `${4 + at}.85`, currency: "USD" },
              market: null,
            },
          ],
    pairings: [{ store: "lantern-us", seller_sku: sku, sku, since: null, until: null }],
  })),
  meta: { next: null, total: 4 },
};

export const unpaired = {
  unpaired: [
    {
      store: "lantern-us",
      channel: "amazon",
      seller_sku: "BULB-E27-4",
      units: "812",
      first_day: "2026-03-01",
      last_day: LAST_DAY,
      suggestion: null,
    },
  ],
};

export const reports = {
  reports: [
    {
      id: "amazon.settlement_v2",
      version: "2026-11-22",
      name: text("Settlement report (flat file V2)", "结算报告（V2 平面文件）"),
      channel: "amazon",
      source: "SP-API",
      origin: "built_in",
      needs: [],
      tables: ["ledger", "controls"],
    },
  ],
};

export const sourceLine = (row: number) => ({
  file_name: "settlement-2026-10.txt",
  label: "settlement-2026-10.txt",
  definition: "amazon.settlement_v2@2026-11-22",
  line: row,
  header: ["settlement-id", "transaction-type", "order-id", "amount-type", "amount", "sku"],
  cells: ["18412345671", "Order", "112-5550001-5550001", "ItemPrice", "18.99", "LED-5M-RGB"],
  text: "18412345671\tOrder\t112-5550001-5550001\tItemPrice\t18.99\tLED-5M-RGB",
});
