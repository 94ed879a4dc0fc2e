import { useLocation } from "@tanstack/react-router";
import { Badge, Button, Tooltip } from "antd";
import { ListChecks, Search } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useJobs } from "./jobs/JobsProvider";
import { ScopeBar } from "./ScopeBar";
import type { Overlay } from "./Shell";
import { UserMenu } from "./UserMenu";

export function TopBar({ open }: { open(overlay: Overlay): void }) {
  const { t } = useTranslation();
  const jobs = useJobs();
  // Pages of chapters say on the page itself what they are about.
  const scoped = !useLocation().pathname.startsWith("/c/");
  return (
    <header className="top">
      {scoped && <ScopeBar />}
      <span className={scoped ? "gap" : "gap kept"} />
      <Button
        icon={<Search size={14} />}
        aria-label={t("palette.open")}
        onClick={() => open("palette")}
        className="search"
      >
        <span className="mut">{t("palette.open")}</span> <kbd>Ctrl K</kbd>
      </Button>
      <Tooltip title={t("jobs.title")}>
        <Badge count={jobs.active} size="small">
          <Button
            aria-label={t("jobs.title")}
            icon={<ListChecks size={15} />}
            onClick={() => jobs.show(true)}
          />
        </Badge>
      </Tooltip>
      <UserMenu open={open} />
    </header>
  );
}
