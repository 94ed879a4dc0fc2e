import { useQuery } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Product, Unpaired } from "../../api/types";
import { useSaving } from "../../app/useSaving";
import { useMay } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { type Column, DataGrid } from "../../ui/DataGrid";
import { Await, Empty } from "../../ui/States";
import { productsQuery } from "./queries";

function PairWith({ one, products }: { one: Unpaired; products: Product[] }) {
  const { t } = useTranslation();
  const [sku, setSku] = useState(one.suggestion ?? undefined);
  const { save, saving } = useSaving(calls.addPairing);
  return (
    <span className="pair-with">
      <Select
        size="small"
        showSearch={{ optionFilterProp: "label" }}
        aria-label={`${t("products.pair_with")} ${one.seller_sku}`}
        placeholder={t("products.pair_with")}
        value={sku}
        onChange={setSku}
        options={products.map((product) => ({
          value: product.sku,
          label: `${product.sku} ${product.name}`,
        }))}
      />
      <Button
        size="small"
        disabled={!sku}
        loading={saving}
        onClick={() => sku && save({ store: one.store, seller_sku: one.seller_sku, sku })}
      >
        {t("products.pair")}
      </Button>
    </span>
  );
}

/** SKUs of channels without a product of ours behind them: their goods have no cost yet. */
export function UnpairedTab() {
  const { t } = useTranslation();
  const format = useFormat();
  const mayEdit = useMay("edit");
  const query = useQuery({ queryKey: ["unpaired"], queryFn: calls.unpaired });
  const products = useQuery(productsQuery).data;
  const columns = useMemo(
    (): Column<Unpaired>[] => [
      { id: "sku", header: t("field.seller_sku"), width: 190, value: (one) => one.seller_sku },
      { id: "store", header: t("field.store"), width: 130, value: (one) => one.store },
      {
        id: "units",
        header: t("field.units"),
        kind: "number",
        width: 80,
        value: (one) => one.units,
        cell: (one) => format.number(one.units),
      },
      {
        id: "first",
        header: t("products.first_day"),
        kind: "day",
        width: 116,
        value: (one) => one.first_day,
        cell: (one) => format.day(one.first_day),
      },
      {
        id: "last",
        header: t("products.last_day"),
        kind: "day",
        width: 116,
        value: (one) => one.last_day,
        cell: (one) => format.day(one.last_day),
      },
      ...(mayEdit
        ? [
            {
              id: "pair",
              header: t("products.pair_with"),
              width: 340,
              value: (one: Unpaired) => one.suggestion,
              cell: (one: Unpaired) => <PairWith one={one} products={products ?? []} />,
            },
          ]
        : []),
    ],
    [t, format, mayEdit, products],
  );
  return (
    <Await query={query} height={240}>
      {({ unpaired }) =>
        unpaired.length === 0 ? (
          <Empty title={t("products.all_paired")} says={t("products.unpaired_says")} />
        ) : (
          <DataGrid
            id="unpaired"
            label={t("products.unpaired")}
            rows={unpaired}
            columns={columns}
            rowKey={(one) => `${one.store}:${one.seller_sku}`}
            height="calc(100vh - 230px)"
            tools={<span className="mut sm">{t("products.unpaired_says")}</span>}
          />
        )
      }
    </Await>
  );
}
