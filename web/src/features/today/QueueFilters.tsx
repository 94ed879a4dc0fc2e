import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, Input, Select } from "antd";
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { nameOf } from "../../i18n/names";
import { PersonSelect } from "../loop/PersonSelect";
import { rulesQuery } from "../loop/queries";
import { SavedViews } from "../views/SavedViews";
import { DEFAULT_STATE, FAMILIES, isFiltered, type QueueSearch, STATES } from "./search";

const NOT_SAVED = ["as_of"] as const;

/** What of the queue is shown; kept in the address, and under a name as a view. */
export function QueueFilters({ search }: { search: QueueSearch }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const rules = useQuery(rulesQuery).data?.rules ?? [];
  const set = (next: QueueSearch) =>
    navigate({ to: "/", search: (now: QueueSearch) => ({ ...now, ...next }), replace: true });
  const family = (id: string) => t(`family.${id}`, { defaultValue: id });
  const families = [...new Set([...FAMILIES, ...rules.map((rule) => rule.family)])];
  return (
    <div className="queue-filters">
      <Select
        size="small"
        aria-label={t("field.state")}
        value={search.state ?? DEFAULT_STATE}
        onChange={(state) => set({ state: state === DEFAULT_STATE ? undefined : state })}
        options={STATES.map((value) => ({ value, label: t(`finding.state.${value}`) }))}
        popupMatchSelectWidth={false}
      />
      <Select
        size="small"
        aria-label={t("loop.family")}
        placeholder={t("loop.all_families")}
        allowClear
        value={search.family}
        onChange={(next) => set({ family: next })}
        options={families.map((value) => ({ value, label: family(value) }))}
        popupMatchSelectWidth={false}
        style={{ minWidth: 104 }}
      />
      <Select
        size="small"
        aria-label={t("loop.rule")}
        placeholder={t("loop.all_rules")}
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        value={search.rule}
        onChange={(next) => set({ rule: next })}
        options={rules
          .filter((rule) => !search.family || rule.family === search.family)
          .map((rule) => ({ value: rule.id, label: nameOf(rule.title, i18n.language) }))}
        popupMatchSelectWidth={false}
        style={{ minWidth: 120, maxWidth: 220 }}
      />
      <PersonSelect
        size="small"
        aria-label={t("field.owner")}
        placeholder={t("loop.all_owners")}
        allowClear
        value={search.owner}
        onChange={(next) => set({ owner: next })}
        popupMatchSelectWidth={false}
        style={{ minWidth: 104 }}
      />
      <Input.Search
        size="small"
        key={search.q}
        aria-label={t("today.search")}
        placeholder={t("today.search")}
        defaultValue={search.q}
        allowClear
        onSearch={(q) => set({ q: q.trim() || undefined })}
        style={{ width: 170 }}
      />
      <SavedViews page="today" without={NOT_SAVED} />
      {isFiltered(search) && (
        <Button
          size="small"
          type="text"
          icon={<X size={13} aria-hidden />}
          onClick={() =>
            set({ family: undefined, rule: undefined, owner: undefined, q: undefined })
          }
        >
          {t("today.clear")}
        </Button>
      )}
    </div>
  );
}
