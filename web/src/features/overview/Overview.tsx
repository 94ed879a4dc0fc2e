import { useTranslation } from "react-i18next";
import { Scoped } from "../../app/Scoped";
import { useScope } from "../../app/useScope";
import { useMay } from "../../app/useSession";
import { PageHead } from "../../ui/Panel";
import { Empty, Failed } from "../../ui/States";
import { DropPanel } from "../data/DropPanel";
import { NotesBar } from "../profit/NotesBar";
import { ScopeNote } from "../profit/ScopeNote";
import { FreshnessPanel } from "./FreshnessPanel";
import { HeadlineStrip } from "./HeadlineStrip";
import { MoneyPanel } from "./MoneyPanel";
import { useHeadline } from "./queries";
import { TrendPanel } from "./TrendPanel";
import { WarningsPanel } from "./WarningsPanel";
import "../data/data.css";
import "./overview.css";

/** Before the first report: what to fetch, and the place to drop it, on the same page. */
function FirstReport() {
  const { t } = useTranslation();
  const mayImport = useMay("import");
  return (
    <>
      <section className="panel">
        <Empty title={t("overview.empty")} says={t("overview.empty_says")} />
      </section>
      {mayImport && <DropPanel />}
    </>
  );
}

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
