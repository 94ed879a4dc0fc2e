import { useNavigate } from "@tanstack/react-router";
import { App, Button, Popconfirm } from "antd";
import { History, Undo2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Import } from "../../api/types";
import { useJobs } from "../../app/jobs/JobsProvider";
import { useSaving } from "../../app/useSaving";
import { useMay } from "../../app/useSession";

/** What can be done with a finished import. */
export function ImportActions({ of }: { of: Import }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const { look } = useJobs();
  const mayEdit = useMay("edit");
  const { save: undo, saving } = useSaving(calls.undoImport);
  const takeBack = async () => {
    if (!(await undo(of.id))) return;
    look();
    message.info(t("undo.started"));
  };
  if (of.state !== "done") return null;
  return (
    <div className="row">
      <Button
        icon={<History size={14} />}
        onClick={() => navigate({ to: "/", search: { as_of: of.id } })}
      >
        {t("as_of.look")}
      </Button>
      {mayEdit && of.undoable && (
        <Popconfirm
          title={t("undo.sure")}
          description={t("undo.says")}
          okText={t("undo.do")}
          cancelText={t("action.cancel")}
          onConfirm={takeBack}
        >
          <Button icon={<Undo2 size={14} />} loading={saving}>
            {t("undo.do")}
          </Button>
        </Popconfirm>
      )}
    </div>
  );
}
