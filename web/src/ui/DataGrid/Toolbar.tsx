import { App, Button, Checkbox, Dropdown, Popover } from "antd";
import { Columns3, Download, Filter } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "../../i18n/names";
import type { Column } from "./column";
import type { Layout } from "./useLayout";

export type ExportTo = (format: "xlsx" | "csv") => Promise<void>;

interface ToolbarProps<Row> {
  columns: Column<Row>[];
  layout: Layout<Row>;
  tools?: ReactNode;
  filtering: boolean;
  onFilter?(): void;
  exportTo?: ExportTo;
  /** Saves what is shown, where the API has no file of it. */
  saveShown: ExportTo;
  count: string;
}

export function Toolbar<Row>(props: ToolbarProps<Row>) {
  const { columns, layout, filtering, exportTo } = props;
  const { t } = useTranslation();
  const { message } = App.useApp();

  const save = (key: string) =>
    (exportTo ?? props.saveShown)(key as "xlsx" | "csv").catch((error) =>
      message.error(errorText(error, t)),
    );
  const formats = [
    { key: "xlsx", label: "XLSX (Excel)" },
    { key: "csv", label: "CSV" },
  ];

  return (
    <div className="grid-tools">
      {props.tools}
      <span className="gap" />
      <span className="mut sm" aria-live="polite">
        {props.count}
      </span>
      {props.onFilter && (
        <Button
          size="small"
          type="text"
          icon={<Filter size={13} />}
          aria-pressed={filtering}
          className={filtering ? "pressed" : ""}
          onClick={props.onFilter}
        >
          {t("grid.filter")}
        </Button>
      )}
      <Popover
        trigger="click"
        placement="bottomRight"
        content={
          <div className="grid-columns" role="group" aria-label={t("grid.columns")}>
            {columns.slice(1).map((column) => (
              <Checkbox
                key={column.id}
                checked={layout.isShown(column)}
                onChange={(event) => layout.show(column.id, event.target.checked)}
              >
                {column.header}
              </Checkbox>
            ))}
          </div>
        }
      >
        <Button size="small" type="text" icon={<Columns3 size={13} />}>
          {t("grid.columns")}
        </Button>
      </Popover>
      <Dropdown trigger={["click"]} menu={{ items: formats, onClick: ({ key }) => save(key) }}>
        <Button size="small" type="text" icon={<Download size={13} />}>
          {t("grid.export")}
        </Button>
      </Dropdown>
    </div>
  );
}
