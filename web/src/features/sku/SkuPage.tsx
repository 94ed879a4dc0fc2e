import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Scoped } from "../../app/Scoped";
import { useScope } from "../../app/useScope";
import { NoData } from "../../ui/NoData";
import { PageHead } from "../../ui/Panel";
import { OneSku } from "./OneSku";
import { SkuPicker } from "./SkuPicker";
import type { SkuSearch } from "./search";
import "../loop/loop.css";
import "./sku.css";

/** Everything about one SKU on one time axis; without one, the list to choose from. */
export function SkuPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { of, sku, at } = useSearch({ from: "/skus" });
  const { empty } = useScope();
  const go = (next: SkuSearch) =>
    navigate({ to: "/skus", search: (now: SkuSearch) => ({ ...now, ...next }) });
  return (
    <div className="wrap">
      <Scoped>
        {empty ? (
          <NoData />
        ) : of && sku ? (
          <OneSku store={of} sku={sku} market={at} go={go} />
        ) : (
          <>
            <PageHead title={t("nav.skus")} says={<span className="mut">{t("sku.says")}</span>} />
            <SkuPicker open={go} />
          </>
        )}
      </Scoped>
    </div>
  );
}
