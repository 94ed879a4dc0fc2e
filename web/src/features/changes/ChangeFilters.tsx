import { Button, Input, Select } from "antd";
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { DayRange } from "../../ui/DayRange";
import { PersonSelect } from "../loop/PersonSelect";
import { KIND_FAMILIES, useKindName } from "../sku/kinds";
import { SavedViews } from "../views/SavedViews";
import { type ChangesSearch, isFiltered, SOURCES } from "./search";

const NOT_SAVED = ["as_of", "change", "range", "from", "to", "compare", "currency"] as const;
const NOTHING: ChangesSearch = {
  kind: undefined,
  source: undefined,
  who: undefined,
  q: undefined,
  since: undefined,
  until: undefined,
};

interface ChangeFiltersProps {
  search: ChangesSearch;
  set(next: ChangesSearch): void;
}

/** Which changes are shown; kept in the address, and under a name as a view. */
export function ChangeFilters({ search, set }: ChangeFiltersProps) {
  const { t } = useTranslation();
  const kindName = useKindName();
  const { since, until } = search;
  const kinds = KIND_FAMILIES.map(([family, kinds]) => ({
    label: t(`change.family.${family}`),
    options: [
      ...(kinds.length > 1
        ? [
            {
              value: `${family}.`,
              label: t("change.all_of", { kind: t(`change.family.${family}`) }),
            },
          ]
        : []),
      ...kinds.map((value) => ({ value, label: kindName(value) })),
    ],
  }));
  return (
    <div className="row change-filters">
      <Select
        aria-label={t("field.kind")}
        placeholder={t("loop.all_families")}
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        value={search.kind}
        onChange={(kind) => set({ kind })}
        options={kinds}
        popupMatchSelectWidth={false}
        style={{ minWidth: 120 }}
      />
      <Select
        aria-label={t("change.from_where")}
        placeholder={t("change.all_sources")}
        allowClear
        value={search.source}
        onChange={(source) => set({ source })}
        options={SOURCES.map((value) => ({ value, label: t(`change.source.${value}`) }))}
        popupMatchSelectWidth={false}
        style={{ minWidth: 120 }}
      />
      <PersonSelect
        aria-label={t("field.who")}
        placeholder={t("change.anybody")}
        allowClear
        value={search.who}
        onChange={(who) => set({ who })}
        popupMatchSelectWidth={false}
        style={{ minWidth: 100 }}
      />
      <DayRange
        value={since && until ? [since, until] : undefined}
        clearable
        placeholder={t("change.all_days")}
        onChange={(days) => set({ since: days?.[0], until: days?.[1] })}
      />
      <Input.Search
        key={search.q}
        aria-label={t("change.search")}
        placeholder={t("change.search")}
        defaultValue={search.q}
        allowClear
        onSearch={(q) => set({ q: q.trim() || undefined })}
        style={{ width: 210 }}
      />
      <SavedViews page="changes" without={NOT_SAVED} />
      {isFiltered(search) && (
        <Button type="text" icon={<X size={13} aria-hidden />} onClick={() => set(NOTHING)}>
          {t("today.clear")}
        </Button>
      )}
    </div>
  );
}
