import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "../../app/useSession";
import { PageHead } from "../../ui/Panel";
import { TabsPanel } from "../../ui/TabsPanel";
import { AccountingTab } from "./AccountingTab";
import { AuditTab } from "./AuditTab";
import { CompanyTab } from "./CompanyTab";
import { LookTab } from "./LookTab";
import { MaintenanceTab } from "./maintenance/MaintenanceTab";
import { NotifyTab } from "./notify/NotifyTab";
import { OwnersTab } from "./OwnersTab";
import { RatesTab } from "./RatesTab";
import { RetentionTab } from "./RetentionTab";
import { StoresTab } from "./StoresTab";
import { TokensTab } from "./TokensTab";
import { UsersTab } from "./UsersTab";
import "../data/data.css";
import "../loop/loop.css";
import "../products/products.css";
import "./settings.css";

export function SettingsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab } = useSearch({ from: "/settings" });
  const mayEdit = useMay("edit");
  const mayAdminister = useMay("administer");
  const tabs = [
    { key: "company", children: <CompanyTab /> },
    { key: "stores", children: <StoresTab /> },
    { key: "accounting", children: <AccountingTab /> },
    { key: "owners", children: <OwnersTab /> },
    ...(mayAdminister ? [{ key: "users", children: <UsersTab /> }] : []),
    { key: "tokens", children: <TokensTab /> },
    { key: "rates", children: <RatesTab /> },
    { key: "look", children: <LookTab /> },
    ...(mayAdminister
      ? [
          { key: "notify", children: <NotifyTab /> },
          { key: "retention", children: <RetentionTab /> },
          { key: "audit", children: <AuditTab /> },
        ]
      : []),
    ...(mayEdit ? [{ key: "maintenance", children: <MaintenanceTab /> }] : []),
  ];
  return (
    <div className="wrap">
      <PageHead title={t("nav.settings")} />
      <TabsPanel
        active={tab}
        onChange={(next) => navigate({ to: "/settings", search: (now) => ({ ...now, tab: next }) })}
        tabs={tabs.map(({ key, children }) => ({
          key,
          label: t(`settings.${key}`),
          children: <div className="settings-body">{children}</div>,
        }))}
      />
    </div>
  );
}
