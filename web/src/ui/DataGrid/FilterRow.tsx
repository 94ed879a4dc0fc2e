import { useTranslation } from "react-i18next";
import { type Column, isFigure } from "./column";

interface FilterRowProps<Row> {
  columns: Column<Row>[];
  widthOf(column: Column<Row>): number;
  filters: Record<string, string>;
  onChange(filters: Record<string, string>): void;
}

export function FilterRow<Row>({ columns, widthOf, filters, onChange }: FilterRowProps<Row>) {
  const { t } = useTranslation();
  return (
    <div role="row" className="grid-row grid-filters">
      {columns.map((column) => (
        <div
          key={column.id}
          role="gridcell"
          className="grid-cell"
          style={{ flexBasis: widthOf(column) }}
        >
          <input
            aria-label={t("grid.filter_by", { column: column.header })}
            placeholder={isFigure(column.kind) ? t("grid.filter_figure") : t("grid.filter_text")}
            value={filters[column.id] ?? ""}
            onChange={(event) => onChange({ ...filters, [column.id]: event.target.value })}
          />
        </div>
      ))}
    </div>
  );
}
