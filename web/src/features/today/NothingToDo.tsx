import { Link, useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { FindingRun } from "../../api/loop";
import { useMay } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { Empty } from "../../ui/States";
import { useRun } from "./RunLine";
import { isFiltered, type QueueSearch } from "./search";

interface NothingToDoProps {
  run: FindingRun | null | undefined;
  search: QueueSearch;
}

/** An empty queue says why it is empty and what to do next. */
export function NothingToDo({ run, search }: NothingToDoProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const mayWork = useMay("work");
  const { run: start, busy } = useRun();
  if (!run) {
    return (
      <Empty
        title={t("today.never_run")}
        says={t("today.never_run_says")}
        action={
          mayWork && (
            <Button type="primary" loading={busy} onClick={start}>
              {t("today.run")}
            </Button>
          )
        }
      />
    );
  }
  if (isFiltered(search) || search.state) {
    return (
      <Empty
        title={t("today.none_filtered")}
        says={t("today.none_filtered_says")}
        action={
          <Button onClick={() => navigate({ to: "/", search: {} })}>{t("today.clear")}</Button>
        }
      />
    );
  }
  return (
    <Empty
      title={t("today.none")}
      says={t("today.none_says", { count: run.rules, day: format.day(run.day) })}
      action={
        <span className="row">
          <Link to="/tasks">{t("today.to_tasks")}</Link>
          <Link to="/effects">{t("today.to_effects")}</Link>
          <Link to="/rules">{t("today.to_rules")}</Link>
        </span>
      }
    />
  );
}
