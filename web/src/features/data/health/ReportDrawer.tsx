import { Link } from "@tanstack/react-router";
import { Drawer } from "antd";
import { useTranslation } from "react-i18next";
import type { CoveredSpan, DaySpan, ReportHealth } from "../../../api/types";
import type { Period } from "../../../app/scope";
import { useFormat } from "../../../format/useFormat";
import { nameOf } from "../../../i18n/names";
import { CoverageCalendar } from "./CoverageCalendar";
import { CoverageLegend } from "./CoverageLegend";

type Row = DaySpan & { state: string; imports: number[] };

interface ReportDrawerProps {
  report: ReportHealth;
  period: Period;
  close(): void;
}

/** One report of one store: its calendar, and the files behind each stretch of days. */
export function ReportDrawer({ report, period, close }: ReportDrawerProps) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const rows: Row[] = [
    ...report.missing.map((span) => ({ ...span, state: "missing", imports: [] })),
    ...report.covered.map((span: CoveredSpan) => span),
  ].toSorted((left, right) => right.from.localeCompare(left.from));
  return (
    <Drawer
      open
      onClose={close}
      size="min(860px, 94vw)"
      title={`${nameOf(report.name, i18n.language) || report.definition} · ${report.store}`}
    >
      <div className="import-detail">
        <CoverageLegend />
        <CoverageCalendar report={report} period={period} />
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("field.period")}</th>
              <th scope="col">{t("field.state")}</th>
              <th scope="col">{t("data.history")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.from}:${row.state}`}>
                <th scope="row">
                  {format.day(row.from)} – {format.day(row.to)}
                </th>
                <td>{t(`health.cover.${row.state}`)}</td>
                <td>
                  {row.imports.map((id) => (
                    <Link key={id} to="/data" search={{ import: id }} className="import-link">
                      {t("data.import_number", { id })}
                    </Link>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Drawer>
  );
}
