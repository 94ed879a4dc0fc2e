import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ProposedChange } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useSaving } from "../../app/useSaving";
import { useMay } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { Panel } from "../../ui/Panel";
import { ChangeDialog } from "../sku/ChangeDialog";
import { useKindName } from "../sku/kinds";
import { useTaskTitle } from "../tasks/due";
import { proposedQuery } from "./queries";

/** Done tasks of which nobody has said what they changed: without that no effect can be told. */
export function Proposed() {
  const { t } = useTranslation();
  const format = useFormat();
  const mayWork = useMay("work");
  const titleOf = useTaskTitle();
  const kindName = useKindName();
  const query = useQuery(proposedQuery);
  const [recording, setRecording] = useState<ProposedChange | null>(null);
  const { save: drop, saving } = useSaving(calls.changedNothing);
  const proposed = query.data?.proposed ?? [];
  if (proposed.length === 0) return null;
  return (
    <Panel title={t("change.proposed")} sub={t("change.proposed_says")}>
      <div className="panel-body scroll-x">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("change.task")}</th>
              <th scope="col">{t("tasks.about")}</th>
              <th scope="col">{t("field.kind")}</th>
              <th scope="col">{t("change.done_on")}</th>
              <th scope="col">{t("field.owner")}</th>
              {mayWork && <th scope="col">{t("change.what_then")}</th>}
            </tr>
          </thead>
          <tbody>
            {proposed.map((one) => (
              <tr key={one.task.id}>
                <td>
                  <Link to="/tasks" search={{ task: one.task.id }}>
                    {titleOf(one.task)}
                  </Link>
                </td>
                <td>{one.task.subject?.name}</td>
                <td>{kindName(one.change.kind)}</td>
                <td>{format.day(one.change.at)}</td>
                <td>{one.task.owner ?? "—"}</td>
                {mayWork && (
                  <td>
                    <span className="row">
                      <Button size="small" onClick={() => setRecording(one)}>
                        {t("change.record_it")}
                      </Button>
                      <Button
                        size="small"
                        type="text"
                        loading={saving}
                        onClick={() => drop(one.task.id)}
                      >
                        {t("change.nothing")}
                      </Button>
                    </span>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {recording && <ChangeDialog given={recording.change} close={() => setRecording(null)} />}
    </Panel>
  );
}
