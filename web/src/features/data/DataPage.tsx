import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../app/useSession";
import { PageHead } from "../../ui/Panel";
import { TabsPanel } from "../../ui/TabsPanel";
import { DropPanel } from "./DropPanel";
import { HealthTab } from "./health/HealthTab";
import { ImportHistory } from "./ImportHistory";
import { KnownReports } from "./KnownReports";
import { MappingTab } from "./mapping/MappingTab";
import { Quarantine } from "./quarantine/Quarantine";
import { useQuarantine } from "./quarantine/useQuarantine";
import { SqlTab } from "./sql/SqlTab";
import { WalkTab } from "./walk/WalkTab";
import "./data.css";

const ImportDrawer = lazy(() => import("./ImportDrawer"));

/** Tabs with a place of their own to drop files at, or with no use for one. */
const WITHOUT_DROP = ["walk", "mapping", "sql"];

export function DataPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ from: "/data" });
  const mayImport = useMay("import");
  const unknown = useQuarantine().data;

  const go = (next: { tab?: string; import?: number }) =>
    navigate({ to: "/data", search: (now) => ({ ...now, ...next }) });
  const waiting = unknown?.fee_types.length ?? 0;
  return (
    <div className="wrap">
      <PageHead title={t("nav.data")} says={<span className="mut">{t("data.says")}</span>} />
      {mayImport && !WITHOUT_DROP.includes(search.tab ?? "") && <DropPanel />}
      <TabsPanel
        active={search.tab}
        onChange={(tab) => go({ tab })}
        tabs={[
          {
            key: "history",
            label: t("data.history"),
            children: <ImportHistory open={(id) => go({ import: id })} />,
          },
          { key: "health", label: t("health.title"), children: <HealthTab /> },
          {
            key: "quarantine",
            label: waiting
              ? t("grid.count_of", { name: t("data.quarantine"), count: waiting })
              : t("data.quarantine"),
            children: <Quarantine />,
          },
          ...(mayImport
            ? [
                { key: "walk", label: t("walk.title"), children: <WalkTab /> },
                { key: "mapping", label: t("mapping.title"), children: <MappingTab /> },
              ]
            : []),
          { key: "reports", label: t("data.reports"), children: <KnownReports /> },
          { key: "sql", label: "SQL", children: <SqlTab /> },
        ]}
      />
      <Suspense>
        {search.import && (
          <ImportDrawer id={search.import} close={() => go({ import: undefined })} />
        )}
      </Suspense>
    </div>
  );
}
