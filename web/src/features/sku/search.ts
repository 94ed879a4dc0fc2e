/** Which SKU is looked at; `store` and `market` of the address belong to the scope. */
export interface SkuSearch {
  of?: string;
  sku?: string;
  at?: string;
}

const text = (value: unknown) =>
  typeof value === "number"
    ? String(value)
    : typeof value === "string" && value
      ? value
      : undefined;

export const parseSku = (search: Record<string, unknown>): SkuSearch => ({
  of: text(search.of),
  sku: text(search.sku),
  at: text(search.at),
});
