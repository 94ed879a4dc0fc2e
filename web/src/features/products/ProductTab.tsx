import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Plus } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Product } from "../../api/types";
import { useSaving } from "../../app/useSaving";
import { useMay } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { type Column, DataGrid } from "../../ui/DataGrid";
import { InlineEdit } from "../../ui/InlineEdit";
import { Await } from "../../ui/States";
import { CostDrawer } from "./CostDrawer";
import { NewProduct } from "./NewProduct";
import { productsQuery } from "./queries";

const EDITABLE = ["name", "brand", "category", "owner", "stage"] as const;
type Editable = (typeof EDITABLE)[number];

interface Place {
  sku: string;
  column: string;
}

function useProductColumns(editing: Place | null, stop: () => void): Column<Product>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const { save } = useSaving(calls.saveProduct);
  return useMemo(() => {
    const editable = (id: Editable, width: number): Column<Product> => ({
      id,
      header: t(`field.${id === "name" ? "product_name" : id}`),
      width,
      value: (one) => one[id],
      cell: (one) =>
        editing?.sku === one.sku && editing.column === id ? (
          <InlineEdit
            label={`${t(`field.${id === "name" ? "product_name" : id}`)} ${one.sku}`}
            value={one[id] ?? ""}
            onSave={(value) => {
              stop();
              if (value !== (one[id] ?? "")) save(one.sku, { [id]: value });
            }}
            onCancel={stop}
          />
        ) : (
          (one[id] ?? "")
        ),
    });
    return [
      { id: "sku", header: t("field.sku"), width: 170, value: (one) => one.sku },
      editable("name", 250),
      {
        id: "cost",
        header: t("products.cost_now"),
        hint: t("products.cost_says"),
        kind: "money",
        width: 150,
        value: (one) => one.costs[0]?.cost.amount,
        cell: (one) => {
          const cost = one.costs[0]?.cost;
          if (!cost) return <span className="warn">{t("products.no_cost")}</span>;
          return (
            <>
              {format.money(cost.amount, cost.currency)}
              {one.costs.length > 1 && <span className="mut"> ×{one.costs.length}</span>}
            </>
          );
        },
      },
      {
        id: "since",
        header: t("products.since"),
        kind: "day",
        width: 116,
        value: (one) => one.costs[0]?.since,
        cell: (one) => (one.costs[0] ? format.day(one.costs[0].since) : ""),
      },
      {
        id: "pairings",
        header: t("products.pairings"),
        width: 240,
        value: (one) => one.pairings.map(({ seller_sku }) => seller_sku).join(", "),
      },
      editable("brand", 120),
      editable("category", 130),
      editable("owner", 110),
      editable("stage", 110),
    ];
  }, [t, format, editing, save, stop]);
}

/** The products; costs open on their own, the other columns are edited in place. */
export function ProductTab() {
  const { t } = useTranslation();
  const mayEdit = useMay("edit");
  const query = useQuery(productsQuery);
  const [editing, setEditing] = useState<Place | null>(null);
  const [costsOf, setCostsOf] = useState<string | null>(null);
  const [adding, setAdding] = useState(false);
  const stop = useMemo(() => () => setEditing(null), []);
  const columns = useProductColumns(editing, stop);

  const opens = (column: string) =>
    ["sku", "cost", "since"].includes(column) || (mayEdit && EDITABLE.includes(column as Editable));
  return (
    <Await query={query} height={300}>
      {(products) => {
        const product = products.find((one) => one.sku === costsOf);
        return (
          <>
            <DataGrid
              id="products"
              label={t("products.list")}
              rows={products}
              columns={columns}
              rowKey={(one) => one.sku}
              canOpen={(_, column) => opens(column)}
              onOpen={(one, column) =>
                EDITABLE.includes(column as Editable)
                  ? setEditing({ sku: one.sku, column })
                  : setCostsOf(one.sku)
              }
              height="calc(100vh - 230px)"
              empty={t("products.none")}
              tools={
                <>
                  {mayEdit && (
                    <Button size="small" icon={<Plus size={13} />} onClick={() => setAdding(true)}>
                      {t("products.add")}
                    </Button>
                  )}
                  <span className="mut sm">{mayEdit && t("products.edit_hint")}</span>
                </>
              }
            />
            {adding && <NewProduct close={() => setAdding(false)} />}
            {product && <CostDrawer product={product} close={() => setCostsOf(null)} />}
          </>
        );
      }}
    </Await>
  );
}
