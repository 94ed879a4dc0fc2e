import { useNavigate, useSearch } from "@tanstack/react-router";
import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "../../app/useSession";
import { PageHead } from "../../ui/Panel";
import { CompanyTab } from "./CompanyTab";
import { LookTab } from "./LookTab";
import { RatesTab } from "./RatesTab";
import { StoresTab } from "./StoresTab";
import { TokensTab } from "./TokensTab";
import { UsersTab } from "./UsersTab";
import "../data/data.css";
import "../products/products.css";
import "./settings.css";

export function SettingsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab } = useSearch({ from: "/settings" });
  const mayAdminister = useMay("administer");
  const tabs = [
    { key: "company", children: <CompanyTab /> },
    { key: "stores", children: <StoresTab /> },
    ...(mayAdminister ? [{ key: "users", children: <UsersTab /> }] : []),
    { key: "tokens", children: <TokensTab /> },
    { key: "rates", children: <RatesTab /> },
    { key: "look", children: <LookTab /> },
  ];
  return (
    <div className="wrap">
      <PageHead title={t("nav.settings")} />
      <section className="panel tabs-panel">
        <Tabs
          activeKey={tab ?? "company"}
          onChange={(next) =>
            navigate({
              to: "/settings",
              search: (now) => ({ ...now, tab: next === "company" ? undefined : next }),
            })
          }
          items={tabs.map(({ key, children }) => ({
            key,
            label: t(`settings.${key}`),
            children: <div className="settings-body">{children}</div>,
          }))}
        />
      </section>
    </div>
  );
}
