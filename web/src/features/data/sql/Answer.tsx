import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import type { SqlAnswer, SqlRequest } from "../../../api/types";
import { useFormat } from "../../../format/useFormat";
import { type Column, DataGrid } from "../../../ui/DataGrid";
import { columnsOf } from "./answer";

type Row = { at: number; cells: (string | null)[] };

const WIDTH = { text: 170, number: 120 } as const;

function useColumns(answer: SqlAnswer): Column<Row>[] {
  const format = useFormat();
  return useMemo(
    () =>
      columnsOf(answer).map(({ id, name, at, kind, places }) => ({
        id,
        header: name,
        kind,
        width: kind === "number" ? WIDTH.number : WIDTH.text,
        value: (row) => row.cells[at],
        cell: (row) => {
          const value = row.cells[at];
          if (value == null) return <span className="mut">null</span>;
          return kind === "number" ? (
            format.number(value, places, places)
          ) : (
            <span title={value}>{value}</span>
          );
        },
      })),
    [answer, format],
  );
}

interface AnswerProps {
  answer: SqlAnswer;
  /** The question answered; it may no longer be what stands in the field. */
  question: SqlRequest;
  seconds: number;
}

/** The rows of an answer; saved by asking again, so that the file holds every row. */
export function Answer({ answer, question, seconds }: AnswerProps) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const columns = useColumns(answer);
  const rows = useMemo(() => answer.rows.map((cells, at) => ({ at, cells })), [answer]);
  return (
    <div className="boxed">
      <DataGrid
        id={`sql:${answer.columns.join()}`}
        label={t("sql.answer")}
        rows={rows}
        columns={columns}
        rowKey={(row) => String(row.at)}
        height={440}
        empty={t("sql.no_rows")}
        tools={
          <span className="mut sm">{t("sql.took", { seconds: format.number(seconds, 2) })}</span>
        }
        exportTo={(kind) => calls.saveSql(question, kind, i18n.language)}
      />
    </div>
  );
}
