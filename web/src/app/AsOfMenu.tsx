import { Button, Popover, Tooltip } from "antd";
import { History } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useScope } from "./useScope";

const AsOfChoice = lazy(() => import("./AsOfChoice"));

/** The figures as they were after a past import: which one, chosen from the list of imports. */
export function AsOfMenu() {
  const { t } = useTranslation();
  const { scope, change } = useScope();
  const [open, setOpen] = useState(false);
  const pick = (id: number | undefined) => {
    setOpen(false);
    change({ as_of: id });
  };
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomLeft"
      title={t("as_of.title")}
      content={
        <Suspense>
          <AsOfChoice chosen={scope.as_of} onPick={pick} />
        </Suspense>
      }
    >
      <Tooltip title={open ? "" : t("as_of.title")}>
        <Button
          aria-label={t("as_of.title")}
          aria-pressed={scope.as_of !== undefined}
          className={scope.as_of === undefined ? "" : "pressed"}
          icon={<History size={14} />}
        />
      </Tooltip>
    </Popover>
  );
}
