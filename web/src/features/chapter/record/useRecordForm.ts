import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Body, Kind, OneRecord } from "../../../api/chapter";
import * as calls from "../../../api/chapterCalls";
import { ApiError } from "../../../api/http";
import { errorText, nameOf } from "../../../i18n/names";
import { begun, byPath, cleaned, type Problems, wrongIn } from "../form/draft";
import { isSame, rebased } from "./diff";

/** What is said without asking the server. */
export function useComplaints() {
  const { t } = useTranslation();
  return useMemo(
    () => ({
      required: t("form.required"),
      decimal: t("form.decimal"),
      whole: t("chapter.whole"),
    }),
    [t],
  );
}

/** A record being written: what is typed, what is wrong with it, and what others did meanwhile. */
export function useRecordForm(kind: Kind, loaded: OneRecord | undefined) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const says = useComplaints();
  const start = useMemo(
    () => loaded?.record.body ?? begun(kind.fields),
    [loaded?.record.body, kind.fields],
  );
  const [base, setBase] = useState({ body: start, version: loaded?.record.version });
  const [body, setBody] = useState<Body>(start);
  const [problems, setProblems] = useState<Problems>({});
  const [conflict, setConflict] = useState<OneRecord | null>(null);
  const [saving, setSaving] = useState(false);
  const dirty = useMemo(
    () => !isSame(cleaned(kind.fields, body), cleaned(kind.fields, base.body)),
    [kind.fields, body, base.body],
  );
  // Asked when somebody leaves: an answer of this very moment, not of the last drawing.
  const unsaved = useRef(dirty);
  unsaved.current = dirty;

  const take = useCallback((one: OneRecord, typed: Body = one.record.body) => {
    setBase({ body: one.record.body, version: one.record.version });
    setBody(typed);
    setProblems({});
    setConflict(null);
  }, []);
  // What came newer from the server replaces what nobody has touched.
  useEffect(() => {
    if (loaded && loaded.record.version !== base.version && !unsaved.current) take(loaded);
  }, [loaded, base.version, take]);

  const failed = async (error: unknown, id: string | undefined) => {
    if (error instanceof ApiError && error.fields.length > 0) {
      setProblems(byPath(error.fields, (one) => nameOf(one.says, i18n.language) || one.code));
    } else if (error instanceof ApiError && error.status === 409 && id !== undefined) {
      setConflict(await calls.record(kind.id, id));
    } else message.error(errorText(error, t));
  };

  /** The record as it is saved then; null when it is not. */
  const save = async (): Promise<OneRecord | null> => {
    const whole = cleaned(kind.fields, body);
    const wrong = wrongIn(kind.fields, whole, says);
    setProblems(wrong);
    if (Object.keys(wrong).length > 0) return null;
    setSaving(true);
    const id = loaded?.record.id;
    try {
      const one =
        id === undefined
          ? await calls.addRecord(kind.id, whole)
          : await calls.saveRecord(kind.id, id, whole, base.version ?? 0);
      take(one);
      unsaved.current = false;
      queries.setQueryData(["record", kind.id, one.record.id], (now: OneRecord | undefined) => ({
        ...one,
        names: { ...now?.names, ...one.names },
      }));
      await queries.invalidateQueries();
      message.success(t("chapter.saved"));
      return one;
    } catch (error) {
      await failed(error, id).catch((next) => message.error(errorText(next, t)));
      return null;
    } finally {
      setSaving(false);
    }
  };

  return {
    body,
    setBody,
    base: base.body,
    version: base.version ?? 0,
    problems,
    setProblems,
    conflict,
    dirty,
    unsaved,
    saving,
    save,
    reset: () => {
      setBody(base.body);
      setProblems({});
      setConflict(null);
    },
    /** My changes put upon theirs, to be looked at and saved. */
    keepMine: () =>
      conflict && take(conflict, rebased(kind.fields, base.body, body, conflict.record.body)),
    takeTheirs: () => conflict && take(conflict),
  };
}

export type RecordForm = ReturnType<typeof useRecordForm>;
