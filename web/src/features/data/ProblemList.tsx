import { useQuery } from "@tanstack/react-query";
import { App, Button } from "antd";
import { Download } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Import, Problem } from "../../api/types";
import { useFormat } from "../../format/useFormat";
import { errorText, problemText } from "../../i18n/names";
import { type Column, DataGrid } from "../../ui/DataGrid";
import { Await } from "../../ui/States";

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

interface ProblemListProps {
  id: number;
  counts: Import["problems"];
}

/** What is wrong with a file, place by place; also to be saved and sent to whoever made it. */
export function ProblemList({ id, counts }: ProblemListProps) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const columns = useProblemColumns();
  const total = counts.error + counts.warning + counts.note;
  const query = useQuery({
    queryKey: ["problems", id],
    queryFn: () => calls.problems(id),
    enabled: total > 0,
  });
  const save = () =>
    calls.saveProblems(id, i18n.language).catch((error) => message.error(errorText(error, t)));
  return (
    <section>
      <div className="row">
        <h2>{t("data.problems")}</h2>
        <span className="gap" />
        {total > 0 && (
          <Button size="small" icon={<Download size={13} />} onClick={save}>
            {t("data.save_problems")}
          </Button>
        )}
      </div>
      {total === 0 && <p className="mut">{t("data.no_problems")}</p>}
      {total > 0 && (
        <Await query={query}>
          {({ problems }) => (
            <div className="boxed">
              <DataGrid
                id="problems"
                label={t("data.problems")}
                rows={problems}
                columns={columns}
                rowKey={(one) => `${one.line}:${one.column}:${one.code}:${one.found}`}
                height={320}
              />
            </div>
          )}
        </Await>
      )}
    </section>
  );
}
