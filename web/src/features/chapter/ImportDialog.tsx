import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Modal, Spin } from "antd";
import { Download } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FieldProblem, ImportChange, ImportPreview, Kind } from "../../api/chapter";
import * as calls from "../../api/chapterCalls";
import { UNDEFINED } from "../../format/format";
import { useFormat } from "../../format/useFormat";
import { errorText } from "../../i18n/names";
import { type Column, DataGrid } from "../../ui/DataGrid";
import { DropZone } from "../data/DropZone";
import { usePathName } from "./record/ChangeTable";
import { useWrite } from "./useWrite";
import "../data/data.css";
import "./record/record.css";

const COUNTS: ImportChange[] = ["new", "changed", "same", "wrong"];
const TONES: Record<ImportChange, string> = {
  new: "good",
  changed: "look",
  same: "",
  wrong: "bad",
};
const SAMPLE_COLUMNS = 6;

function Counts({ preview }: { preview: ImportPreview }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <dl className="import-counts">
      {COUNTS.map((count) => (
        <div key={count} data-count={count}>
          <dt>
            <span className={`tag ${TONES[count]}`}>{t(`chapter.change.${count}`)}</span>
          </dt>
          <dd className="big">{format.number(preview[count])}</dd>
        </div>
      ))}
    </dl>
  );
}

function Sample({ kind, preview }: { kind: Kind; preview: ImportPreview }) {
  const { t } = useTranslation();
  const write = useWrite();
  const key = "field" in kind.key ? kind.key.field : "";
  const listed = kind.fields.filter(({ id, list }) => list && id !== key);
  const fields = (listed.length ? listed : kind.fields).slice(0, SAMPLE_COLUMNS);
  if (preview.sample.length === 0) return null;
  return (
    <section>
      <h3>{t("chapter.sample")}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section className="sample-scroll" tabIndex={0} aria-label={t("chapter.sample")}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("chapter.comes_as")}</th>
              <th scope="col">{write.name(kind.one)}</th>
              {fields.map((field) => (
                <th key={field.id} scope="col">
                  {write.name(field.name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {preview.sample.map((one, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file are known by their place.
              <tr key={at}>
                <td>
                  <span className={`tag ${TONES[one.change] ?? ""}`}>
                    {t(`chapter.change.${one.change}`)}
                  </span>
                </td>
                <th scope="row">{one.id ?? t("chapter.numbered")}</th>
                {fields.map((field) => {
                  const now = write.field(field, one.body[field.id], preview.names);
                  const was = one.before
                    ? write.field(field, one.before[field.id], preview.names)
                    : now;
                  return (
                    <td key={field.id}>
                      {now}
                      {was !== now && (
                        <span className="mut sm">
                          {" "}
                          {t("loop.was", { value: was || UNDEFINED })}
                        </span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Wrong({ kind, problems }: { kind: Kind; problems: FieldProblem[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const write = useWrite();
  const pathName = usePathName(kind);
  // biome-ignore lint/correctness/useExhaustiveDependencies: pathName depends on kind and language.
  const columns = useMemo(
    (): Column<FieldProblem>[] => [
      {
        id: "row",
        header: t("problem.line"),
        kind: "number",
        width: 72,
        value: ({ row }) => row ?? null,
        cell: ({ row }) => (row == null ? "" : format.number(row)),
      },
      { id: "record", header: write.name(kind.one), width: 130, value: ({ record }) => record },
      {
        id: "column",
        header: t("problem.column"),
        width: 170,
        value: ({ path }) => (path ? pathName(path) : ""),
      },
      {
        id: "message",
        header: t("problem.message"),
        width: 420,
        value: ({ says, code }) => write.name(says) || code,
      },
    ],
    [kind, t, format, write],
  );
  if (problems.length === 0) return null;
  return (
    <section>
      <h3>{t("chapter.wrong_rows")}</h3>
      <div className="boxed">
        <DataGrid
          id={`import.${kind.id}`}
          label={t("chapter.wrong_rows")}
          rows={problems}
          columns={columns}
          rowKey={(one) => `${one.row}:${one.record}:${one.path}:${one.code}`}
          height={220}
        />
      </div>
    </section>
  );
}

interface Read {
  file: File;
  preview: ImportPreview;
}

interface ImportDialogProps {
  kind: Kind;
  close(): void;
}

/** Records from a workbook: template, preview of what it would do, and then, all or nothing. */
export default function ImportDialog({ kind, close }: ImportDialogProps) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const format = useFormat();
  const queries = useQueryClient();
  const write = useWrite();
  const [busy, setBusy] = useState<"check" | "import" | null>(null);
  const [read, setRead] = useState<Read | null>(null);
  const [refused, setRefused] = useState<string | null>(null);

  const told = (error: unknown) => message.error(errorText(error, t));
  const look = async (files: File[]) => {
    const [file] = files;
    if (!file) return;
    setBusy("check");
    setRead(null);
    setRefused(null);
    try {
      setRead({ file, preview: await calls.importRecords(kind.id, file, true) });
    } catch (error) {
      setRefused(errorText(error, t));
    } finally {
      setBusy(null);
    }
  };
  const store = async () => {
    if (!read) return;
    setBusy("import");
    try {
      const came = await calls.importRecords(kind.id, read.file, false);
      if (came.wrong > 0) {
        // Somebody changed something since the preview: nothing was stored, and the rows are told.
        setRead({ ...read, preview: came });
        return;
      }
      await queries.invalidateQueries();
      message.success(
        t("chapter.imported", {
          added: format.number(came.new),
          changed: format.number(came.changed),
        }),
      );
      close();
    } catch (error) {
      told(error);
    } finally {
      setBusy(null);
    }
  };
  const preview = read?.preview;
  const wrong = preview ? preview.wrong > 0 || preview.problems.length > 0 : false;
  const count = preview ? preview.new + preview.changed : 0;
  const template = (kindOf: "xlsx" | "csv") =>
    calls.saveTemplate(kind.id, kindOf, i18n.language).catch(told);
  return (
    <Modal
      open
      width="min(920px, 96vw)"
      title={t("chapter.import_of", { what: write.name(kind.title) })}
      onCancel={close}
      mask={{ closable: !busy }}
      footer={
        <>
          <Button onClick={close}>{t("action.cancel")}</Button>
          <Button
            type="primary"
            disabled={!preview || wrong || count === 0}
            loading={busy === "import"}
            onClick={store}
          >
            {preview && count > 0
              ? t("chapter.import_count", { count, shown: format.number(count) })
              : t("data.start")}
          </Button>
        </>
      }
    >
      <div className="import-dialog">
        <p className="mut">
          {t("chapter.import_says")}{" "}
          <button type="button" className="link" onClick={() => template("xlsx")}>
            {t("chapter.template", { kind: "XLSX" })}
          </button>
          {" · "}
          <button type="button" className="link" onClick={() => template("csv")}>
            CSV
          </button>
        </p>
        <DropZone
          title={read ? t("chapter.other_file", { name: read.file.name }) : t("chapter.drop_file")}
          says="XLSX · CSV · TSV"
          onFiles={look}
        />
        <div aria-live="polite" className="import-came">
          {busy && (
            <div role="status" className="row">
              <Spin size="small" /> {t(busy === "check" ? "chapter.checking" : "chapter.storing")}
            </div>
          )}
          {refused && (
            <p role="alert" className="neg">
              {refused}
            </p>
          )}
          {preview && read && (
            <>
              <Counts preview={preview} />
              {wrong && (
                <div className="row wrong-says" role="alert">
                  <span>{t("chapter.wrong_says")}</span>
                  <Button
                    size="small"
                    icon={<Download size={13} aria-hidden />}
                    onClick={() =>
                      calls.saveImportErrors(kind.id, read.file, i18n.language).catch(told)
                    }
                  >
                    {t("chapter.error_file")}
                  </Button>
                </div>
              )}
              {(preview.ignored?.length ?? 0) > 0 && (
                <p className="mut">
                  {t("chapter.ignored", { names: preview.ignored?.join(t("loop.comma")) })}
                </p>
              )}
              {!wrong && count === 0 && <p className="mut">{t("chapter.nothing_new")}</p>}
              <Wrong kind={kind} problems={preview.problems} />
              <Sample kind={kind} preview={preview} />
            </>
          )}
        </div>
      </div>
    </Modal>
  );
}
