import * as calls from "../../api/calls";
import type { Product } from "../../api/types";

/** All products; the list is read page by page to its end, as the grid sorts over all of it. */
async function allProducts(): Promise<Product[]> {
  const products: Product[] = [];
  let cursor: string | undefined;
  do {
    const page = await calls.products(cursor);
    products.push(...page.products);
    cursor = page.meta.next ?? undefined;
  } while (cursor);
  return products;
}

export const productsQuery = { queryKey: ["products"], queryFn: allProducts };
