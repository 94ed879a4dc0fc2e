import { useTranslation } from "react-i18next";
import { Scoped } from "../../app/Scoped";
import { useScope } from "../../app/useScope";
import { PageHead } from "../../ui/Panel";
import { Failed } from "../../ui/States";
import { NotesBar } from "../profit/NotesBar";
import { ScopeNote } from "../profit/ScopeNote";
import { FirstReport } from "./FirstReport";
import { FreshnessPanel } from "./FreshnessPanel";
import { HeadlineStrip } from "./HeadlineStrip";
import { MoneyPanel } from "./MoneyPanel";
import { useHeadline } from "./queries";
import { TrendPanel } from "./TrendPanel";
import { WarningsPanel } from "./WarningsPanel";
import "./overview.css";

function Figures() {
  const { scope, ready } = useScope();
  const headline = useHeadline(scope, ready);
  const failed = headline.registry.error ?? headline.now.error;
  return (
    <>
      {failed && (
        <section className="panel">
          <Failed error={failed} retry={headline.retry} />
        </section>
      )}
      {!failed && <HeadlineStrip {...headline} />}
      {headline.now.data && (
        <NotesBar
          notes={headline.now.data.notes}
          profit={headline.now.data.totals.values.contribution_3?.value}
        />
      )}
      <div className="overview-middle">
        <TrendPanel {...headline} />
        <MoneyPanel />
      </div>
      <div className="overview-middle">
        <FreshnessPanel />
        <WarningsPanel />
      </div>
    </>
  );
}

export function Overview() {
  const { t } = useTranslation();
  const { ready, empty } = useScope();
  return (
    <div className="wrap">
      <PageHead title={t("nav.overview")} aside={ready && !empty ? <ScopeNote /> : null} />
      <Scoped>{empty ? <FirstReport /> : <Figures />}</Scoped>
    </div>
  );
}
