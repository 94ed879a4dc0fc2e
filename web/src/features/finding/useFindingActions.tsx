import { useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { BatchResult, Finding, FindingAction } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { errorText, nameOf } from "../../i18n/names";
import { AcceptDialog } from "./AcceptDialog";
import { DismissDialog, SnoozeDialog } from "./dialogs";

export type Act = "accept" | "snooze" | "dismiss";

const UNDO_SECONDS = 8;

async function doTo(ids: string[], action: FindingAction): Promise<BatchResult> {
  const [only] = ids;
  if (ids.length > 1 || only === undefined) return calls.batchFindings(ids, action);
  const { kind, ...body } = action;
  if (kind === "accept")
    await calls.acceptFinding(only, body as Parameters<typeof calls.acceptFinding>[1]);
  else if (kind === "snooze") await calls.snoozeFinding(only, action.until, action.revision);
  else if (kind === "dismiss") {
    const { reason, note, revision } = action;
    await calls.dismissFinding(only, { reason, note, revision });
  } else await calls.reopenFinding(only);
  return { done: ids, failed: [] };
}

/** What can be done to findings, one or several, with its dialogs and a way back. */
export function useFindingActions(after?: (act: Act) => void) {
  const { t, i18n } = useTranslation();
  const { notification } = App.useApp();
  const queries = useQueryClient();
  const [open, setOpen] = useState<{ act: Act; findings: Finding[] } | null>(null);
  const [busy, setBusy] = useState(false);
  const last = useRef<string[]>([]);

  const refresh = useCallback(
    () =>
      queries.invalidateQueries({
        predicate: ({ queryKey }) =>
          ["findings", "finding", "tasks", "sku"].includes(String(queryKey[0])),
      }),
    [queries],
  );
  const undo = useCallback(async () => {
    const ids = last.current;
    if (ids.length === 0) return;
    last.current = [];
    notification.destroy("finding");
    try {
      await doTo(ids, { kind: "reopen" });
    } catch (error) {
      notification.error({ title: errorText(error, t), placement: "bottomLeft" });
    }
    await refresh();
  }, [notification, refresh, t]);

  const findings = open?.findings ?? [];
  const ids = findings.map(({ id }) => id);
  const revision = findings.length === 1 ? findings[0]?.revision : undefined;
  const run = async (act: Act, action: FindingAction) => {
    setBusy(true);
    const done: string[] = [];
    const failed: string[] = [];
    try {
      const result = await doTo(ids, action);
      done.push(...result.done);
      failed.push(...result.failed.map((one) => nameOf(one.text, i18n.language)));
      setOpen(null);
    } catch (error) {
      failed.push(errorText(error, t));
    }
    setBusy(false);
    if (done.length) {
      last.current = done;
      notification.success({
        key: "finding",
        title: t(`finding.done.${act}`, { count: done.length }),
        placement: "bottomLeft",
        duration: UNDO_SECONDS,
        actions: (
          <Button size="small" onClick={undo}>
            {t("finding.undo")} <kbd>u</kbd>
          </Button>
        ),
      });
      after?.(act);
    }
    for (const text of new Set(failed)) {
      notification.error({ title: text, placement: "bottomLeft" });
    }
    await refresh();
  };

  const close = () => setOpen(null);
  const dialogs = open && (
    <>
      {open.act === "accept" && (
        <AcceptDialog
          findings={findings}
          busy={busy}
          close={close}
          accept={(action) => run("accept", action)}
        />
      )}
      {open.act === "snooze" && (
        <SnoozeDialog
          count={ids.length}
          busy={busy}
          close={close}
          snooze={(until) => run("snooze", { kind: "snooze", until, revision })}
        />
      )}
      {open.act === "dismiss" && (
        <DismissDialog
          count={ids.length}
          busy={busy}
          close={close}
          dismiss={(reason, note) => run("dismiss", { kind: "dismiss", reason, note, revision })}
        />
      )}
    </>
  );
  const start = useCallback((act: Act, chosen: Finding[]) => {
    if (chosen.length) setOpen({ act, findings: chosen });
  }, []);
  return {
    start,
    undo,
    dialogs,
    reopen: (id: string) => doTo([id], { kind: "reopen" }).then(refresh),
  };
}
