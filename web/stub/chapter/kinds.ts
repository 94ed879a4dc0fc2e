/** Kinds of records of the made-up company, as knowledge files describe them. */
import type { Choice, Field, FieldType, Kind } from "../../src/api/chapter";
import { text } from "../words";

const choice = (id: string, en: string, zh: string): Choice => ({ id, en, "zh-CN": zh });

export const field = (
  id: string,
  type: FieldType,
  en: string,
  zh: string,
  more: Partial<Field> = {},
): Field => ({
  id,
  type,
  name: text(en, zh),
  help: null,
  required: false,
  unit: null,
  min: null,
  max: null,
  default: null,
  unique: false,
  group: null,
  list: false,
  read_only: false,
  alias: [],
  ...more,
});

const kind = (id: string, more: Partial<Kind> & Pick<Kind, "title" | "one" | "says">): Kind => ({
  id,
  version: "2026-11-23",
  chapter: "product",
  icon: null,
  key: { field: "code" },
  label: "name",
  permission: "edit",
  groups: [],
  fields: [],
  states: null,
  orders: [],
  papers: [],
  actions: [],
  source: "stub",
  ...more,
});

export const INCOTERMS = [
  choice("exw", "EXW", "EXW"),
  choice("fob", "FOB", "FOB"),
  choice("ddp", "DDP", "DDP"),
];

export const supplier = kind("supplier", {
  title: text("Suppliers", "供应商"),
  one: text("Supplier", "供应商"),
  says: text(
    "Who makes or sells what we buy. Add the first one, then its prices.",
    "我们向谁采购。先添加供应商，再维护其报价。",
  ),
  icon: "factory",
  groups: [
    { id: "contact", name: text("Contact", "联系方式") },
    { id: "terms", name: text("Terms", "交易条款") },
  ],
  fields: [
    field("code", "text", "Code", "供应商编码", { required: true, list: true }),
    field("name", "text", "Name", "名称", { required: true, list: true }),
    field("country", "country", "Country", "国家", { list: true, default: "CN" }),
    field("grade", "choice", "Grade", "等级", {
      list: true,
      choices: [
        choice("a", "A – first choice", "A 级，首选"),
        choice("b", "B – backup", "B 级，备选"),
      ],
    }),
    field("contact", "text", "Contact person", "联系人", { group: "contact", list: true }),
    field("email", "text", "E-mail", "邮箱", { group: "contact" }),
    field("lead_days", "integer", "Lead time", "交期", {
      group: "terms",
      unit: "days",
      min: "0",
      max: "730",
      list: true,
      help: text("From the order to ready goods.", "从下单到完工的天数。"),
    }),
    field("deposit_share", "percent", "Deposit", "定金比例", { group: "terms", list: true }),
    field("incoterm", "choice", "Incoterm", "贸易条款", { group: "terms", choices: INCOTERMS }),
    field("currency", "currency", "Currency", "币种", { group: "terms", default: "CNY" }),
    field("note", "long_text", "Note", "备注"),
  ],
});

export const place = kind("place", {
  title: text("Places", "仓库"),
  one: text("Place", "仓库"),
  says: text("Where goods lie.", "货物存放的地方。"),
  icon: "warehouse",
  fields: [
    field("code", "text", "Code", "仓库编码", { required: true, list: true }),
    field("name", "text", "Name", "名称", { required: true, list: true }),
    field("country", "country", "Country", "国家", { list: true }),
  ],
});

const state = (id: string, en: string, zh: string, colour: string, open = true) => ({
  id,
  name: text(en, zh),
  colour,
  open,
});
const move = (
  id: string,
  en: string,
  zh: string,
  from: string[],
  to: string,
  permission: string | null = null,
) => ({ id, name: text(en, zh), from, to, permission });

export const purchaseOrder = kind("purchase_order", {
  title: text("Purchase orders", "采购单"),
  one: text("Purchase order", "采购单"),
  says: text(
    "What was ordered of whom, at what price, for when.",
    "向谁订购、价格、交期；在此审批、下单、跟进生产。",
  ),
  icon: "clipboard-list",
  key: { number: "PO-{year}-{n:4}" },
  label: "supplier",
  permission: "work",
  groups: [{ id: "stages", name: text("Stages", "阶段日期") }],
  fields: [
    field("supplier", "ref", "Supplier", "供应商", { to: "supplier", required: true, list: true }),
    field("ordered_on", "day", "Ordered", "下单日", { required: true, list: true }),
    field("currency", "currency", "Currency", "币种", {
      required: true,
      list: true,
      default: "CNY",
    }),
    field("deposit_share", "percent", "Deposit", "定金比例", { list: true }),
    field("deliver_to", "ref", "Deliver to", "交货地点", { to: "place", list: true }),
    field("lines", "lines", "Goods", "采购明细", {
      required: true,
      list: true,
      fields: [
        field("sku", "sku", "SKU", "SKU", { required: true }),
        field("units", "integer", "Units", "数量", { required: true, min: "1" }),
        field("price", "money", "Price of a unit", "单价", { required: true }),
        field("due", "day", "Due", "交期"),
      ],
    }),
    field("note", "long_text", "Note", "备注"),
    field("approved_on", "day", "Approved", "审批日", { group: "stages" }),
    field("approved_by", "text", "Approved by", "审批人", { group: "stages", read_only: true }),
  ],
  states: {
    states: [
      state("draft", "Draft", "草稿", "grey"),
      state("approved", "Approved", "已审批", "blue"),
      state("sent", "Sent", "已下单", "gold"),
      state("received", "Received", "已到货", "green"),
      state("cancelled", "Cancelled", "已取消", "red", false),
    ],
    moves: [
      move("approve", "Approve", "审批通过", ["draft"], "approved", "edit"),
      move("send", "Sent to the supplier", "已发供应商", ["approved"], "sent"),
      move("cancel", "Cancel", "取消", ["draft", "approved", "sent"], "cancelled", "edit"),
    ],
  },
  papers: [{ id: "order", name: text("Purchase order", "采购单") }],
  actions: [
    {
      id: "receive",
      name: text("Receive goods", "收货"),
      help: text("Makes a receipt of what is still open.", "按未到数量生成收货单。"),
      on: "row",
      fields: [
        field("day", "day", "Received", "收货日", { required: true, default: "2026-11-23" }),
        field("place", "ref", "Place", "收货仓库", { to: "place", required: true }),
      ],
      states: ["sent"],
      permission: "work",
      job: false,
    },
    {
      id: "ship",
      name: text("Create shipment", "创建发货单"),
      help: null,
      on: "rows",
      fields: [
        field("mode", "choice", "By", "运输方式", {
          required: true,
          choices: [choice("sea", "sea", "海运"), choice("air", "air", "空运")],
        }),
      ],
      states: ["sent"],
      permission: "work",
      job: false,
    },
  ],
});

/** One field of every type: what a form must be able to hold. */
export const specimen = kind("specimen", {
  title: text("Specimens", "样本"),
  one: text("Specimen", "样本"),
  says: text("A record with a field of every type.", "包含每种字段类型的记录。"),
  fields: [
    field("code", "text", "Code", "编码", { required: true, list: true }),
    field("name", "text", "Name", "名称", { list: true, default: "New one" }),
    field("story", "long_text", "Story", "说明"),
    field("weight", "number", "Weight", "重量", { unit: "kg", list: true }),
    field("units", "integer", "Units", "数量", { list: true }),
    field("share", "percent", "Share", "占比", { list: true }),
    field("price", "money", "Price", "价格", { list: true }),
    field("since", "day", "Since", "起始日", { list: true }),
    field("radio", "flag", "Radio", "无线电", { list: true }),
    field("active", "flag", "Active", "启用", { required: true, default: true }),
    field("mode", "choice", "Mode", "方式", {
      list: true,
      choices: [choice("sea", "Sea", "海运"), choice("air", "Air", "空运")],
    }),
    field("materials", "choices", "Materials", "材质", {
      choices: [choice("steel", "Steel", "钢"), choice("glass", "Glass", "玻璃")],
    }),
    field("supplier", "ref", "Supplier", "供应商", { to: "supplier", list: true }),
    field("others", "refs", "Other suppliers", "其他供应商", { to: "supplier" }),
    field("sku", "sku", "SKU", "SKU"),
    field("store", "store", "Store", "店铺"),
    field("market", "market", "Market", "站点"),
    field("country", "country", "Country", "国家"),
    field("currency", "currency", "Currency", "币种"),
    field("language", "language", "Language", "语言"),
    field("owner", "user", "Owner", "负责人"),
    field("link", "url", "Link", "链接"),
    field("made", "day", "Made", "生成日", { read_only: true }),
    field("tiers", "lines", "Tiers", "阶梯价", {
      fields: [
        field("from_units", "integer", "From units", "起订量", { required: true }),
        field("price", "money", "Price", "价格"),
        field("rebate", "percent", "Rebate", "返点"),
        field("firm", "flag", "Firm", "固定"),
        field("mode", "choice", "Mode", "方式", {
          choices: [choice("sea", "Sea", "海运"), choice("air", "Air", "空运")],
        }),
      ],
    }),
  ],
});

export const KINDS: Kind[] = [supplier, place, purchaseOrder, specimen];

export const chapters = {
  chapters: [
    {
      id: "product",
      title: text("Product and supply", "产品与供应链"),
      icon: "package",
      sections: [
        {
          title: text("Purchasing", "采购"),
          pages: [
            { page: "records" as const, id: "supplier", title: supplier.title, icon: "factory" },
            {
              page: "records" as const,
              id: "purchase_order",
              title: purchaseOrder.title,
              icon: "clipboard-list",
            },
            { page: "records" as const, id: "specimen", title: specimen.title, icon: "no-such" },
          ],
        },
        {
          title: text("Forecast and replenishment", "预测与补货"),
          pages: [
            {
              page: "board" as const,
              id: "replenishment",
              title: text("Replenishment", "补货建议"),
              icon: "repeat",
            },
          ],
        },
      ],
    },
  ],
};
