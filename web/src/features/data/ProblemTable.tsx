import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Problem } from "../../api/types";
import { useFormat } from "../../format/useFormat";
import { problemText } from "../../i18n/names";
import { type Column, DataGrid } from "../../ui/DataGrid";

const TONES = { error: "bad", warning: "look", note: "" } as const;

function useProblemColumns(): Column<Problem>[] {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: "severity",
        header: t("problem.severity"),
        width: 92,
        value: (one) => t(`problem.${one.severity}`),
        cell: (one) => (
          <span className={`tag ${TONES[one.severity]}`}>{t(`problem.${one.severity}`)}</span>
        ),
      },
      {
        id: "line",
        header: t("problem.line"),
        kind: "number",
        width: 72,
        value: (one) => one.line,
        cell: (one) => (one.line ? format.number(one.line) : ""),
      },
      { id: "column", header: t("problem.column"), width: 130, value: (one) => one.column },
      {
        id: "message",
        header: t("problem.message"),
        width: 460,
        value: (one) => problemText(one, i18n.language),
        cell: (one) => (
          <span title={problemText(one, i18n.language)}>{problemText(one, i18n.language)}</span>
        ),
      },
      {
        id: "found",
        header: t("problem.found"),
        width: 150,
        hidden: true,
        value: (one) => one.found,
      },
      {
        id: "code",
        header: t("problem.code"),
        width: 150,
        hidden: true,
        value: (one) => one.code,
      },
    ],
    [t, format, i18n.language],
  );
}

interface ProblemTableProps {
  problems: Problem[];
  height?: number;
}

/** Problems of a file, place by place. */
export function ProblemTable({ problems, height = 320 }: ProblemTableProps) {
  const { t } = useTranslation();
  const columns = useProblemColumns();
  return (
    <div className="boxed">
      <DataGrid
        id="problems"
        label={t("data.problems")}
        rows={problems}
        columns={columns}
        rowKey={(one) => `${one.line}:${one.column}:${one.code}:${one.found}`}
        height={height}
      />
    </div>
  );
}
