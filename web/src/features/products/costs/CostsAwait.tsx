import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../../../api/http";
import { Await, Empty } from "../../../ui/States";

interface CostsAwaitProps<T> {
  query: UseQueryResult<T>;
  children(data: T): ReactNode;
}

/** A question about costs; that there are no purchases yet is an empty page, not an error. */
export function CostsAwait<T>({ query, children }: CostsAwaitProps<T>) {
  const { t } = useTranslation();
  const { error } = query;
  if (error instanceof ApiError && error.problems.some(({ code }) => code === "no_purchases")) {
    return <Empty title={t("costs.no_purchases")} says={t("costs.no_stock_says")} />;
  }
  return (
    <Await query={query} height={300}>
      {children}
    </Await>
  );
}
