/** A board with every unit and every picture. */
import type {
  Board,
  BoardColumn,
  BoardKind,
  BoardRow,
  Detail,
  Picture,
  Unit,
} from "../../src/api/chapter";
import { dayAfter, text, usd } from "../words";
import { field } from "./kinds";

const column = (
  id: string,
  unit: Unit,
  en: string,
  zh: string,
  more: Partial<BoardColumn> = {},
): BoardColumn => ({ id, unit, name: text(en, zh), help: null, choices: [], shown: true, ...more });

const MODES = [
  { id: "sea", en: "Sea", "zh-CN": "海运" },
  { id: "air", en: "Air", "zh-CN": "空运" },
];

export const replenishment: BoardKind = {
  id: "replenishment",
  version: "2026-11-23",
  chapter: "product",
  title: text("Replenishment", "补货建议"),
  says: text(
    "What to order now, how much, and by which mode, from the demand to be expected.",
    "根据需求预测，给出现在该补什么、补多少、走什么运输方式。",
  ),
  empty: text(
    "Import sales of eight weeks and lead times of suppliers first.",
    "请先导入八周以上销售数据和供应商交期。",
  ),
  icon: "repeat",
  params: [
    field("market", "market", "Market", "站点"),
    field("service", "percent", "Service level", "目标有货率", {
      default: "0.95",
      help: text("Chance of no stock-out in a cycle.", "一个补货周期内不断货的概率。"),
    }),
    field("horizon", "integer", "Horizon", "预测期", { unit: "days", default: 90 }),
    field("mode", "choice", "Mode", "运输方式", { choices: MODES }),
    field("only_due", "flag", "Only due", "只看该补的"),
  ],
  tiles: [
    {
      id: "cash",
      name: text("Cash needed", "所需资金"),
      help: text("Of all proposals.", "全部建议合计。"),
      unit: "money",
    },
    { id: "lines", name: text("To order", "待补 SKU"), help: null, unit: "integer" },
    { id: "loss", name: text("Margin at risk", "断货损失毛利"), help: null, unit: "money" },
    {
      id: "service",
      name: text("Service level reached", "可达有货率"),
      help: null,
      unit: "percent",
    },
    { id: "first_out", name: text("First stock-out", "最早断货日"), help: null, unit: "day" },
    { id: "cover", name: text("Days of cover", "平均可售天数"), help: null, unit: "days" },
  ],
  columns: [
    column("sku", "text", "SKU", "SKU"),
    column("market", "text", "Market", "站点"),
    column("gain", "money", "Expected gain", "预期收益", {
      help: text("Margin kept against doing nothing.", "与不补货相比保住的毛利。"),
    }),
    column("units", "integer", "Order now", "建议补货量"),
    column("mode", "choice", "By", "运输方式", { choices: MODES }),
    column("cover", "days", "Cover", "可售天数"),
    column("out_on", "day", "Out of stock on", "预计断货日"),
    column("daily", "number", "Units a day", "日均销量"),
    column("risk", "percent", "Stock-out risk", "断货概率"),
    column("trend", "spark", "Last weeks", "近几周"),
    column("urgent", "flag", "Urgent", "紧急"),
    column("why", "words", "Why", "原因"),
    column("supplier", "text", "Supplier", "供应商", { shown: false }),
  ],
  row: ["sku", "market"],
  order: ["gain", true],
  actions: [
    {
      id: "order",
      name: text("Make purchase orders", "生成采购单"),
      help: text("One order for each supplier.", "按供应商合并为采购单。"),
      on: "rows",
      fields: [
        field("due", "day", "Due", "交期", { required: true }),
        field("note", "text", "Note", "备注"),
      ],
      states: [],
      permission: "work",
      job: false,
    },
    {
      id: "skip",
      name: text("Not this time", "本次不补"),
      help: null,
      on: "row",
      fields: [field("reason", "text", "Reason", "原因", { required: true })],
      states: [],
      permission: "work",
      job: false,
    },
    {
      id: "work_out",
      name: text("Work out anew", "重新计算"),
      help: text("Takes a minute for 10,000 SKUs.", "一万个 SKU 约需一分钟。"),
      on: "whole",
      fields: [],
      states: [],
      permission: "work",
      job: true,
    },
  ],
  opens: { kind: "supplier", column: "supplier" },
  source: "stub",
};

const SKUS = ["LAMP-01", "BULB-E27-4", "STRIP-5M", "DESK-LED-2", "SOLAR-PATH-8", "NIGHT-MOON"];
const MARKETS = ["US", "DE", "JP"];
const wave = (at: number, level: number, by: number) =>
  Math.round((level + Math.sin(at * 1.3) * by) * 100) / 100;

export const rows: BoardRow[] = SKUS.flatMap((sku, s) =>
  MARKETS.map((market, m): BoardRow => {
    const at = s * MARKETS.length + m;
    const isNew = sku === "NIGHT-MOON" && market === "JP";
    return {
      id: `${sku} · ${market}`,
      cells: {
        sku,
        market,
        gain: isNew ? null : usd((5400 / (at + 1) - 260).toFixed(2)),
        units: Math.max(0, 2400 - at * 130),
        mode: at % 4 === 1 ? "air" : "sea",
        cover: String(12 + at * 3.5),
        out_on: dayAfter("2026-12-05", at * 4),
        daily: String(wave(at, 18, 9)),
        risk: (0.62 / (1 + at * 0.3)).toFixed(3),
        trend: Array.from({ length: 12 }, (_, week) => wave(week + at, 20 + at, 6)),
        urgent: at < 3,
        why: text("Sells faster than its lead time allows.", "销售速度快于到货周期。"),
        supplier: `S${(s % 3) + 1}`,
      },
      notes: isNew
        ? { gain: text("No price yet in this market.", "该站点尚未设置售价。") }
        : at === 4
          ? { daily: text("Of 9 days only; out of stock before.", "仅 9 天数据，此前断货。") }
          : {},
    };
  }),
);

const LABELS = Array.from({ length: 20 }, (_, at) => dayAfter("2026-09-07", at * 7));
const SEEN = 12;

export const pictures: Picture[] = [
  {
    type: "lines",
    title: text("Demand by week", "每周需求"),
    unit: "number",
    labels: LABELS,
    lines: [
      {
        name: text("Sold", "实际销量"),
        values: LABELS.map((_, at) => (at < SEEN ? wave(at, 420, 60) : null)),
        expected: false,
      },
      {
        name: text("Expected", "预测"),
        values: LABELS.map((_, at) => (at >= SEEN - 1 ? wave(at, 450, 60) : null)),
        expected: true,
      },
    ],
    bands: [
      {
        name: text("80 % of futures", "80% 区间"),
        low: LABELS.map((_, at) => (at >= SEEN - 1 ? wave(at, 390, 60) : null)),
        high: LABELS.map((_, at) => (at >= SEEN - 1 ? wave(at, 530, 60) : null)),
      },
    ],
  },
  {
    type: "bars",
    title: text("Cash by month", "按月资金需求"),
    unit: "money",
    labels: ["2026-12", "2027-01", "2027-02", "2027-03"],
    series: [
      { name: text("Goods", "货款"), values: [18_400, 9200, 14_100, 8000], expected: false },
      { name: text("Freight", "头程"), values: [3200, 1900, 2600, 1500], expected: true },
    ],
  },
  {
    type: "waterfall",
    title: text("From price to margin", "从售价到毛利"),
    unit: "money",
    steps: [
      { name: text("Price", "售价"), value: 29.99, total: true },
      { name: text("Goods", "货本"), value: -6.4, total: false },
      { name: text("Freight", "头程"), value: -2.1, total: false },
      { name: text("Duty", "关税"), value: -1.6, total: false },
      { name: text("Channel fees", "平台费"), value: -9.2, total: false },
      { name: text("Subsidy", "补贴"), value: 1.1, total: false },
      { name: text("Margin", "毛利"), value: 11.79, total: true },
    ],
  },
  {
    type: "grid",
    title: text("May it be sold?", "能否销售"),
    columns: MARKETS,
    rows: SKUS.map((name, at) => ({
      name,
      cells: MARKETS.map((market, m): [string, { en: string; "zh-CN": string }] =>
        (at + m) % 4 === 0
          ? ["red", text(`No ${market} safety report`, "缺少安全测试报告")]
          : (at + m) % 3 === 0
            ? ["gold", text("Report ends in 40 days", "报告 40 天后到期")]
            : ["green", text("All documents there", "文件齐全")],
      ),
    })),
  },
  {
    type: "bubbles",
    title: text("Traffic and margin", "流量与毛利"),
    x: { name: text("Visits a month", "月访问量"), unit: "number", split: "2000" },
    y: { name: text("Margin", "毛利率"), unit: "percent", split: "0.2" },
    size: { name: text("Profit", "利润"), unit: "money", split: null },
    points: rows.slice(0, 12).map((row, at) => ({
      id: row.id,
      name: row.id,
      group: [text("Traffic", "引流款"), text("Profit", "利润款"), text("Image", "形象款")][
        at % 3
      ] as { en: string; "zh-CN": string },
      x: 400 + at * 370,
      y: 0.06 + ((at * 7) % 12) * 0.03,
      size: 5000 / (at + 1),
    })),
  },
];

export function boardOf(query: URLSearchParams): Board {
  const market = query.get("market");
  const shown = rows.filter(({ cells }) => !market || cells.market === market);
  return {
    rows: query.get("horizon") === "1" ? [] : shown,
    tiles: {
      cash: usd("63412.80"),
      lines: shown.length,
      loss: usd("8120.00"),
      service: "0.9631",
      first_out: "2026-12-05",
      cover: "38.4",
    },
    pictures,
    remarks: [
      {
        level: "warning",
        says: text(
          "Two suppliers have no lead time; 30 days are taken.",
          "两家供应商没有交期，按 30 天计算。",
        ),
      },
      { level: "info", says: text("Stock-out days are corrected.", "已修正断货日的销量。") },
    ],
    day: "2026-11-20",
    made: "2026-11-23T05:12:00Z",
    params: {
      service: query.get("service") ?? "0.95",
      horizon: Number(query.get("horizon") ?? 90),
      ...(market ? { market } : {}),
    },
  };
}

export function detailOf(query: URLSearchParams): { detail: Detail | null } {
  const row = rows.find(({ id }) => id === query.get("row"));
  if (!row || row.cells.market === "JP") return { detail: null };
  return {
    detail: {
      title: text(
        `${row.id}: order ${row.cells.units} units`,
        `${row.id}：补货 ${row.cells.units} 件`,
      ),
      sections: [
        {
          title: text("Why so many", "为什么是这个数量"),
          holds: {
            says: text(
              "Of 1,000 futures, 950 are served with this quantity.",
              "在 1000 种可能的需求中，此数量可满足 950 种。",
            ),
          },
        },
        {
          title: text("Figures", "关键数字"),
          holds: {
            facts: [
              { name: text("On hand", "在库"), unit: "integer", value: 412, note: null },
              {
                name: text("Lead time", "到货周期"),
                unit: "days",
                value: "46",
                note: text("from 7 own shipments", "来自 7 票自有货件"),
              },
              {
                name: text("Unit cost", "单位成本"),
                unit: "money",
                value: usd("6.40"),
                note: null,
              },
            ],
          },
        },
        {
          title: text("Other quantities", "其他数量"),
          holds: {
            table: {
              columns: [
                column("units", "integer", "Units", "数量"),
                column("gain", "money", "Gain", "收益"),
                column("risk", "percent", "Risk", "断货概率"),
              ],
              rows: [600, 1200, 2400].map((units) => ({
                id: String(units),
                cells: { units, gain: usd(String(units * 1.5)), risk: (90 / units).toFixed(3) },
              })),
            },
          },
        },
        { title: text("Stock ahead", "库存走势"), holds: { picture: pictures[0] as Picture } },
      ],
    },
  };
}

export const doneOnBoard = (action: string, rows: string[]) => ({
  done: {
    says: text(`${action}: ${rows.length} rows.`, `${action}：${rows.length} 行。`),
    records: [
      ["purchase_order", "PO-2026-0001"],
      ["purchase_order", "PO-2026-0002"],
    ],
  },
  job: null,
});
