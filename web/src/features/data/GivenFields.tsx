import { useQuery } from "@tanstack/react-query";
import { AutoComplete, Select } from "antd";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import { useScope } from "../../app/useScope";
import { useFormat } from "../../format/useFormat";
import { DayRange } from "../../ui/DayRange";
import type { Given } from "./given";

interface GivenFieldsProps {
  given: Given;
  onChange(given: Given): void;
  /** Files wait for the name of their store. */
  storeWanted?: boolean;
}

/** Store, market and days of files: the fields beside every place where files are dropped. */
export function GivenFields({ given, onChange, storeWanted }: GivenFieldsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const id = useId();
  const { choices } = useScope();
  const markets = useQuery({ queryKey: ["stores"], queryFn: calls.stores }).data?.markets ?? [];
  return (
    <>
      <div className="field">
        <label htmlFor={`${id}-store`}>{t("field.store")}</label>
        <AutoComplete
          id={`${id}-store`}
          value={given.store}
          onChange={(store) => onChange({ ...given, store })}
          options={choices?.stores.map(({ name }) => ({ value: name }))}
          placeholder={t("data.store_hint")}
          status={storeWanted ? "warning" : undefined}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-market`}>{t("data.market_given")}</label>
        <Select
          id={`${id}-market`}
          value={given.market}
          onChange={(market) => onChange({ ...given, market })}
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          placeholder={t("data.from_file")}
          options={markets.map((code) => ({ value: code, label: format.country(code) }))}
        />
      </div>
      <div className="field">
        <span className="mut">{t("data.period_given")}</span>
        <DayRange
          value={given.period}
          onChange={(period) => onChange({ ...given, period })}
          placeholder={t("data.from_file")}
          clearable
        />
      </div>
    </>
  );
}
