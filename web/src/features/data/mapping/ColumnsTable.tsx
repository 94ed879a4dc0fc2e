import { Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { MappingDraft, MappingPreview, MappingTable } from "../../../api/types";
import { mapColumn } from "./draft";
import { useFieldName } from "./useFieldName";

interface ColumnsTableProps {
  columns: MappingPreview["columns"];
  kinds: string[];
  draft: MappingDraft;
  table: MappingTable | undefined;
  change(draft: MappingDraft): void;
}

const HAVE_FORMAT = new Set(["day", "instant"]);

/** Each column of the file with its first values, and the fields of the facts it becomes. */
export function ColumnsTable({ columns, kinds, draft, table, change }: ColumnsTableProps) {
  const { t } = useTranslation();
  const fieldName = useFieldName(table);
  const fields = table?.columns ?? [];
  return (
    <table className="plain">
      <thead>
        <tr>
          <th scope="col">{t("mapping.column")}</th>
          <th scope="col">{t("mapping.samples")}</th>
          <th scope="col">{t("mapping.becomes")}</th>
          <th scope="col">{t("mapping.as")}</th>
          <th scope="col">{t("mapping.format")}</th>
        </tr>
      </thead>
      <tbody>
        {columns.map(({ name, samples }) => {
          const mapped = draft.columns.find(({ from }) => from === name);
          return (
            <tr key={name}>
              <th scope="row">
                {name}
                {mapped?.name && mapped.name !== name && (
                  <div className="mut sm mono">{mapped.name}</div>
                )}
              </th>
              <td className="mut">{samples.slice(0, 3).join(" · ")}</td>
              <td>
                <Select
                  size="small"
                  mode="multiple"
                  aria-label={`${t("mapping.becomes")} ${name}`}
                  placeholder={t("mapping.left_out")}
                  showSearch={{ optionFilterProp: "label" }}
                  value={mapped?.to ?? []}
                  onChange={(to) => {
                    const field = fields.find((one) => one.name === to[0]);
                    const kind = mapped?.to.length ? {} : { as: field?.as };
                    change(mapColumn(draft, name, { ...kind, to }));
                  }}
                  options={fields.map((field) => ({
                    value: field.name,
                    label: `${fieldName(field.name)}${field.required ? " *" : ""}`,
                  }))}
                  style={{ width: 230 }}
                />
              </td>
              <td>
                {mapped && (
                  <Select
                    size="small"
                    aria-label={`${t("mapping.as")} ${name}`}
                    value={mapped.as}
                    onChange={(as) => change(mapColumn(draft, name, { as }))}
                    options={kinds.map((value) => ({
                      value,
                      label: t(`mapping.type.${value}`, { defaultValue: value }),
                    }))}
                    style={{ width: 150 }}
                  />
                )}
              </td>
              <td>
                {mapped && HAVE_FORMAT.has(mapped.as) && (
                  <Input
                    size="small"
                    key={mapped.formats.join()}
                    aria-label={`${t("mapping.format")} ${name}`}
                    placeholder="%d.%m.%Y"
                    defaultValue={mapped.formats.join(" | ")}
                    onBlur={({ target }) => {
                      const formats = target.value
                        .split("|")
                        .map((one) => one.trim())
                        .filter(Boolean);
                      if (formats.join() !== mapped.formats.join()) {
                        change(mapColumn(draft, name, { formats }));
                      }
                    }}
                  />
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
