import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Button } from "antd";
import { ChartArea, CircleAlert, Info, TriangleAlert } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Action, Board, BoardKind, BoardRow, Remark } from "../../../api/chapter";
import * as calls from "../../../api/chapterCalls";
import type { Permission } from "../../../api/types";
import { useScope } from "../../../app/useScope";
import { useSession } from "../../../app/useSession";
import { DataGrid } from "../../../ui/DataGrid";
import { PageHead } from "../../../ui/Panel";
import { Await, Empty, Failed, Loading } from "../../../ui/States";
import { SavedViews } from "../../views/SavedViews";
import { ActionDialog } from "../ActionDialog";
import { PictureView } from "../picture/PictureView";
import { boardKindQuery, boardQuery } from "../queries";
import { type BoardSearch, paramsOf } from "../search";
import { usePicked } from "../usePicked";
import { useWrite } from "../useWrite";
import { useBoardColumns } from "./columns";
import { ParamsBar } from "./ParamsBar";
import { paramBody } from "./params";
import { RowDrawer } from "./RowDrawer";
import { Tiles } from "./Tiles";
import "../../loop/loop.css";
import "../page.css";
import "./board.css";

const FROM = "/c/$chapter/boards/$board";
const NOT_SAVED = ["as_of", "row", "range", "from", "to", "compare", "currency"] as const;
const ICONS = { info: Info, warning: TriangleAlert, error: CircleAlert } as const;
const NO_ROWS: BoardRow[] = [];

const SHOWN = "argosy.pictures";

/** Who works through tables all day may do without pictures; remembered in this browser. */
function usePicturesShown() {
  const [shown, setShown] = useState(() => {
    try {
      return localStorage.getItem(SHOWN) !== "no";
    } catch {
      return true;
    }
  });
  const keep = (next: boolean) => {
    setShown(next);
    try {
      localStorage.setItem(SHOWN, next ? "yes" : "no");
    } catch {
      // Without storage they are back with the next page.
    }
  };
  return [shown, keep] as const;
}

const REMARKS = 3;
const LEVELS = ["error", "warning", "info"];

/** What to know before trusting the board, the gravest first; many of them are folded. */
function Remarks({ remarks }: { remarks: Remark[] }) {
  const { t } = useTranslation();
  const write = useWrite();
  const [all, setAll] = useState(false);
  if (remarks.length === 0) return null;
  const ordered = remarks.toSorted((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
  const shown = all ? ordered : ordered.slice(0, REMARKS);
  return (
    <div className={`remarks remark-${ordered[0]?.level}`} role="note">
      <ul>
        {shown.map((remark) => {
          const Icon = ICONS[remark.level as keyof typeof ICONS] ?? Info;
          return (
            <li key={remark.says.en} className={`remark-${remark.level}`}>
              <Icon size={14} aria-hidden />
              <span>{write.name(remark.says)}</span>
            </li>
          );
        })}
      </ul>
      {remarks.length > REMARKS && (
        <button type="button" className="link sm" onClick={() => setAll(!all)}>
          {all
            ? t("chapter.fewer_rows")
            : t("chapter.more_remarks", { count: remarks.length - REMARKS })}
        </button>
      )}
    </div>
  );
}

/** An action and the rows it is done with. */
interface Deed {
  action: Action;
  rows: string[];
}

interface TableProps {
  kind: BoardKind;
  board: Board;
  params: Record<string, string>;
  open(row: string): void;
  start(deed: Deed): void;
  may(permission: string): boolean;
}

function Table({ kind, board, params, open, start, may }: TableProps) {
  const { t, i18n } = useTranslation();
  const write = useWrite();
  const columns = useBoardColumns(kind.columns, board.rows);
  const picked = usePicked(board.rows);
  const several = kind.actions.filter(({ on, permission }) => on === "rows" && may(permission));
  const chosen = [...picked.ids];
  return (
    <section className="panel">
      {chosen.length > 0 && (
        <div className="batch" role="status">
          <b>{t("loop.picked", { count: chosen.length })}</b>
          {several.map((action, at) => (
            <Button
              key={action.id}
              size="small"
              type={at === 0 ? "primary" : "default"}
              title={action.help ? write.name(action.help) : undefined}
              onClick={() => start({ action, rows: chosen })}
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
        id={`board.${kind.id}`}
        label={write.name(kind.title)}
        rows={board.rows}
        columns={columns}
        rowKey={(row) => row.id}
        initialSort={kind.order ? { id: kind.order[0], desc: kind.order[1] } : undefined}
        picks={
          several.length > 0
            ? {
                has: ({ id }) => picked.ids.has(id),
                turn: ({ id }) => picked.turn(id),
                turnAll: picked.turnAll,
                all: picked.all,
                label: ({ id }) => t("chapter.pick", { name: id }),
              }
            : undefined
        }
        onOpen={(row) => open(row.id)}
        exportTo={(format) => calls.saveBoard(kind.id, params, format, i18n.language)}
        height="calc(100vh - 190px)"
      />
    </section>
  );
}

interface BoardViewProps {
  kind: BoardKind;
  search: BoardSearch;
  set(next: BoardSearch): void;
}

function BoardView({ kind, search, set }: BoardViewProps) {
  const { t } = useTranslation();
  const write = useWrite();
  const { choices } = useScope();
  const held: Permission[] = useSession().data?.user?.permissions ?? [];
  const may = (permission: string) => held.includes(permission as Permission);
  const asked = paramsOf(search);
  const query = useQuery(boardQuery(kind.id, asked));
  const board = query.data;
  const [deed, setDeed] = useState<Deed | null>(null);
  const [drawn, setDrawn] = usePicturesShown();
  const rows = board?.rows ?? NO_ROWS;
  const ids = useMemo(() => new Set(rows.map(({ id }) => id)), [rows]);
  const hasRow = useCallback((id: string) => ids.has(id), [ids]);
  const open = useCallback((row: string) => set({ row }), [set]);
  const told = board?.params.currency;
  const currency = typeof told === "string" ? told : choices?.reporting_currency;
  const of = (on: Action["on"]) =>
    kind.actions.filter((action) => action.on === on && may(action.permission));
  const onTitle = (rows: string[]) =>
    rows.length === 1 ? rows[0] : t("chapter.rows", { count: rows.length });

  return (
    <>
      <div className="page-bar">
        <ParamsBar
          fields={kind.params}
          body={paramBody(kind.params, asked, board?.params)}
          currency={currency ?? "USD"}
          change={(params) =>
            set(
              Object.fromEntries(
                Object.entries(params).map(([id, value]) => [`p_${id}`, value]),
              ) as BoardSearch,
            )
          }
        />
        <SavedViews page={`board:${kind.id}`} without={NOT_SAVED} />
        {board && board.pictures.length > 0 && (
          <Button
            size="small"
            icon={<ChartArea size={13} aria-hidden />}
            aria-pressed={drawn}
            onClick={() => setDrawn(!drawn)}
          >
            {t(drawn ? "chapter.hide_pictures" : "chapter.show_pictures")}
          </Button>
        )}
        <span className="gap" />
        {of("whole").map((action, at) => (
          <Button
            key={action.id}
            type={at === 0 ? "primary" : "default"}
            title={action.help ? write.name(action.help) : undefined}
            onClick={() => setDeed({ action, rows: [] })}
          >
            {write.name(action.name)}…
          </Button>
        ))}
      </div>
      {query.isError && <Failed error={query.error} retry={() => query.refetch()} />}
      {query.isPending && (
        <section className="panel">
          <Loading height={300} />
        </section>
      )}
      {board && !query.isError && (
        <div
          className={`stack ${query.isPlaceholderData ? "stale" : ""}`}
          aria-busy={query.isFetching}
        >
          <Remarks remarks={board.remarks} />
          {rows.length > 0 && <Tiles tiles={kind.tiles} values={board.tiles} />}
          {drawn && board.pictures.length > 0 && (
            <div className={`pictures ${board.pictures.length === 1 ? "one" : ""}`}>
              {board.pictures.map((picture) => (
                <PictureView
                  key={`${picture.type}:${picture.title.en}`}
                  picture={picture}
                  currency={currency}
                  open={open}
                  hasRow={hasRow}
                />
              ))}
            </div>
          )}
          {rows.length === 0 ? (
            <section className="panel">
              <Empty title={t("chapter.no_rows")} says={write.name(kind.empty)} />
            </section>
          ) : (
            <Table kind={kind} board={board} params={asked} open={open} start={setDeed} may={may} />
          )}
        </div>
      )}
      {search.row !== undefined && (
        <RowDrawer
          key={search.row}
          kind={kind}
          row={search.row}
          found={rows.find(({ id }) => id === search.row)}
          params={asked}
          actions={of("row")}
          act={(action) => setDeed({ action, rows: [search.row ?? ""] })}
          currency={currency}
          close={() => set({ row: undefined })}
        />
      )}
      {deed && (
        <ActionDialog
          action={deed.action}
          on={deed.rows.length > 0 ? onTitle(deed.rows) : undefined}
          currency={currency}
          run={(form) => calls.actOnBoard(kind.id, deed.action.id, deed.rows, form, asked)}
          close={() => setDeed(null)}
        />
      )}
    </>
  );
}

/** When a board was worked out, and which day it is about. */
function Aside({ kind, search }: { kind: BoardKind; search: BoardSearch }) {
  const { t } = useTranslation();
  const write = useWrite();
  const board = useQuery(boardQuery(kind.id, paramsOf(search))).data;
  if (!board) return null;
  return [
    board.day && t("chapter.as_of_day", { day: write.format.day(board.day) }),
    board.made && t("chapter.made_at", { at: write.format.moment(board.made) }),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** A board: figures, pictures, the table, and what can be done with its rows. */
export function BoardPage() {
  const params = useParams({ from: FROM });
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const write = useWrite();
  const query = useQuery(boardKindQuery(params.board));
  const set = useCallback(
    (next: BoardSearch) =>
      navigate({ search: (now) => ({ ...now, ...next }), replace: !("row" in next) }),
    [navigate],
  );
  return (
    <div className="wrap chapter-page">
      <PageHead
        title={query.data ? write.name(query.data.title) : params.board}
        says={query.data && <span className="mut">{write.name(query.data.says)}</span>}
        aside={query.data && <Aside kind={query.data} search={search} />}
      />
      <Await query={query} height={320}>
        {(kind) => <BoardView key={kind.id} kind={kind} search={search} set={set} />}
      </Await>
    </div>
  );
}
