import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Product } from "../../api/types";
import { errorText } from "../../i18n/names";

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

/** Saves something; then every figure that stands on products is asked anew. */
export function useSaving<Args extends unknown[]>(save: (...args: Args) => Promise<unknown>) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const { t } = useTranslation();
  const mutation = useMutation({
    mutationFn: (args: Args) => save(...args),
    onSuccess: () => queries.invalidateQueries(),
    onError: (error) => message.error(errorText(error, t)),
  });
  return {
    save: (...args: Args) =>
      mutation.mutateAsync(args).then(
        () => true,
        () => false,
      ),
    saving: mutation.isPending,
  };
}
