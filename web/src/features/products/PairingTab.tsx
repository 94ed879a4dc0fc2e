import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Trash2 } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Pairing } from "../../api/types";
import { useSaving } from "../../app/useSaving";
import { useMay } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { type Column, DataGrid } from "../../ui/DataGrid";
import { Await } from "../../ui/States";
import { productsQuery } from "./queries";

/** Which product of ours stands behind which SKU of which store, and when. */
export function PairingTab() {
  const { t } = useTranslation();
  const format = useFormat();
  const mayEdit = useMay("edit");
  const query = useQuery(productsQuery);
  const { save } = useSaving(calls.removePairing);
  const columns = useMemo(
    (): Column<Pairing>[] => [
      {
        id: "seller_sku",
        header: t("field.seller_sku"),
        width: 200,
        value: (one) => one.seller_sku,
      },
      { id: "store", header: t("field.store"), width: 140, value: (one) => one.store },
      { id: "sku", header: t("field.sku"), width: 200, value: (one) => one.sku },
      {
        id: "since",
        header: t("products.since"),
        kind: "day",
        width: 130,
        value: (one) => one.since,
        cell: (one) => (one.since ? format.day(one.since) : t("products.always")),
      },
      {
        id: "until",
        header: t("products.until"),
        kind: "day",
        width: 130,
        value: (one) => one.until,
        cell: (one) => (one.until ? format.day(one.until) : ""),
      },
      ...(mayEdit
        ? [
            {
              id: "remove",
              header: t("action.remove"),
              width: 90,
              value: () => null,
              cell: (one: Pairing) => (
                <Button
                  size="small"
                  type="text"
                  icon={<Trash2 size={13} />}
                  aria-label={`${t("action.remove")} ${one.seller_sku}`}
                  onClick={() => save(one)}
                />
              ),
            },
          ]
        : []),
    ],
    [t, format, mayEdit, save],
  );
  return (
    <Await query={query} height={240}>
      {(products) => (
        <DataGrid
          id="pairings"
          label={t("products.pairings")}
          rows={products.flatMap((product) => product.pairings)}
          columns={columns}
          rowKey={(one) => `${one.store}:${one.seller_sku}:${one.since}`}
          height="calc(100vh - 230px)"
        />
      )}
    </Await>
  );
}
