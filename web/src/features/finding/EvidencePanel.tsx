import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Evidence, Finding } from "../../api/loop";
import { nameOf } from "../../i18n/names";
import { Panel } from "../../ui/Panel";
import { useFact } from "../loop/useFact";

const QuestionDrawer = lazy(() => import("./QuestionDrawer"));

/** The figures that speak for it; each opens the question it came from. */
export function EvidencePanel({ finding }: { finding: Finding }) {
  const { t, i18n } = useTranslation();
  const fact = useFact(finding.monthly.currency);
  const [open, setOpen] = useState<Evidence | null>(null);
  const compared = finding.evidence.some((one) => one.before != null);
  const opens = finding.evidence.some((one) => one.question);
  return (
    <Panel title={t("finding.evidence")} sub={opens ? t("finding.evidence_says") : undefined}>
      <div className="panel-body">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("finding.figure")}</th>
              <th scope="col" className="num">
                {t("finding.now")}
              </th>
              {compared && (
                <th scope="col" className="num">
                  {t("finding.before")}
                </th>
              )}
              <th scope="col">
                <span className="visually-hidden">{t("finding.open_figure")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {finding.evidence.map((one) => {
              const name = nameOf(one.name, i18n.language);
              return (
                <tr key={one.id}>
                  <th scope="row">{name}</th>
                  <td className="num">
                    <b>{fact(one.unit, one.value)}</b>
                  </td>
                  {compared && (
                    <td className="num mut">
                      {one.before == null ? "" : fact(one.unit, one.before)}
                    </td>
                  )}
                  <td>
                    {one.question && (
                      <button
                        type="button"
                        className="link"
                        aria-label={t("finding.open_of", { name })}
                        onClick={() => setOpen(one)}
                      >
                        {t("finding.open_figure")}
                      </button>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <Suspense>
        {open?.question && (
          <QuestionDrawer
            title={`${nameOf(open.name, i18n.language)} · ${finding.subject.name}`}
            question={open.question}
            close={() => setOpen(null)}
          />
        )}
      </Suspense>
    </Panel>
  );
}
