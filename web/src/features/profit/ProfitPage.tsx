import { useNavigate, useSearch } from "@tanstack/react-router";
import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { Scoped } from "../../app/Scoped";
import { useScope } from "../../app/useScope";
import { NoData } from "../../ui/NoData";
import { PageHead } from "../../ui/Panel";
import { Pivot } from "./Pivot";
import { ScopeNote } from "./ScopeNote";
import { StatementView } from "./StatementView";
import { ViewBar } from "./ViewBar";
import "./profit.css";

const VIEWS = ["statement", "pivot"] as const;

export function ProfitPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { ready, empty } = useScope();
  const search = useSearch({ from: "/profit" });
  const view = search.view === "pivot" ? "pivot" : "statement";

  const show = (next: string) =>
    navigate({
      to: "/profit",
      search: (now) => ({ ...now, view: next === "statement" ? undefined : next, by: undefined }),
    });
  return (
    <div className="wrap">
      <PageHead
        title={t("nav.profit")}
        says={
          <Segmented
            size="small"
            aria-label={t("profit.view")}
            value={view}
            onChange={show}
            options={VIEWS.map((value) => ({ value, label: t(`profit.${value}`) }))}
          />
        }
        aside={ready && !empty ? <ScopeNote /> : null}
      />
      {ready && !empty && <ViewBar />}
      <Scoped>{empty ? <NoData /> : view === "pivot" ? <Pivot /> : <StatementView />}</Scoped>
    </div>
  );
}
