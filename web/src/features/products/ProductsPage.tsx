import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import { PageHead } from "../../ui/Panel";
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
      <section className="panel tabs-panel">
        <Tabs
          activeKey={tab ?? "list"}
          onChange={(next) =>
            navigate({
              to: "/products",
              search: (now) => ({ ...now, tab: next === "list" ? undefined : next }),
            })
          }
          items={[
            { key: "list", label: t("products.list"), children: <ProductTab /> },
            {
              key: "unpaired",
              label: waiting ? `${t("products.unpaired")} (${waiting})` : t("products.unpaired"),
              children: <UnpairedTab />,
            },
            { key: "pairings", label: t("products.pairings"), children: <PairingTab /> },
            { key: "templates", label: t("products.templates"), children: <TemplatesTab /> },
          ]}
        />
      </section>
    </div>
  );
}
