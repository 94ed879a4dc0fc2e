import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Tabs } from "antd";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import { useMay } from "../../app/useSession";
import { PageHead } from "../../ui/Panel";
import { DropPanel } from "./DropPanel";
import { ImportHistory } from "./ImportHistory";
import { KnownReports } from "./KnownReports";
import { Quarantine } from "./Quarantine";
import "./data.css";

const ImportDrawer = lazy(() => import("./ImportDrawer"));

export function DataPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ from: "/data" });
  const mayImport = useMay("import");
  const unknown = useQuery({ queryKey: ["quarantine"], queryFn: calls.quarantine }).data;

  const go = (next: { tab?: string; import?: number }) =>
    navigate({ to: "/data", search: (now) => ({ ...now, ...next }) });
  const waiting = unknown?.fee_types.length ?? 0;
  return (
    <div className="wrap">
      <PageHead title={t("nav.data")} says={<span className="mut">{t("data.says")}</span>} />
      {mayImport && <DropPanel />}
      <section className="panel tabs-panel">
        <Tabs
          activeKey={search.tab ?? "history"}
          onChange={(tab) => go({ tab: tab === "history" ? undefined : tab })}
          items={[
            {
              key: "history",
              label: t("data.history"),
              children: <ImportHistory open={(id) => go({ import: id })} />,
            },
            {
              key: "quarantine",
              label: waiting ? `${t("data.quarantine")} (${waiting})` : t("data.quarantine"),
              children: <Quarantine />,
            },
            { key: "reports", label: t("data.reports"), children: <KnownReports /> },
          ]}
        />
      </section>
      <Suspense>
        {search.import && (
          <ImportDrawer id={search.import} close={() => go({ import: undefined })} />
        )}
      </Suspense>
    </div>
  );
}
