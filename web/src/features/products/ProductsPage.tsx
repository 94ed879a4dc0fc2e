import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import { PageHead } from "../../ui/Panel";
import { TabsPanel } from "../../ui/TabsPanel";
import { FreightTab } from "./costs/FreightTab";
import { PurchasesTab } from "./costs/PurchasesTab";
import { StockValueTab } from "./costs/StockValueTab";
import { PairingTab } from "./PairingTab";
import { ProductTab } from "./ProductTab";
import { TemplatesTab } from "./TemplatesTab";
import { UnpairedTab } from "./UnpairedTab";
import "../data/data.css";
import "./products.css";

/** Our own products: what they are, what they cost and since when, and how channels call them. */
export function ProductsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab } = useSearch({ from: "/products" });
  const unpaired = useQuery({ queryKey: ["unpaired"], queryFn: calls.unpaired }).data;
  const waiting = unpaired?.unpaired.length ?? 0;
  return (
    <div className="wrap">
      <PageHead
        title={t("nav.products")}
        says={<span className="mut">{t("products.says")}</span>}
      />
      <TabsPanel
        active={tab}
        onChange={(next) => navigate({ to: "/products", search: (now) => ({ ...now, tab: next }) })}
        tabs={[
          { key: "list", label: t("products.list"), children: <ProductTab /> },
          {
            key: "unpaired",
            label: waiting
              ? t("grid.count_of", { name: t("products.unpaired"), count: waiting })
              : t("products.unpaired"),
            children: <UnpairedTab />,
          },
          { key: "pairings", label: t("products.pairings"), children: <PairingTab /> },
          { key: "purchases", label: t("products.purchases"), children: <PurchasesTab /> },
          { key: "freight", label: t("products.freight"), children: <FreightTab /> },
          { key: "stock", label: t("products.stock_value"), children: <StockValueTab /> },
          { key: "templates", label: t("products.templates"), children: <TemplatesTab /> },
        ]}
      />
    </div>
  );
}
