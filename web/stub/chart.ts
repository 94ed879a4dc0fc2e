const line = (
  id: string,
  parent: string | null,
  stage: string,
  en: string,
  zh: string,
  subtotal = false,
) => ({
  id,
  parent,
  stage,
  level: parent ? 1 : 0,
  kind: subtotal ? ("subtotal" as const) : ("line" as const),
  name: { en, "zh-CN": zh },
  says: null,
});

/** The lines of the statement in the order to print. */
export const LINES = [
  line("sales", null, "sales", "Sales", "销售收入"),
  line("product_sales", "sales", "sales", "Product sales", "商品销售额"),
  line("shipping_credits", "sales", "sales", "Shipping charged to buyers", "买家支付的运费"),
  line("gross_sales", null, "sales", "Gross sales", "销售收入合计", true),
  line("promotions", null, "promotions", "Promotions and discounts", "促销与折扣"),
  line("promotion_rebates", "promotions", "promotions", "Promotion rebates", "促销折扣"),
  line("refunds", null, "refunds", "Refunds", "退款"),
  line("product_refunds", "refunds", "refunds", "Product refunds", "商品退款"),
  line("net_sales", null, "net", "Net sales", "净销售额", true),
  line("goods", null, "goods", "Goods", "货本"),
  line("cogs", "goods", "goods", "Cost of goods sold", "商品成本"),
  line("inbound_freight", "goods", "goods", "Inbound freight", "头程"),
  line("contribution_1", null, "net", "Contribution 1", "贡献利润 1", true),
  line("channel", null, "channel", "Channel fees", "平台费"),
  line("referral_fee", "channel", "channel", "Referral fee", "佣金"),
  line("coupon_fee", "channel", "channel", "Coupon fee", "优惠券费"),
  line("logistics", null, "logistics", "Logistics", "物流"),
  line("fulfilment_fee", "logistics", "logistics", "Fulfilment fee", "FBA发货费"),
  line("storage_fee", "logistics", "logistics", "Storage fee", "月度仓储费"),
  line("contribution_2", null, "net", "Contribution 2", "贡献利润 2", true),
  line("ads", null, "ads", "Advertising", "广告"),
  line("ad_cost", "ads", "ads", "Ad cost", "广告费"),
  line("contribution_3", null, "net", "Contribution 3", "贡献利润 3", true),
  line("overhead", null, "overhead", "Overhead", "期间费用"),
  line("software", "overhead", "overhead", "Software", "软件"),
  line("operating_profit", null, "net", "Operating profit", "经营利润", true),
  line("unclassified", null, "unclassified", "Unclassified", "未识别的费用"),
];

const RUNNING = ["sales", "promotions", "refunds"];
const SUMS: Record<string, string[]> = {
  gross_sales: ["sales"],
  net_sales: RUNNING,
  contribution_1: [...RUNNING, "goods"],
  contribution_2: [...RUNNING, "goods", "channel", "logistics"],
  contribution_3: [...RUNNING, "goods", "channel", "logistics", "ads"],
  operating_profit: [...RUNNING, "goods", "channel", "logistics", "ads", "overhead"],
};

/** The leaves a line, group or subtotal adds up. */
export function leavesOf(id: string): string[] {
  const parts = SUMS[id];
  if (parts) return parts.flatMap(leavesOf);
  const children = LINES.filter((one) => one.parent === id);
  return children.length ? children.flatMap((one) => leavesOf(one.id)) : [id];
}
