import { Button, Pagination, Tooltip } from "antd";
import { Plus } from "lucide-react";
import {
  type ClipboardEvent,
  type KeyboardEvent,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import type { Body, Field, RecordNames } from "../../../api/chapter";
import { useWrite } from "../useWrite";
import { type Problems, placeOf, tableOf } from "./draft";
import { isNum, type LineDeeds, LineRow } from "./LineRow";
import { copied, currencyAt, newLine, withCell, withTable } from "./lines";

const PAGE = 50;

interface LinesTableProps {
  form: string;
  field: Field;
  lines: Body[];
  onChange(lines: Body[]): void;
  problems: Problems;
  /** Lines moved: what was said about their places no longer holds. */
  onSolved(): void;
  names: RecordNames;
  currency: string;
  readOnly?: boolean;
}

interface CellAt {
  line: number;
  inner: string;
}

const cellOf = (target: EventTarget): CellAt | null => {
  const cell = (target as Element).closest<HTMLElement>("td[data-inner]");
  const { line, inner } = cell?.dataset ?? {};
  return line !== undefined && inner ? { line: Number(line), inner } : null;
};

/** Each line keeps its own key while others come and go. */
function useKeys(count: number) {
  const keys = useRef<number[]>([]);
  const next = useRef(0);
  while (keys.current.length < count) keys.current.push(next.current++);
  if (keys.current.length > count) keys.current.length = count;
  return {
    at: (index: number) => keys.current[index],
    insert: (index: number) => keys.current.splice(index, 0, next.current++),
    remove: (index: number) => keys.current.splice(index, 1),
  };
}

/** Problems of each line. */
function byLine(problems: Problems, field: string): Map<number, Problems> {
  const found = new Map<number, Problems>();
  for (const [path, texts] of Object.entries(problems)) {
    const place = placeOf(path);
    if (place.field !== field || place.line === undefined) continue;
    found.set(place.line, { ...found.get(place.line), [path]: texts });
  }
  return found;
}

const isOpen = (target: EventTarget) =>
  (target as Element).getAttribute("aria-expanded") === "true" ||
  target instanceof HTMLTextAreaElement;

/** Lines of a record as a table to type into; whole tables are pasted from a spreadsheet. */
export function LinesTable(props: LinesTableProps) {
  const { form, field, lines, onChange, problems, names, readOnly } = props;
  const { t } = useTranslation();
  const write = useWrite();
  const fields = useMemo(() => field.fields ?? [], [field.fields]);
  const wanted = useRef<CellAt | null>(null);
  const table = useRef<HTMLTableElement>(null);
  const keys = useKeys(lines.length);
  const [page, setPage] = useState(1);
  // The focus moves with the next drawing.
  const [, draw] = useState(0);
  const last = Math.max(1, Math.ceil(lines.length / PAGE));
  const shown = Math.min(page, last);

  // The page of the first line with a problem is shown.
  useEffect(() => {
    const first = Object.keys(problems)
      .map(placeOf)
      .find((place) => place.field === field.id && place.line !== undefined);
    if (first?.line !== undefined) setPage(Math.floor(first.line / PAGE) + 1);
  }, [problems, field.id]);
  useEffect(() => {
    const at = wanted.current;
    if (!at) return;
    const cell = table.current?.querySelector<HTMLElement>(
      `td[data-line="${at.line}"][data-inner="${at.inner}"]`,
    );
    const input = cell?.querySelector<HTMLElement>("input,textarea,button");
    if (!input) return;
    wanted.current = null;
    input.focus();
  });

  const go = (line: number, inner: string) => {
    wanted.current = { line, inner };
    setPage(Math.floor(line / PAGE) + 1);
  };
  const add = (inner = fields.find((one) => !one.read_only)?.id) => {
    onChange([...lines, newLine(fields)]);
    if (inner) go(lines.length, inner);
  };
  const copy = (at: number) => {
    keys.insert(at + 1);
    onChange(copied(lines, at));
    props.onSolved();
  };
  const remove = (at: number, inner?: string) => {
    keys.remove(at);
    onChange(lines.toSpliced(at, 1));
    props.onSolved();
    if (inner && lines.length > 1) go(Math.min(at, lines.length - 2), inner);
  };

  // The rows keep what they call, so that a line is drawn anew only when it changes itself.
  const latest = useRef({ lines, onChange, copy, remove, currency: props.currency });
  latest.current = { lines, onChange, copy, remove, currency: props.currency };
  const deeds = useMemo(
    (): LineDeeds => ({
      set: (at, inner, value) =>
        latest.current.onChange(withCell(latest.current.lines, at, inner, value)),
      copy: (at) => latest.current.copy(at),
      remove: (at) => latest.current.remove(at),
      currency: (at, inner) =>
        currencyAt(latest.current.lines, at - 1, inner, latest.current.currency),
    }),
    [],
  );
  const wrongLines = useMemo(() => byLine(problems, field.id), [problems, field.id]);

  const onKeyDown = (event: KeyboardEvent) => {
    const at = cellOf(event.target);
    if (!at || readOnly || event.nativeEvent.isComposing) return;
    const control = event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && !control && !isOpen(event.target)) {
      if (at.line + 1 >= lines.length) add(at.inner);
      else {
        go(at.line + 1, at.inner);
        draw((count) => count + 1);
      }
    } else if (control && event.key.toLowerCase() === "d") copy(at.line);
    else if (control && event.key === "Delete") remove(at.line, at.inner);
    else return;
    event.preventDefault();
  };
  const onPaste = (event: ClipboardEvent) => {
    const at = cellOf(event.target);
    const cells = tableOf(event.clipboardData.getData("text/plain"));
    if (!at || !cells || readOnly) return;
    event.preventDefault();
    const from = { line: at.line, field: at.inner };
    onChange(withTable(lines, fields, from, cells, props.currency));
    props.onSolved();
  };

  const told = fields
    .filter((one) => !one.read_only || lines.some((line) => line[one.id] !== undefined))
    .map(({ id }) => id)
    .join();
  const visible = useMemo(() => {
    const ids = told.split(",");
    return fields.filter(({ id }) => ids.includes(id));
  }, [fields, told]);
  const rows = lines.slice((shown - 1) * PAGE, shown * PAGE);
  return (
    <div className="lines">
      {lines.length > 0 && (
        <section
          className="lines-scroll"
          tabIndex={readOnly ? 0 : -1}
          aria-label={write.name(field.name)}
        >
          <table ref={table} className="plain lines-table" onKeyDown={onKeyDown} onPaste={onPaste}>
            <thead>
              <tr>
                <th scope="col" className="line-number">
                  <span className="visually-hidden">{t("chapter.line")}</span>
                </th>
                {visible.map((inner) => (
                  <th key={inner.id} scope="col" className={isNum(inner, readOnly)}>
                    <Tooltip title={write.name(inner.help)}>
                      <span className={inner.help ? "has-help" : ""}>
                        {write.name(inner.name)}
                        {inner.required && !readOnly && (
                          <span className="neg" aria-hidden>
                            {" "}
                            *
                          </span>
                        )}
                      </span>
                    </Tooltip>
                  </th>
                ))}
                {!readOnly && (
                  <th scope="col">
                    <span className="visually-hidden">{t("chapter.line_do")}</span>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {rows.map((line, index) => {
                const at = (shown - 1) * PAGE + index;
                return (
                  <LineRow
                    key={keys.at(at)}
                    form={form}
                    outer={field.id}
                    fields={visible}
                    at={at}
                    line={line}
                    problems={wrongLines.get(at)}
                    names={names}
                    deeds={deeds}
                    readOnly={readOnly}
                  />
                );
              })}
            </tbody>
          </table>
        </section>
      )}
      {lines.length === 0 && <p className="mut sm">{t("chapter.no_lines")}</p>}
      <div className="lines-foot">
        {!readOnly && (
          <Button size="small" icon={<Plus size={13} />} onClick={() => add()}>
            {t("chapter.line_add")}
          </Button>
        )}
        {!readOnly && lines.length > 0 && <span className="mut sm">{t("chapter.line_keys")}</span>}
        <span className="gap" />
        {lines.length > PAGE && (
          <Pagination
            size="small"
            current={shown}
            pageSize={PAGE}
            total={lines.length}
            showSizeChanger={false}
            onChange={setPage}
          />
        )}
        {lines.length > 1 && <span className="mut sm">{write.words.lines(lines.length)}</span>}
      </div>
    </div>
  );
}
