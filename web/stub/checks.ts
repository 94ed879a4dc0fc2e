/** Answers of the stub for reconciling, booking, costs and data health. */
import { FIRST_DAY, LAST_DAY, SKUS } from "./facts";

const text = (en: string, zh: string) => ({ en, "zh-CN": zh });
const line = (id: string, stage: string, en: string, zh: string) => ({
  id,
  parent: null,
  stage,
  bookable: true,
  name: text(en, zh),
  says: text(en, zh),
});

export const chart = {
  lines: [
    line("referral_fee", "channel", "Referral fee", "佣金"),
    line("storage_fee", "logistics", "Storage fee", "仓储费"),
    line("ad_cost", "ads", "Advertising", "广告费"),
  ],
};

export const bookings = {
  bookings: [
    {
      id: 2,
      channel: "amazon",
      fee_type: "FBAInboundDefectFee",
      transaction: "other-transaction",
      line: "storage_fee",
      note: "",
      who: "lin",
      at: "2026-11-20T09:00:00Z",
    },
    {
      id: 1,
      channel: "amazon",
      fee_type: "Lightning Deal Fee",
      transaction: null,
      line: "ad_cost",
      who: "lin",
      at: "2026-11-18T09:00:00Z",
      revoked_by: "lin",
      revoked_at: "2026-11-19T09:00:00Z",
    },
  ],
};

const statement = {
  store: "lantern-us",
  channel: "amazon",
  statement: "18412345671",
  currency: "USD",
};

export const proof = {
  proofs: [
    {
      ...statement,
      profit: "6021.11",
      pass_through: "-31.20",
      balance: "-120.00",
      unclassified: "-4.10",
      paid_out: "5865.81",
      unexplained: "0",
      state: "proved",
      rows: [],
    },
    {
      ...statement,
      statement: "18412345672",
      profit: "100.00",
      pass_through: "0",
      balance: "0",
      unclassified: "0",
      paid_out: "88.00",
      unexplained: "-12.00",
      state: "unexplained",
      rows: [
        {
          day: "2026-10-30",
          line: "referral_fee",
          amount: "-12.00",
          order_id: "112-1000001-5550001",
          fee_type: "Commission",
          raw: "00",
          row: 9,
          reason: "amount",
        },
      ],
    },
  ],
};

const link = {
  statement: "18412345671",
  period_from: "2026-10-01",
  period_to: "2026-10-14",
  close: "120.00",
  states: ["first"],
  previous: null,
  gap_days: null,
  debt_expected: "0",
  debt_found: "0",
  reserve_expected: "0",
  reserve_found: "0",
};
export const chain = {
  chains: [
    {
      store: "lantern-us",
      channel: "amazon",
      currency: "USD",
      links: [
        link,
        {
          ...link,
          statement: "18412345672",
          period_from: "2026-10-17",
          period_to: "2026-10-30",
          states: ["gap"],
          previous: "18412345671",
          gap_days: 2,
          reserve_expected: "120.00",
          reserve_found: "120.00",
        },
      ],
    },
  ],
};

const arrived = {
  store: "lantern-us",
  raw: "00",
  row: 4,
  day: "2026-10-18",
  counterparty: "Amazon",
  amount: "42010.55",
  currency: "CNY",
  reference: "AMAZON PAYMENTS 18412345671",
  account: "CMB 8812",
};
export const bank = {
  matches: [
    {
      ...statement,
      expected: "5865.81",
      payout_day: "2026-10-16",
      state: "converted",
      bank: arrived,
      candidates: [],
      effective_rate: "7.1619",
      reference_rate: "7.2034",
      rate_cost: { amount: "-243.43", currency: "CNY" },
    },
    {
      ...statement,
      statement: "18412345672",
      expected: "88.00",
      payout_day: "2026-10-31",
      state: "missing",
      bank: null,
      candidates: [],
      effective_rate: null,
      reference_rate: null,
      rate_cost: null,
    },
  ],
  unmatched_bank: [{ ...arrived, row: 9, amount: "120.00", reference: "INTEREST" }],
};

const order = {
  store: "lantern-us",
  channel: "amazon",
  order_id: "112-1000001-5550001",
  seller_sku: SKUS[0] ?? null,
  day: "2026-09-01",
  currency: "USD",
  expected: "29.99",
  found: "0",
  at_stake: "29.99",
  raw: "00",
  row: 7,
};
const none = { rows: [], total_rows: 0, at_stake: {} };
const some = { rows: [order], total_rows: 1, at_stake: { USD: "29.99" } };
export const orders = {
  unpaid: some,
  unordered: none,
  differing: none,
  fee_not_returned: some,
};
export const economics = { lines: [] };
export const unsettled = {
  deferred: [
    { store: "lantern-eu", currency: "EUR", release_day: "2026-11-02", amount: "310.10", rows: 12 },
  ],
  orders: [
    { store: "lantern-us", currency: "USD", age: "0-7", orders: 9, units: "11", amount: "240.10" },
  ],
  deferred_total: "341.10",
  orders_total: "240.10",
  currency: "USD",
};

export const purchases = {
  lines: SKUS.slice(0, 3).map((sku, at) => ({
    document: "PO-2026-07",
    line: at + 1,
    kind: "purchase",
    supplier: "Ningbo Lamp",
    received: "2026-07-02",
    place: "fba-us",
    sku,
    units: 400,
    unit_cost: { amount: "31.50", currency: "CNY" },
    unit_weight: "0.42",
    note: null,
  })),
};
export const freight = {
  lines: [
    {
      document: "SEA-118",
      line: 1,
      kind: "freight",
      day: "2026-07-20",
      amount: { amount: "820.00", currency: "USD" },
      split: "weight",
      applies_to: ["PO-2026-07"],
      note: null,
    },
  ],
};
const layers = [
  { document: "PO-2026-07/1", day: "2026-07-02", units: 120, cost: "602.40" },
  { document: "PO-2026-05/1", day: "2026-05-02", units: 20, cost: "98.10" },
];
export const stockValue = {
  day: LAST_DAY,
  currency: "USD",
  method: "fifo",
  rows: SKUS.slice(0, 3).map((sku) => ({
    sku,
    warehouse: "fba-us",
    units: 140,
    value: "700.50",
    unit_cost: "5.0036",
    layers,
  })),
  units: 420,
  value: "2101.50",
  units_without_cost: 3,
  problems: [{ code: "unknown_document", document: "SEA-119", found: "PO-2026-09" }],
};
export const costFlow = {
  sku: SKUS[0],
  currency: "USD",
  method: "fifo",
  opening: { units: 0, value: "0" },
  steps: [
    {
      day: "2026-07-02",
      warehouse: "fba-us",
      event: "purchase",
      units: 400,
      cost: "2008.00",
      unit_cost: "5.02",
      booked: [],
      units_without_cost: 0,
      layers: [],
      source: "PO-2026-07/1",
      stock_units: 400,
      stock_value: "2008.00",
    },
    {
      day: "2026-07-05",
      warehouse: "fba-us",
      event: "shipped",
      units: -2,
      cost: "-10.04",
      unit_cost: "5.02",
      booked: [{ line: "cogs", units: 2, cost: "10.04" }],
      units_without_cost: 0,
      layers,
      source: "amazon.fulfilled_shipments",
      store: "lantern-us",
      market: "US",
      seller_sku: SKUS[0],
      stock_units: 398,
      stock_value: "1997.96",
    },
  ],
  closing: { units: 398, value: "1997.96" },
};

export const money = {
  fx_policy: "event_day",
  fx_results: false,
  vat: "as_told",
  stores_with_vat: [{ store: "lantern-eu" }],
};
export const warehouses = {
  rules: [{ store: "lantern-us", market: "US", place: null, warehouse: "fba-us" }],
};

const report = {
  store: "lantern-us",
  channel: "amazon",
  definition: "amazon.settlement_v2",
  name: text("Settlement report (flat file V2)", "结算报告（V2 平面文件）"),
  table: "ledger",
  cadence_days: 14,
  first_day: FIRST_DAY,
  last_day: "2026-10-12",
  covered: [
    { from: FIRST_DAY, to: "2026-09-20", state: "once", imports: [1] },
    { from: "2026-09-21", to: "2026-10-02", state: "overlapping", imports: [1, 2] },
    { from: "2026-10-07", to: "2026-10-12", state: "provisional", imports: [2] },
  ],
  missing: [{ from: "2026-10-03", to: "2026-10-06" }],
  stale_days: 18,
  state: "missing",
};
export const health = {
  reports: [
    report,
    {
      ...report,
      definition: "amazon.all_orders",
      name: text("All orders", "所有订单"),
      table: "orders",
      missing: [],
      covered: [{ from: FIRST_DAY, to: LAST_DAY, state: "once", imports: [3] }],
      stale_days: null,
      state: "ok",
    },
  ],
  drift: [
    {
      definition: "amazon.all_orders",
      name: text("All orders", "所有订单"),
      import: 3,
      file_name: "orders.txt",
      at: "2026-11-20T09:00:00Z",
      added: ["is-business-order"],
      gone: ["gift-wrap-price"],
    },
  ],
};
