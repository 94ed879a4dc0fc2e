import { Select } from "antd";
import { useTranslation } from "react-i18next";
import type { StoreWithVat } from "../../api/types";
import { useScope } from "../../app/useScope";

interface VatStoresProps {
  id?: string;
  value?: StoreWithVat[];
  onChange?(stores: StoreWithVat[]): void;
}

/** The stores whose sales are told with tax in them; rates of their own stay as they are. */
export function VatStores({ id, value = [], onChange }: VatStoresProps) {
  const { t } = useTranslation();
  const { choices } = useScope();
  const chosen = [...new Set(value.map((one) => one.store))];
  return (
    <Select
      id={id}
      mode="multiple"
      value={chosen}
      placeholder={t("accounting.no_vat_stores")}
      options={choices?.stores.map(({ name }) => ({ value: name, label: name }))}
      onChange={(names: string[]) =>
        onChange?.([
          ...value.filter((one) => names.includes(one.store)),
          ...names.filter((name) => !chosen.includes(name)).map((store) => ({ store })),
        ])
      }
    />
  );
}
