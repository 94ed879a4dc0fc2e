import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { Bookmark, FlaskConical, Play, User } from "lucide-react";
import { useTranslation } from "react-i18next";
import * as calls from "../api/loopCalls";
import { useTitleOf } from "../features/loop/names";
import { useRun } from "../features/today/RunLine";
import { viewsQuery } from "../features/views/SavedViews";
import { useFormat } from "../format/useFormat";
import { useMay } from "./useSession";

const TOP = { state: "new", limit: 20 };

/** What the palette knows of the loop: actions, saved views, and the dearest findings. */
export function LoopCommands({ run }: { run(action: () => void): () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const format = useFormat();
  const titleOf = useTitleOf();
  const mayWork = useMay("work");
  const rules = useRun();
  const views = useQuery(viewsQuery("today")).data?.views ?? [];
  const findings = useQuery({
    queryKey: ["findings", "palette"],
    queryFn: () => calls.findings(TOP),
    staleTime: 60_000,
  }).data?.findings;
  return (
    <>
      <Command.Group heading={t("palette.loop")}>
        {mayWork && (
          <Command.Item value={`run rules ${t("today.run")}`} onSelect={run(rules.run)}>
            <Play size={14} aria-hidden />
            {t("today.run")}
          </Command.Item>
        )}
        <Command.Item
          value={`my tasks ${t("tasks.mine")}`}
          onSelect={run(() => navigate({ to: "/tasks", search: { owner: "me" } }))}
        >
          <User size={14} aria-hidden />
          {t("tasks.mine")}
        </Command.Item>
        {mayWork && (
          <Command.Item
            value={`plan experiment ${t("experiment.plan")}`}
            onSelect={run(() => navigate({ to: "/experiments/new" }))}
          >
            <FlaskConical size={14} aria-hidden />
            {t("experiment.plan")}
          </Command.Item>
        )}
        {views.map((view) => (
          <Command.Item
            key={view.id}
            value={`view ${view.id} ${view.name}`}
            onSelect={run(() => navigate({ to: "/", search: view.search as never }))}
          >
            <Bookmark size={14} aria-hidden />
            {view.name}
          </Command.Item>
        ))}
      </Command.Group>
      {findings && findings.length > 0 && (
        <Command.Group heading={t("today.queue")}>
          {findings.map((one) => (
            <Command.Item
              key={one.id}
              value={`finding ${one.id} ${titleOf(one)}`}
              onSelect={run(() => navigate({ to: "/findings/$id", params: { id: one.id } }))}
            >
              {titleOf(one)}
              <span className="gap" />
              <span className="mut">
                {format.money(one.monthly.amount, one.monthly.currency, "compact")}
              </span>
            </Command.Item>
          ))}
        </Command.Group>
      )}
    </>
  );
}
