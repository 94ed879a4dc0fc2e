import { useNavigate, useSearch } from "@tanstack/react-router";
import { Checkbox, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Vat } from "../../api/types";
import { BASES, type BasisChoice, VATS, type ViewSearch } from "./view";

/** Which day counts, tax in or out, exchange results, fees shared over products. */
export function ViewBar() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ from: "/profit" });
  const change = (next: ViewSearch) =>
    navigate({ to: "/profit", search: (now) => ({ ...now, ...next }), replace: true });
  return (
    <fieldset className="view-bar" aria-label={t("view.label")}>
      <Segmented<BasisChoice>
        size="small"
        aria-label={t("view.basis")}
        value={search.basis ?? "settlement"}
        onChange={(basis) => change({ basis: basis === "settlement" ? undefined : basis })}
        options={BASES.map((value) => ({ value, label: t(`view.basis_${value}`) }))}
      />
      <Select<Vat | "company">
        size="small"
        aria-label={t("view.vat")}
        value={search.vat ?? "company"}
        onChange={(vat) => change({ vat: vat === "company" ? undefined : vat })}
        options={(["company", ...VATS] as const).map((value) => ({
          value,
          label: t(`view.vat_${value}`),
        }))}
        popupMatchSelectWidth={false}
        style={{ width: 190 }}
      />
      <Checkbox
        checked={search.allocate ?? false}
        onChange={(event) => change({ allocate: event.target.checked || undefined })}
      >
        {t("view.allocate")}
      </Checkbox>
      <Checkbox
        checked={search.fx ?? false}
        onChange={(event) => change({ fx: event.target.checked || undefined })}
      >
        {t("view.fx")}
      </Checkbox>
    </fieldset>
  );
}
