/**
 * A made-up company for tests and for working on the pages without the binary. Figures come from
 * one deterministic cube (day × store × SKU × line), so every answer agrees with every other.
 */
export const STORES = [
  { name: "lantern-us", channel: "amazon", market: "US", currency: "USD", time_zone: null },
  { name: "lantern-de", channel: "amazon", market: "DE", currency: "EUR", time_zone: null },
  { name: "lantern-shop", channel: "shopify", market: "US", currency: "USD", time_zone: null },
];

export const SKUS = ["LED-5M-RGB", "LED-10M-WARM", "LAMP-DESK-01", "LAMP-CLIP-02", "BULB-E27-4"];

export const LAST_DAY = "2026-10-31";
const DAYS = 240;

interface Shape {
  line: string;
  share: number;
}

const SHAPES: Shape[] = [
  { line: "product_sales", share: 1 },
  { line: "shipping_credits", share: 0.03 },
  { line: "promotion_rebates", share: -0.06 },
  { line: "product_refunds", share: -0.05 },
  { line: "cogs", share: -0.27 },
  { line: "inbound_freight", share: -0.05 },
  { line: "referral_fee", share: -0.15 },
  { line: "coupon_fee", share: -0.006 },
  { line: "fulfilment_fee", share: -0.14 },
  { line: "storage_fee", share: -0.015 },
  { line: "ad_cost", share: -0.12 },
  { line: "software", share: -0.01 },
  { line: "unclassified", share: -0.002 },
];

export interface Fact {
  day: string;
  store: string;
  channel: string;
  market: string;
  seller_sku: string;
  line: string;
  cents: number;
  units: number;
}

const dayBefore = (last: string, days: number) =>
  new Date(Date.parse(`${last}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);

function make(): Fact[] {
  let seed = 7;
  const chance = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  const facts: Fact[] = [];
  for (let back = DAYS - 1; back >= 0; back -= 1) {
    const day = dayBefore(LAST_DAY, back);
    const season = 1 + 0.15 * Math.sin((back / 7) * 2 * Math.PI) + (DAYS - back) / 900;
    for (const store of STORES) {
      for (const [at, sku] of SKUS.entries()) {
        const units = Math.round((2 + at * 2 + chance() * 6) * season);
        const sales = units * (1899 + at * 450);
        for (const { line, share } of SHAPES) {
          const cents = Math.round(sales * share * (0.94 + chance() * 0.12));
          facts.push({
            day,
            store: store.name,
            channel: store.channel,
            market: store.market,
            seller_sku: sku,
            line,
            cents: line === "product_sales" ? sales : cents,
            units: line === "product_sales" ? units : 0,
          });
        }
      }
    }
  }
  return facts;
}

export const FACTS = make();
export const FIRST_DAY = FACTS[0]?.day ?? LAST_DAY;
