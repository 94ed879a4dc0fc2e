import { Button, Popconfirm } from "antd";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../../app/useSession";
import { type Column, DataGrid, useColumnKit } from "../../../ui/DataGrid";
import { Empty } from "../../../ui/States";
import { CostProblems } from "./CostProblems";

interface Line {
  document: string;
  line?: number;
}

interface DocumentsTabProps<Row extends Line> {
  /** `purchases` or `freight`: names texts and the remembered layout. */
  id: string;
  lines: Row[];
  columns: Column<Row>[];
  remove(document: string): void;
  /** The form of one document: its lines, or none for a new one. */
  edit(lines: Row[], close: () => void): ReactNode;
}

/** Documents line by line; a document is changed and removed as a whole. */
export function DocumentsTab<Row extends Line>(props: DocumentsTabProps<Row>) {
  const { id, lines, remove } = props;
  const { t } = useTranslation();
  const mayEdit = useMay("edit");
  const [editing, setEditing] = useState<Row[] | null>(null);
  const kit = useColumnKit<Row>();
  const columns = useMemo(
    () =>
      mayEdit
        ? [
            ...props.columns,
            kit.text("change", () => null, {
              header: t("action.edit"),
              width: 92,
              cell: ({ document }) => (
                <>
                  <Button
                    size="small"
                    type="text"
                    icon={<Pencil size={13} />}
                    aria-label={`${t("action.edit")} ${document}`}
                    onClick={() => setEditing(lines.filter((one) => one.document === document))}
                  />
                  <Popconfirm
                    title={t("costs.remove_document", { document })}
                    okText={t("action.remove")}
                    cancelText={t("action.cancel")}
                    onConfirm={() => remove(document)}
                  >
                    <Button
                      size="small"
                      type="text"
                      icon={<Trash2 size={13} />}
                      aria-label={`${t("action.remove")} ${document}`}
                    />
                  </Popconfirm>
                </>
              ),
            }),
          ]
        : props.columns,
    [props.columns, kit, t, mayEdit, lines, remove],
  );
  const add = mayEdit && (
    <Button size="small" icon={<Plus size={13} />} onClick={() => setEditing([])}>
      {t(`costs.add_${id}`)}
    </Button>
  );
  return (
    <>
      <CostProblems />
      {lines.length === 0 ? (
        <Empty title={t(`costs.no_${id}`)} says={t(`costs.${id}_says`)} action={add} />
      ) : (
        <DataGrid
          id={id}
          label={t(`costs.${id}`)}
          rows={lines}
          columns={columns}
          rowKey={(one) => `${one.document}:${one.line}`}
          height="calc(100vh - 230px)"
          tools={
            <>
              {add}
              <span className="mut sm">{t(`costs.${id}_says`)}</span>
            </>
          }
        />
      )}
      {editing && props.edit(editing, () => setEditing(null))}
    </>
  );
}
