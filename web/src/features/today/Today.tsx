import { useTranslation } from "react-i18next";
import { Scoped } from "../../app/Scoped";
import { useScope } from "../../app/useScope";
import { PageHead } from "../../ui/Panel";
import { FirstReport } from "../overview/FirstReport";
import { ScopeNote } from "../profit/ScopeNote";
import { Pulse } from "./Pulse";
import { Queue } from "./Queue";
import "../loop/loop.css";
import "./today.css";

/** The first page of the day: how it goes, and what is worth doing. */
export function Today() {
  const { t } = useTranslation();
  const { ready, empty } = useScope();
  return (
    <div className="wrap">
      <PageHead title={t("nav.today")} aside={ready && !empty ? <ScopeNote /> : null} />
      <Scoped>
        {empty ? (
          <FirstReport />
        ) : (
          <>
            <Pulse />
            <Queue />
          </>
        )}
      </Scoped>
    </div>
  );
}
