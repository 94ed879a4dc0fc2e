import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { Act } from "../finding/useFindingActions";

interface BatchBarProps {
  count: number;
  act(kind: Act): void;
  all(): void;
  clear(): void;
}

/** What can be done to all picked findings. */
export function BatchBar({ count, act, all, clear }: BatchBarProps) {
  const { t } = useTranslation();
  return (
    <div className="batch" role="status">
      <b>{t("loop.picked", { count })}</b>
      <Button size="small" type="primary" onClick={() => act("accept")}>
        {t("finding.accept")}
      </Button>
      <Button size="small" onClick={() => act("snooze")}>
        {t("finding.snooze")}
      </Button>
      <Button size="small" onClick={() => act("dismiss")}>
        {t("finding.dismiss")}
      </Button>
      <span className="gap" />
      <Button size="small" type="text" onClick={all}>
        {t("loop.pick_all")}
      </Button>
      <Button size="small" type="text" onClick={clear}>
        {t("loop.pick_none")}
      </Button>
    </div>
  );
}
