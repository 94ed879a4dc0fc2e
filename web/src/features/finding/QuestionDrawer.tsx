import { useQuery } from "@tanstack/react-query";
import { Button, Drawer } from "antd";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Answer, Question } from "../../api/types";
import type { Palette } from "../../app/theme";
import { useScope } from "../../app/useScope";
import { toNumber } from "../../format/decimal";
import { useFormat } from "../../format/useFormat";
import { nameOf, undefinedReason } from "../../i18n/names";
import { AsTable } from "../../ui/AsTable";
import { Chart } from "../../ui/Chart/Chart";
import { categoryAxis, tooltip, valueAxis } from "../../ui/Chart/styles";
import { ScrollText } from "../../ui/ScrollText";
import { Await } from "../../ui/States";
import { useFact } from "../loop/useFact";
import { Definition } from "../metrics/Definition";
import { pointsOf } from "../overview/figures";
import { registryQuery } from "../overview/queries";
import { useDrill } from "../profit/drill/DrillProvider";

interface QuestionDrawerProps {
  title: string;
  question: Question;
  close(): void;
}

function Days({ answer, question }: { answer: Answer; question: Question }) {
  const { t, i18n } = useTranslation();
  const metric = answer.columns.find((one) => one.id === question.metrics[0]);
  const fact = useFact(answer.notes.currency);
  const unit = metric?.unit ?? "ratio";
  const name = nameOf(metric?.name, i18n.language) || (question.metrics[0] ?? "");
  const drawn = useMemo(() => {
    const values = new Map(
      answer.rows.map((row) => [row.key.day, row.values[question.metrics[0] ?? ""]?.value]),
    );
    const days = pointsOf(question, "day");
    return { days, values: days.map((day) => values.get(day) ?? null) };
  }, [answer, question]);
  const option = useCallback(
    (colors: Palette) => ({
      tooltip: {
        ...tooltip(colors),
        trigger: "axis",
        valueFormatter: (value: unknown) => fact(unit, value == null ? null : String(value)),
      },
      grid: { left: 64, right: 14, top: 12, bottom: 24 },
      xAxis: categoryAxis(
        colors,
        drawn.days.map((day) => day.slice(5)),
      ),
      yAxis: valueAxis(colors, (value) => fact(unit, String(value))),
      series: [
        {
          name,
          type: "line",
          showSymbol: false,
          data: drawn.values.map((value) => (value == null ? null : toNumber(value))),
          lineStyle: { width: 2, color: colors.accent },
          itemStyle: { color: colors.accent },
        },
      ],
    }),
    [drawn, fact, unit, name],
  );
  return (
    <>
      <Chart title={t("finding.by_day", { name })} height={220} option={option} />
      <AsTable
        rows={drawn.days.map((day, at) => ({ key: day, cells: [fact(unit, drawn.values[at])] }))}
      />
    </>
  );
}

/** A figure, asked again as it was asked: its value, its days, its definition, its ledger rows. */
export default function QuestionDrawer({ title, question, close }: QuestionDrawerProps) {
  const { t } = useTranslation();
  const { scope } = useScope();
  const drill = useDrill();
  const [metric = ""] = question.metrics;
  const registry = useQuery(registryQuery).data;
  const definition = registry?.metrics.find((one) => one.id === metric);
  const byDay = useMemo(
    () => ({ ...question, metrics: [metric], by: ["day"], order: undefined, limit: undefined }),
    [question, metric],
  );
  const query = useQuery({ queryKey: ["ask", byDay], queryFn: () => calls.ask(byDay) });
  const currency = question.currency ?? scope.currency;
  const fact = useFact(currency);
  const format = useFormat();
  return (
    <Drawer open onClose={close} title={title} size="min(760px, 94vw)">
      <div className="stack">
        <Await query={query} height={300}>
          {(answer) => {
            const total = answer.totals.values[metric];
            return (
              <>
                <p>
                  <span className="big">{fact(definition?.unit ?? "ratio", total?.value)}</span>{" "}
                  <span className="mut">
                    {format.day(question.from)} – {format.day(question.to)}
                    {total?.value == null && ` · ${undefinedReason(total?.undefined, t)}`}
                  </span>
                </p>
                <Days answer={answer} question={byDay} />
              </>
            );
          }}
        </Await>
        {definition && <Definition metric={definition} />}
        {definition?.tables?.includes("ledger") && (
          <div>
            <Button
              onClick={() =>
                drill({
                  title,
                  question: {
                    from: question.from,
                    to: question.to,
                    filters: question.filters,
                    where: question.where,
                    currency,
                  },
                })
              }
            >
              {t("finding.ledger")}
            </Button>
          </div>
        )}
        <h3>{t("finding.question")}</h3>
        <ScrollText label={t("finding.question")} text={JSON.stringify(question, null, 1)} />
      </div>
    </Drawer>
  );
}
