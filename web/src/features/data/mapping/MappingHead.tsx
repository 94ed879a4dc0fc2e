import { useQuery } from "@tanstack/react-query";
import { Input, Select } from "antd";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import type { MappingDraft, MappingTable } from "../../../api/types";
import { channelName } from "../../../i18n/names";

interface MappingHeadProps {
  draft: MappingDraft;
  tables: MappingTable[];
  change(draft: MappingDraft): void;
}

const WHOLE = ["day", "file"];

/** What the table is: its name, the facts it gives, and what it replaces when it comes again. */
export function MappingHead({ draft, tables, change }: MappingHeadProps) {
  const { t } = useTranslation();
  const id = useId();
  const channels = useQuery({ queryKey: ["stores"], queryFn: calls.stores }).data?.channels ?? [];
  const names = draft.columns.map(({ name }) => name).filter(Boolean);
  return (
    <div className="mapping-head">
      <div className="field">
        <label htmlFor={`${id}-name`}>{t("mapping.name")}</label>
        <Input
          id={`${id}-name`}
          key={draft.id}
          defaultValue={draft.name}
          onBlur={({ target }) => change({ ...draft, name: target.value.trim() })}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-channel`}>{t("field.channel")}</label>
        <Select
          id={`${id}-channel`}
          value={draft.channel}
          onChange={(channel) => change({ ...draft, channel })}
          options={[...new Set([draft.channel, ...channels])].map((value) => ({
            value,
            label: channelName(value),
          }))}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-table`}>{t("mapping.table")}</label>
        <Select
          id={`${id}-table`}
          value={draft.table}
          onChange={(table) =>
            change({ ...draft, table, columns: [], fixed: {}, computed: {}, replace_by: [] })
          }
          options={tables.map(({ name }) => ({
            value: name,
            label: t(`table.${name}`, { defaultValue: name }),
          }))}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-replace`}>{t("mapping.replace_by")}</label>
        <Select
          id={`${id}-replace`}
          mode="multiple"
          value={draft.replace_by}
          onChange={(replace_by) => change({ ...draft, replace_by })}
          options={[...new Set([...WHOLE, ...names])].map((value) => ({
            value,
            label: WHOLE.includes(value) ? t(`mapping.by.${value}`) : value,
          }))}
        />
      </div>
    </div>
  );
}
