import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../../../api/calls";
import { useLater } from "./useLater";

interface SkuPickerProps {
  id?: string;
  /** Of products, by SKU. */
  names?: Record<string, string>;
  value: string;
  onChange(value: string | undefined): void;
  status?: "error";
  placeholder?: string;
  disabled?: boolean;
  "aria-label"?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
  "aria-required"?: boolean;
}

const FOUND = 50;

/** One of our products, found by SKU or name; the server finds, as there may be very many. */
export function SkuPicker({ names, value, onChange, ...rest }: SkuPickerProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [term, setTerm] = useState("");
  const asked = useLater(term);
  const found = useQuery({
    queryKey: ["products", "picker", asked],
    queryFn: () => calls.findProducts(asked, FOUND),
    enabled: open,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const products = found.data?.products ?? [];
  const options = products.map((one) => ({ value: one.sku, label: `${one.sku} · ${one.name}` }));
  return (
    <Select<string>
      {...rest}
      allowClear
      open={open}
      onOpenChange={setOpen}
      value={value || undefined}
      onChange={(sku) => onChange(sku ?? undefined)}
      loading={found.isFetching}
      placeholder={rest.placeholder ?? t("chapter.find")}
      notFoundContent={found.isFetching ? t("state.loading") : t("palette.none")}
      options={options}
      labelRender={({ value: sku, label }) => {
        const name = names?.[String(sku)];
        return label ?? (name ? `${sku} · ${name}` : String(sku));
      }}
      popupMatchSelectWidth={false}
      showSearch={{ filterOption: false, onSearch: setTerm }}
    />
  );
}
