import { Button, Select, Space } from "antd";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../format/useFormat";
import { channelName } from "../i18n/names";
import { AsOfMenu } from "./AsOfMenu";
import { RangeMenu } from "./RangeMenu";
import { joinNames, type ScopeSearch, shiftPeriod, splitNames } from "./scope";
import { useScope } from "./useScope";

const COMPARES = ["previous", "last_year", "none"] as const;

interface ManyProps {
  label: string;
  all: string;
  value: string | undefined;
  options: { value: string; label: string }[];
  width: number;
  onChange(value: string | undefined): void;
}

function Many({ label, all, value, options, width, onChange }: ManyProps) {
  return (
    <Select
      mode="multiple"
      aria-label={label}
      placeholder={all}
      value={splitNames(value)}
      options={options}
      maxTagCount="responsive"
      allowClear
      popupMatchSelectWidth={false}
      style={{ width }}
      showSearch={{ optionFilterProp: "label" }}
      onChange={(names) => onChange(joinNames(names))}
    />
  );
}

/** What all figures of the page are about; kept in the address. */
export function ScopeBar() {
  const { t } = useTranslation();
  const format = useFormat();
  const { scope, search, choices, change } = useScope();

  const shift = (step: -1 | 1) => change({ range: undefined, ...shiftPeriod(scope, step) });
  const set = (key: keyof ScopeSearch) => (value: string | undefined) => change({ [key]: value });

  return (
    <fieldset className="scope" aria-label={t("scope.label")}>
      <Space.Compact className="scope-days">
        <Button
          aria-label={t("scope.earlier")}
          icon={<ChevronLeft size={14} />}
          onClick={() => shift(-1)}
        />
        <RangeMenu scope={scope} change={change} />
        <Button
          aria-label={t("scope.later")}
          icon={<ChevronRight size={14} />}
          onClick={() => shift(1)}
        />
      </Space.Compact>
      <Select<(typeof COMPARES)[number]>
        aria-label={t("scope.compare")}
        value={search.compare ?? "previous"}
        onChange={(value) => change({ compare: value === "previous" ? undefined : value })}
        options={COMPARES.map((value) => ({
          value,
          label: t(`scope.compare_${value}`),
        }))}
        popupMatchSelectWidth={false}
        style={{ width: 138 }}
      />
      <Many
        label={t("scope.store")}
        all={t("scope.all_stores")}
        value={search.store}
        options={(choices?.stores ?? []).map(({ name }) => ({ value: name, label: name }))}
        width={132}
        onChange={set("store")}
      />
      <Many
        label={t("scope.market")}
        all={t("scope.all_markets")}
        value={search.market}
        options={(choices?.markets ?? []).map((code) => ({
          value: code,
          label: format.country(code),
        }))}
        width={116}
        onChange={set("market")}
      />
      <Many
        label={t("scope.channel")}
        all={t("scope.all_channels")}
        value={search.channel}
        options={(choices?.channels ?? []).map((id) => ({ value: id, label: channelName(id) }))}
        width={116}
        onChange={set("channel")}
      />
      <Select
        aria-label={t("scope.currency")}
        value={scope.currency}
        onChange={(value) =>
          change({ currency: value === choices?.reporting_currency ? undefined : value })
        }
        options={(choices?.currencies ?? [scope.currency]).map((code) => ({
          value: code,
          label: code,
          title: format.currencyName(code),
        }))}
        optionRender={({ value }) => `${value} ${format.currencyName(String(value))}`}
        showSearch
        popupMatchSelectWidth={false}
        style={{ width: 78 }}
      />
      <AsOfMenu />
    </fieldset>
  );
}
