import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { History } from "lucide-react";
import { useTranslation } from "react-i18next";
import * as calls from "../api/calls";
import { useFormat } from "../format/useFormat";
import { useScope } from "./useScope";

/** Says on every page that its figures are old ones on purpose, and leads back. */
export function AsOfBanner() {
  const { scope, change } = useScope();
  return scope.as_of === undefined ? null : (
    <Banner id={scope.as_of} back={() => change({ as_of: undefined })} />
  );
}

function Banner({ id, back }: { id: number; back(): void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const found = useQuery({ queryKey: ["import", id], queryFn: () => calls.importOf(id) }).data;
  return (
    <div className="as-of" role="status">
      <History size={14} aria-hidden />
      <span>
        {t("as_of.active", { id })}
        {found && ` · ${format.moment(found.at)} · ${found.store} · ${found.file_name}`}
      </span>
      <span className="gap" />
      <Button size="small" type="primary" onClick={back}>
        {t("as_of.back")}
      </Button>
    </div>
  );
}
