import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import type { MappingDraft, MappingPreview, MappingTables } from "../../../api/types";
import { useSaving } from "../../../app/useSaving";
import { useMay } from "../../../app/useSession";
import { useFormat } from "../../../format/useFormat";
import { Partial } from "../../../ui/States";
import { ProblemTable } from "../ProblemTable";
import { SampleGrid } from "../SampleGrid";
import { ColumnsTable } from "./ColumnsTable";
import { lacking } from "./draft";
import { MappingHead } from "./MappingHead";
import { OtherFields } from "./OtherFields";
import { useFieldName } from "./useFieldName";

interface MappingFormProps {
  preview: MappingPreview;
  draft: MappingDraft;
  tables: MappingTables;
  change(draft: MappingDraft): void;
  done(): void;
}

/** Two sentences take longer to read than one word. */
const SAVED_SECONDS = 8;

interface TriedProps {
  preview: MappingPreview;
  fieldName(field: string): string;
}

/** What the file becomes with the draft as it is. */
function Tried({ preview, fieldName }: TriedProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div aria-live="polite" className="mapping-tried">
      {Object.entries(preview.preview).map(([table, sample]) => {
        const name = t(`table.${table}`, { defaultValue: table });
        return (
          <section key={table}>
            <h3>
              {t("mapping.preview", {
                table: name,
                rows: format.number(preview.facts[table] ?? 0),
              })}
            </h3>
            <SampleGrid
              id={`mapped:${table}`}
              label={t("walk.first_facts", { table: name })}
              sample={sample}
              nameOfColumn={(column) =>
                column === "channel" ? t("field.channel") : fieldName(column)
              }
            />
          </section>
        );
      })}
      {preview.problems.length > 0 && (
        <section>
          <h3>{t("data.problems")}</h3>
          <ProblemTable problems={preview.problems} height={200} />
        </section>
      )}
      <details>
        <summary>{t("mapping.definition")}</summary>
        <pre className="mono">{preview.definition_toml}</pre>
      </details>
    </div>
  );
}

export function MappingForm({ preview, draft, tables, change, done }: MappingFormProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const mayEdit = useMay("edit");
  const { save, saving } = useSaving(calls.saveMapping);
  const table = tables.tables.find(({ name }) => name === draft.table);
  const fieldName = useFieldName(table);
  const missing = lacking(draft, table);
  const keep = async () => {
    if (!(await save(draft, preview.file_name))) return;
    message.success(t("mapping.saved", { name: draft.name }), SAVED_SECONDS);
    done();
  };
  const parts = { draft, table, change };
  return (
    <div className="mapping">
      <MappingHead {...parts} tables={tables.tables} />
      <ColumnsTable {...parts} columns={preview.columns} kinds={tables.kinds} />
      <OtherFields {...parts} missing={missing} />
      {missing.length > 0 && (
        <Partial>{t("mapping.missing", { names: missing.map(fieldName).join(", ") })}</Partial>
      )}
      <Tried preview={preview} fieldName={fieldName} />
      <div className="row">
        {mayEdit && (
          <Button
            type="primary"
            loading={saving}
            disabled={missing.length > 0 || !draft.name.trim()}
            onClick={keep}
          >
            {t("mapping.save")}
          </Button>
        )}
        <Button onClick={done}>{t("action.cancel")}</Button>
      </div>
    </div>
  );
}
