import { useBlocker } from "@tanstack/react-router";
import { App, Button, Tabs } from "antd";
import { Save } from "lucide-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Kind, OneRecord, RecordNames } from "../../../api/chapter";
import type { Permission } from "../../../api/types";
import { useScope } from "../../../app/useScope";
import { useMay } from "../../../app/useSession";
import { useFormat } from "../../../format/useFormat";
import { whoName } from "../../../i18n/names";
import { FieldsForm } from "../form/FieldsForm";
import { Conflict } from "./Conflict";
import { History, WhereUsed } from "./History";
import { ProblemList } from "./ProblemList";
import { RecordDo } from "./RecordDo";
import { StateTag } from "./StateTag";
import { useRecordForm } from "./useRecordForm";
import "./record.css";

const NO_NAMES: RecordNames = {};

interface RecordViewProps {
  kind: Kind;
  /** Absent for one that is being written for the first time. */
  one?: OneRecord;
  tab?: string;
  onTab?(tab: string | undefined): void;
  saved(id: string): void;
  dropped(): void;
}

/** Leaving what is not saved is asked about once. */
function useStay(unsaved: { current: boolean }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  useBlocker({
    enableBeforeUnload: () => unsaved.current,
    shouldBlockFn: ({ current, next }) => {
      const stays =
        current.pathname === next.pathname &&
        JSON.stringify([current.search]) === JSON.stringify([next.search]);
      const tab =
        current.pathname === next.pathname &&
        (next.search as { tab?: string }).tab !== (current.search as { tab?: string }).tab;
      if (stays || tab || !unsaved.current) return false;
      return new Promise<boolean>((resolve) => {
        modal.confirm({
          title: t("chapter.leave"),
          content: t("chapter.leave_says"),
          okText: t("chapter.leave_yes"),
          cancelText: t("chapter.leave_no"),
          onOk: () => {
            unsaved.current = false;
            resolve(false);
          },
          onCancel: () => resolve(true),
        });
      });
    },
  });
}

/** One record: its form, what can be done with it, its history, and who refers to it. */
export function RecordView({ kind, one, tab, onTab, saved, dropped }: RecordViewProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { choices } = useScope();
  const may = useMay(kind.permission as Permission);
  const id = useId();
  const form = useRecordForm(kind, one);
  useStay(form.unsaved);
  const state = kind.states?.states.find((state) => state.id === one?.record.state);
  const closed = one !== undefined && state?.open === false;
  const readOnly = !may || closed;
  const currency =
    typeof form.body.currency === "string" ? form.body.currency : choices?.reporting_currency;
  const save = async () => {
    const done = await form.save();
    if (done) saved(done.record.id);
  };
  const fields = (
    <div className="record-form">
      <Conflict kind={kind} form={form} />
      <ProblemList form={id} fields={kind.fields} problems={form.problems} />
      {closed && <p className="mut sm">{t("chapter.closed_says")}</p>}
      <FieldsForm
        form={id}
        fields={kind.fields}
        groups={kind.groups}
        body={form.body}
        onChange={form.setBody}
        problems={form.problems}
        onSolved={form.setProblems}
        names={one?.names ?? NO_NAMES}
        currency={currency ?? "USD"}
        readOnly={readOnly}
        fixed={one && "field" in kind.key ? [kind.key.field] : undefined}
      />
      {!readOnly && (one === undefined || form.dirty) && (
        <div className="record-save">
          <Button
            type="primary"
            icon={<Save size={13} aria-hidden />}
            loading={form.saving}
            onClick={save}
          >
            {t("action.save")}
          </Button>
          {one && <Button onClick={form.reset}>{t("chapter.reset")}</Button>}
          {one && <span className="mut sm">{t("chapter.unsaved")}</span>}
        </div>
      )}
    </div>
  );
  if (!one) return fields;
  return (
    <div className="record">
      <div className="record-bar">
        <StateTag kind={kind} state={one.record.state} />
        <span className="mut sm">
          {t("chapter.changed", {
            who: whoName(one.record.changed_by, t),
            at: format.moment(one.record.changed_at),
          })}
        </span>
        <span className="gap" />
        <RecordDo kind={kind} one={one} form={form} dropped={dropped} />
      </div>
      <Tabs
        activeKey={tab ?? "fields"}
        onChange={(key) => onTab?.(key === "fields" ? undefined : key)}
        items={[
          { key: "fields", label: t("chapter.details"), children: fields },
          {
            key: "history",
            label: t("chapter.history"),
            children: <History kind={kind} id={one.record.id} />,
            destroyOnHidden: true,
          },
          {
            key: "used",
            label: t("chapter.used"),
            children: <WhereUsed kind={kind} id={one.record.id} />,
            destroyOnHidden: true,
          },
        ]}
      />
    </div>
  );
}
