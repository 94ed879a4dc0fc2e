import { Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MappingDraft, MappingTable } from "../../../api/types";
import { type Source, setField } from "./draft";
import { useFieldName } from "./useFieldName";

interface OtherFieldsProps {
  draft: MappingDraft;
  table: MappingTable | undefined;
  missing: string[];
  change(draft: MappingDraft): void;
}

const SOURCES: Source[] = ["fixed", "computed"];

interface FieldProps extends Pick<OtherFieldsProps, "draft" | "change"> {
  field: string;
  label: string;
  isMissing: boolean;
}

function Field({ draft, change, field, label, isMissing }: FieldProps) {
  const { t } = useTranslation();
  const [source, setSource] = useState<Source>(field in draft.computed ? "computed" : "fixed");
  const text = draft[source][field] ?? "";
  return (
    <div className="field">
      <label htmlFor={`other-${field}`}>{label}</label>
      <span className="mapping-other">
        <Select<Source>
          aria-label={`${t("mapping.given_as")} ${label}`}
          value={source}
          onChange={(next) => {
            setSource(next);
            if (text) change(setField(draft, next, field, text));
          }}
          options={SOURCES.map((value) => ({ value, label: t(`mapping.given.${value}`) }))}
        />
        <Input
          id={`other-${field}`}
          key={`${source}:${text}`}
          defaultValue={text}
          status={isMissing ? "warning" : undefined}
          placeholder={source === "computed" ? "quantity * unit_price" : undefined}
          onBlur={({ target }) => {
            if (target.value.trim() !== text) change(setField(draft, source, field, target.value));
          }}
        />
      </span>
    </div>
  );
}

/** Fields that stand in no column: the same for every row, or worked out from columns. */
export function OtherFields({ draft, table, missing, change }: OtherFieldsProps) {
  const { t } = useTranslation();
  const fieldName = useFieldName(table);
  const [added, setAdded] = useState<string[]>([]);
  const fields = [
    ...new Set([...missing, ...Object.keys(draft.fixed), ...Object.keys(draft.computed), ...added]),
  ].filter((field) => table?.columns.some(({ name }) => name === field));
  const mapped = new Set(draft.columns.flatMap(({ to }) => to));
  return (
    <section>
      <h3>{t("mapping.other")}</h3>
      <div className="mapping-head">
        {fields.map((field) => (
          <Field
            key={field}
            draft={draft}
            change={change}
            field={field}
            label={fieldName(field)}
            isMissing={missing.includes(field)}
          />
        ))}
        <Select<string>
          aria-label={t("mapping.add_field")}
          placeholder={t("mapping.add_field")}
          showSearch={{ optionFilterProp: "label" }}
          value={null}
          onChange={(field) => setAdded([...added, field])}
          options={table?.columns
            .filter(({ name }) => !mapped.has(name) && !fields.includes(name))
            .map(({ name }) => ({ value: name, label: fieldName(name) }))}
        />
      </div>
    </section>
  );
}
