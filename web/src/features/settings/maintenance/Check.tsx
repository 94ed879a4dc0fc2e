import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import type { CheckReport } from "../../../api/types";
import { useFormat } from "../../../format/useFormat";
import { ScrollText } from "../../../ui/ScrollText";
import { Failed, Loading } from "../../../ui/States";

interface FindingProps {
  title: string;
  good: string;
  /** What is wrong, in the words of the check: place, excerpt and hint. */
  wrong: string[];
}

function Finding({ title, good, wrong }: FindingProps) {
  const { t } = useTranslation();
  return (
    <div className="finding">
      <div className="row">
        <h3>{title}</h3>
        <span className={`tag ${wrong.length ? "bad" : "good"}`}>
          {wrong.length ? t("maintenance.wrong", { count: wrong.length }) : good}
        </span>
      </div>
      {wrong.map((one) => (
        <ScrollText key={one} label={title} text={one} />
      ))}
    </div>
  );
}

function Findings({ check }: { check: CheckReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <Finding
        title={t("maintenance.knowledge")}
        good={t("maintenance.knowledge_good")}
        wrong={check.diagnostics}
      />
      <Finding
        title={t("maintenance.facts")}
        good={t("maintenance.facts_good", {
          count: check.fact_files,
          shown: format.number(check.fact_files),
        })}
        wrong={check.damaged}
      />
      <Finding
        title={t("maintenance.audit")}
        good={t("maintenance.audit_good")}
        wrong={check.audit ? [check.audit] : []}
      />
    </>
  );
}

/** Whether knowledge, files of facts and the audit log are as they should be; every file is read. */
export function Check() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["check"], queryFn: calls.check, staleTime: 0 });
  return (
    <section className="maintenance" aria-labelledby="maintenance-check">
      <div className="row">
        <h2 id="maintenance-check">{t("maintenance.check")}</h2>
        <Button size="small" loading={query.isFetching} onClick={() => query.refetch()}>
          {t("maintenance.check_again")}
        </Button>
      </div>
      <p className="mut">{t("maintenance.check_says")}</p>
      {query.isPending && <Loading height={120} />}
      {query.isError && <Failed error={query.error} retry={() => query.refetch()} />}
      {query.isSuccess && <Findings check={query.data} />}
    </section>
  );
}
