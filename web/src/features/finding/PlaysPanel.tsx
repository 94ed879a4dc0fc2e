import { useTranslation } from "react-i18next";
import type { Finding, Play } from "../../api/loop";
import { nameOf } from "../../i18n/names";
import { Panel } from "../../ui/Panel";
import { playsOf } from "../loop/names";
import { usePlays } from "../loop/queries";
import { PlayCard } from "../rules/PlayCard";

/** What can be done about it, step by step. */
export function PlaysPanel({ finding }: { finding: Finding }) {
  const { t, i18n } = useTranslation();
  const plays = usePlays();
  const proposed = playsOf(finding)
    .map((id) => plays.get(id))
    .filter((play): play is Play => play !== undefined);
  if (proposed.length === 0) return null;
  return (
    <Panel title={t("finding.plays")}>
      <div className="panel-body stack">
        {proposed.map((play) => (
          <section key={play.id} aria-label={nameOf(play.title, i18n.language)}>
            <PlayCard play={play} />
          </section>
        ))}
      </div>
    </Panel>
  );
}
