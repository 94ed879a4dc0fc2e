import { Button } from "antd";
import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Kind } from "../../../api/chapter";
import { useFormat } from "../../../format/useFormat";
import { whoName } from "../../../i18n/names";
import { mergeNames } from "../queries";
import { ChangeTable } from "./ChangeTable";
import { changesOf } from "./diff";
import type { RecordForm } from "./useRecordForm";

/** Somebody else saved the record meanwhile: who, what, and what to do about it. */
export function Conflict({ kind, form }: { kind: Kind; form: RecordForm }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { conflict } = form;
  if (!conflict) return null;
  const { record, names } = conflict;
  const theirs = changesOf(kind, form.base, record.body);
  return (
    <div className="conflict" role="alert">
      <p>
        <TriangleAlert size={14} aria-hidden />{" "}
        {t("chapter.conflict", {
          who: whoName(record.changed_by, t),
          at: format.moment(record.changed_at),
        })}
      </p>
      {theirs.length > 0 && (
        <ChangeTable
          kind={kind}
          changes={theirs}
          names={mergeNames([names])}
          heads={[t("chapter.you_saw"), t("chapter.is_now")]}
        />
      )}
      <div className="row">
        <Button type="primary" size="small" onClick={form.keepMine}>
          {t("chapter.keep_mine")}
        </Button>
        <Button size="small" onClick={form.takeTheirs}>
          {t("chapter.take_theirs")}
        </Button>
      </div>
    </div>
  );
}
