import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import type { PurchaseLine } from "../../../api/types";
import { useSaving } from "../../../app/useSaving";
import { type Column, useColumnKit } from "../../../ui/DataGrid";
import { Await } from "../../../ui/States";
import { DocumentsTab } from "./DocumentsTab";
import { PurchaseDialog } from "./PurchaseDialog";

export const purchasesQuery = { queryKey: ["purchases"], queryFn: calls.purchases };

function usePurchaseColumns(): Column<PurchaseLine>[] {
  const { t } = useTranslation();
  const kit = useColumnKit<PurchaseLine>();
  return useMemo(
    () => [
      kit.text("document", (one) => one.document, { width: 150 }),
      kit.text("kind", (one) => t(`costs.kind.${one.kind}`), { width: 110 }),
      kit.day("received", (one) => one.received),
      kit.text("supplier", (one) => one.supplier, { width: 120 }),
      kit.text("warehouse", (one) => one.place),
      kit.text("from_place", (one) => one.from_place, { hidden: true }),
      kit.text("sku", (one) => one.sku, { width: 170 }),
      kit.number("quantity", (one) => one.units),
      kit.money(
        "unit_cost",
        (one) => one.unit_cost?.amount,
        (one) => one.unit_cost?.currency ?? "USD",
      ),
      kit.number("unit_weight", (one) => one.unit_weight, {
        hidden: true,
        cell: (one) => one.unit_weight ?? "—",
      }),
      kit.number("unit_volume", (one) => one.unit_volume, {
        hidden: true,
        cell: (one) => one.unit_volume ?? "—",
      }),
      kit.text("note", (one) => one.note, { width: 140 }),
    ],
    [kit, t],
  );
}

/** What was bought, at what price, and where it arrived. */
export function PurchasesTab() {
  const columns = usePurchaseColumns();
  const query = useQuery(purchasesQuery);
  const { save: remove } = useSaving(calls.removePurchase);
  return (
    <Await query={query} height={300}>
      {({ lines }) => (
        <DocumentsTab
          id="purchases"
          lines={lines}
          columns={columns}
          remove={remove}
          edit={(document, close) => <PurchaseDialog lines={document} close={close} />}
        />
      )}
    </Await>
  );
}
