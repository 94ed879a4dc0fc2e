import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useScope } from "../../app/useScope";
import { NoData } from "../../ui/NoData";
import { PageHead } from "../../ui/Panel";
import { Loading } from "../../ui/States";
import { TabsPanel } from "../../ui/TabsPanel";
import { Bank } from "./Bank";
import { Chain } from "./Chain";
import { Economics } from "./Economics";
import { Orders } from "./Orders";
import { Proofs } from "./Proofs";
import { Statements } from "./Statements";
import { Unsettled } from "./Unsettled";
import "../data/data.css";
import "./reconcile.css";

/** From the lines of a statement to the money in the bank, step by step. */
const CHECKS = [
  { key: "statements", children: <Statements /> },
  { key: "proof", children: <Proofs /> },
  { key: "chain", children: <Chain /> },
  { key: "bank", children: <Bank /> },
  { key: "orders", children: <Orders /> },
  { key: "unsettled", children: <Unsettled /> },
  { key: "economics", children: <Economics /> },
];

export function Reconcile() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab } = useSearch({ from: "/reconcile" });
  const { ready, empty } = useScope();
  return (
    <div className="wrap">
      <PageHead
        title={t("nav.reconcile")}
        says={<span className="mut">{t("reconcile.says")}</span>}
      />
      {!ready && <Loading height={320} />}
      {ready && empty && <NoData />}
      {ready && !empty && (
        <TabsPanel
          active={tab}
          onChange={(next) =>
            navigate({ to: "/reconcile", search: (now) => ({ ...now, tab: next }) })
          }
          tabs={CHECKS.map(({ key, children }) => ({
            key,
            label: t(`reconcile.check.${key}`),
            children,
          }))}
        />
      )}
    </div>
  );
}
