import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Button, Input, Select } from "antd";
import { Plus, Upload } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Action, Kind } from "../../../api/chapter";
import * as calls from "../../../api/chapterCalls";
import type { Permission } from "../../../api/types";
import { usePageKeys } from "../../../app/useKeys";
import { useSession } from "../../../app/useSession";
import { DataGrid, type Picks } from "../../../ui/DataGrid";
import { PageHead } from "../../../ui/Panel";
import { Await, Empty, Failed, Loading } from "../../../ui/States";
import { SavedViews } from "../../views/SavedViews";
import { ActionDialog } from "../ActionDialog";
import { kindQuery, useRecords } from "../queries";
import type { RecordsSearch } from "../search";
import { usePicked } from "../usePicked";
import { useWrite } from "../useWrite";
import { useRecordColumns } from "./columns";
import { NewRecord, RecordDrawer } from "./RecordDrawer";
import "../../loop/loop.css";
import "../page.css";

const ImportDialog = lazy(() => import("../ImportDialog"));

const NOT_SAVED = ["as_of", "open", "add", "range", "from", "to", "compare", "currency"] as const;
const FROM = "/c/$chapter/records/$kind";

interface ListProps {
  kind: Kind;
  search: RecordsSearch;
  set(next: RecordsSearch): void;
}

function Filters({ kind, search, set }: ListProps) {
  const { t } = useTranslation();
  const write = useWrite();
  return (
    <>
      <Input.Search
        key={search.q}
        aria-label={t("chapter.search")}
        placeholder={t("chapter.search")}
        defaultValue={search.q}
        allowClear
        onSearch={(q) => set({ q: q.trim() || undefined })}
        style={{ width: 200 }}
      />
      {kind.states && (
        <Select<string>
          aria-label={t("field.state")}
          placeholder={t("chapter.all_states")}
          allowClear
          value={search.state}
          onChange={(state) => set({ state })}
          options={kind.states.states.map(({ id, name }) => ({
            value: id,
            label: write.name(name),
          }))}
          popupMatchSelectWidth={false}
          style={{ minWidth: 120 }}
        />
      )}
      <SavedViews page={`records:${kind.id}`} without={NOT_SAVED} />
    </>
  );
}

/** What is done with several records, or with none in particular. */
function useDeeds(kind: Kind) {
  const held: Permission[] = useSession().data?.user?.permissions ?? [];
  const may = (permission: string) => held.includes(permission as Permission);
  const of = (on: Action["on"]) =>
    kind.actions.filter((action) => action.on === on && may(action.permission));
  return { may: may(kind.permission), rows: of("rows"), whole: of("whole") };
}

function List({ kind, search, set }: ListProps) {
  const { t, i18n } = useTranslation();
  const write = useWrite();
  const { query, records, names, total } = useRecords(kind.id, {
    q: search.q,
    state: search.state,
  });
  const columns = useRecordColumns(kind, names, records);
  const deeds = useDeeds(kind);
  const [importing, setImporting] = useState(false);
  const [doing, setDoing] = useState<Action | null>(null);
  const picked = usePicked(records);
  // Sorting and filtering is over all records, not over those that were scrolled to.
  const [all, setAll] = useState(false);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (all && hasNextPage && !isFetchingNextPage) fetchNextPage();
  }, [all, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const add = () => set({ add: true });
  usePageKeys({ n: () => deeds.may && add() });
  const filtered = Boolean(search.q || search.state);
  const chosen = records.filter(({ id }) => picked.ids.has(id));
  const fits = (action: Action) =>
    action.states.length === 0 || chosen.every(({ state }) => action.states.includes(state ?? ""));
  const picks: Picks<(typeof records)[number]> | undefined = deeds.rows.length
    ? {
        has: ({ id }) => picked.ids.has(id),
        turn: ({ id }) => picked.turn(id),
        turnAll: picked.turnAll,
        all: picked.all,
        label: ({ id }) => t("chapter.pick", { name: id }),
      }
    : undefined;
  const one = write.name(kind.one);
  return (
    <>
      <div className="page-bar">
        <Filters kind={kind} search={search} set={set} />
        <span className="gap" />
        {deeds.whole.map((action) => (
          <Button key={action.id} onClick={() => setDoing(action)}>
            {write.name(action.name)}…
          </Button>
        ))}
        {deeds.may && (
          <Button icon={<Upload size={13} aria-hidden />} onClick={() => setImporting(true)}>
            {t("chapter.import")}
          </Button>
        )}
        {deeds.may && (
          <Button type="primary" icon={<Plus size={13} aria-hidden />} onClick={add}>
            {t("chapter.new_of", { what: write.inner(one) })}
          </Button>
        )}
      </div>
      {query.isError && <Failed error={query.error} retry={() => query.refetch()} />}
      {query.isPending && <Loading height={320} />}
      {query.data && records.length === 0 && (
        <section className="panel">
          <Empty
            title={
              filtered
                ? t("chapter.none_fit")
                : t("chapter.none", { what: write.inner(write.name(kind.title)) })
            }
            says={filtered ? undefined : write.name(kind.says)}
            action={
              filtered ? (
                <Button onClick={() => set({ q: undefined, state: undefined })}>
                  {t("chapter.all_shown")}
                </Button>
              ) : deeds.may ? (
                <div className="row">
                  <Button type="primary" icon={<Plus size={13} aria-hidden />} onClick={add}>
                    {t("chapter.new_of", { what: write.inner(one) })}
                  </Button>
                  <Button
                    icon={<Upload size={13} aria-hidden />}
                    onClick={() => setImporting(true)}
                  >
                    {t("chapter.import")}
                  </Button>
                </div>
              ) : undefined
            }
          />
        </section>
      )}
      {records.length > 0 && (
        <section className="panel">
          {chosen.length > 0 && (
            <div className="batch" role="status">
              <b>{t("loop.picked", { count: chosen.length })}</b>
              {deeds.rows.map((action) => (
                <Button
                  key={action.id}
                  size="small"
                  type="primary"
                  disabled={!fits(action)}
                  title={fits(action) ? undefined : t("chapter.unfit")}
                  onClick={() => setDoing(action)}
                >
                  {write.name(action.name)}…
                </Button>
              ))}
              <span className="gap" />
              <Button size="small" type="text" onClick={picked.clear}>
                {t("loop.pick_none")}
              </Button>
            </div>
          )}
          <DataGrid
            id={`records.${kind.id}`}
            label={write.name(kind.title)}
            rows={records}
            columns={columns}
            rowKey={(row) => row.id}
            picks={picks}
            onOpen={(row) => set({ open: row.id })}
            onArrange={() => setAll(true)}
            onEnd={hasNextPage ? () => fetchNextPage() : undefined}
            totalRows={hasNextPage ? total : undefined}
            exportTo={(format) =>
              calls.saveRecords(
                kind.id,
                { q: search.q, state: search.state },
                format,
                i18n.language,
              )
            }
            height="calc(100vh - 210px)"
          />
        </section>
      )}
      {search.open !== undefined && (
        <RecordDrawer
          key={search.open}
          kind={kind}
          id={search.open}
          close={() => set({ open: undefined })}
        />
      )}
      {search.add && (
        <NewRecord
          kind={kind}
          close={() => set({ add: undefined })}
          added={(id) => set({ add: undefined, open: id })}
        />
      )}
      <Suspense>
        {importing && <ImportDialog kind={kind} close={() => setImporting(false)} />}
      </Suspense>
      {doing && (
        <ActionDialog
          action={doing}
          on={doing.on === "rows" ? t("chapter.rows", { count: chosen.length }) : undefined}
          names={names}
          run={(form) =>
            calls.actOnRecords(
              kind.id,
              doing.id,
              doing.on === "rows" ? chosen.map(({ id }) => id) : [],
              form,
            )
          }
          close={() => setDoing(null)}
        />
      )}
    </>
  );
}

/** All records of a kind: found, filtered, written anew, imported and exported. */
export function RecordsPage() {
  const params = useParams({ from: FROM });
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const write = useWrite();
  const query = useQuery(kindQuery(params.kind));
  const set = (next: RecordsSearch) =>
    navigate({
      search: (now) => ({ ...now, ...next }),
      replace: !("open" in next || "add" in next),
    });
  return (
    <div className="wrap chapter-page">
      <PageHead
        title={query.data ? write.name(query.data.title) : params.kind}
        says={query.data && <span className="mut">{write.name(query.data.says)}</span>}
      />
      <Await query={query} height={320}>
        {(kind) => <List key={kind.id} kind={kind} search={search} set={set} />}
      </Await>
    </div>
  );
}
