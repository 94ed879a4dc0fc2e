import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Dropdown } from "antd";
import { Download, Upload } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Finding } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { usePageKeys } from "../../app/useKeys";
import { useScope } from "../../app/useScope";
import { useMay } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { Panel } from "../../ui/Panel";
import { Failed, Loading } from "../../ui/States";
import { type Act, useFindingActions } from "../finding/useFindingActions";
import { ImportRows } from "../loop/ImportRows";
import { BatchBar } from "./BatchBar";
import { FindingRow } from "./FindingRow";
import { NothingToDo } from "./NothingToDo";
import { QueueFilters } from "./QueueFilters";
import { useFindings } from "./queries";
import { RunLine } from "./RunLine";
import { type QueueSearch, questionOf } from "./search";

const NO_FINDINGS: Finding[] = [];

/** Which row the keys act on, and which are picked for an action on all of them. */
function useCursor(findings: Finding[]) {
  const list = useRef<HTMLOListElement>(null);
  const [at, setAt] = useState(0);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const last = Math.max(0, findings.length - 1);
  const row = Math.min(at, last);

  // What is no longer listed is no longer picked.
  const kept = useMemo(() => {
    const there = new Set(findings.map(({ id }) => id));
    return new Set([...picked].filter((id) => there.has(id)));
  }, [findings, picked]);

  const go = (next: number) => {
    const to = Math.max(0, Math.min(next, last));
    setAt(to);
    const title = list.current?.children[to]?.querySelector<HTMLElement>(".finding-title");
    title?.focus();
    title?.closest("li")?.scrollIntoView({ block: "nearest" });
  };
  const pick = (id: string) => {
    const next = new Set(kept);
    if (!next.delete(id)) next.add(id);
    setPicked(next);
  };
  const pickAll = () => setPicked(new Set(findings.map(({ id }) => id)));
  const clear = () => setPicked(new Set());
  return { list, row, setAt, go, picked: kept, pick, pickAll, clear };
}

function Tools({ search }: { search: QueueSearch }) {
  const { t, i18n } = useTranslation();
  const { scope } = useScope();
  const mayWork = useMay("work");
  const [importing, setImporting] = useState(false);
  const question = questionOf(search, scope);
  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            { key: "xlsx", label: "XLSX", icon: <Download size={13} aria-hidden /> },
            { key: "csv", label: "CSV", icon: <Download size={13} aria-hidden /> },
            ...(mayWork
              ? [
                  {
                    key: "import",
                    label: t("loop.import"),
                    icon: <Upload size={13} aria-hidden />,
                  },
                ]
              : []),
          ],
          onClick: ({ key }) => {
            if (key === "import") setImporting(true);
            else calls.saveFindings(question, key === "csv" ? "csv" : "xlsx", i18n.language);
          },
        }}
      >
        <Button size="small" type="text" icon={<Download size={13} aria-hidden />}>
          {t("grid.export")}
        </Button>
      </Dropdown>
      {importing && <ImportRows what="findings" close={() => setImporting(false)} />}
    </>
  );
}

/** The queue: dearest first, worked through by keyboard. */
export function Queue() {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const search = useSearch({ from: "/" });
  const { scope } = useScope();
  const mayAct = useMay("work");
  const query = useFindings(questionOf(search, scope));
  const pages = query.data?.pages;
  const findings = useMemo(() => pages?.flatMap((page) => page.findings) ?? NO_FINDINGS, [pages]);
  const cursor = useCursor(findings);
  const actions = useFindingActions(() => cursor.clear());
  const current = findings[cursor.row];

  const chosen = () => {
    const some = findings.filter(({ id }) => cursor.picked.has(id));
    return some.length ? some : current ? [current] : [];
  };
  const act = (kind: Act) => mayAct && actions.start(kind, chosen());
  usePageKeys({
    j: () => cursor.go(document.activeElement?.closest(".finding") ? cursor.row + 1 : cursor.row),
    k: () => cursor.go(cursor.row - 1),
    a: () => act("accept"),
    s: () => act("snooze"),
    d: () => act("dismiss"),
    u: () => mayAct && actions.undo(),
    x: () => current && mayAct && cursor.pick(current.id),
    o: () => current && navigate({ to: "/findings/$id", params: { id: current.id } }),
  });

  const [first] = pages ?? [];
  const key = JSON.stringify(search);
  const { setAt } = cursor;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question begins at its top.
  useEffect(() => setAt(0), [key, setAt]);

  return (
    <Panel
      className="queue"
      title={t("today.queue")}
      sub={
        first &&
        t("today.queue_sum", {
          count: first.totals.count,
          amount: format.money(first.totals.monthly.amount, first.totals.monthly.currency, "whole"),
        })
      }
      actions={first && <RunLine run={first.run} />}
    >
      <div className="queue-tools">
        <QueueFilters search={search} />
        <span className="gap" />
        <Tools search={search} />
      </div>
      {query.isError && <Failed error={query.error} retry={() => query.refetch()} />}
      {query.isPending && <Loading height={240} />}
      {first && findings.length === 0 && <NothingToDo run={first.run} search={search} />}
      {cursor.picked.size > 0 && (
        <BatchBar
          count={cursor.picked.size}
          act={(kind) => act(kind)}
          clear={cursor.clear}
          all={() => cursor.pickAll()}
        />
      )}
      <ol ref={cursor.list} className="findings" aria-label={t("today.queue")}>
        {findings.map((finding, at) => (
          <FindingRow
            key={finding.id}
            finding={finding}
            active={at === cursor.row}
            selected={cursor.picked.has(finding.id)}
            mayAct={mayAct}
            onSelect={() => cursor.pick(finding.id)}
            onFocus={() => cursor.setAt(at)}
            onAct={(kind) => actions.start(kind, [finding])}
          />
        ))}
      </ol>
      <div className="queue-foot">
        {query.hasNextPage && (
          <Button loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            {t("today.more")}
          </Button>
        )}
        {findings.length > 0 && <span className="mut sm">{t("today.keys")}</span>}
      </div>
      {actions.dialogs}
    </Panel>
  );
}
