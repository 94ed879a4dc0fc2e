import { useTranslation } from "react-i18next";
import type { Play } from "../../api/loop";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { useMetricName } from "../loop/queries";

/** A play: its steps, how long it takes, and what it has been worth. */
export function PlayCard({ play }: { play: Play }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const metric = useMetricName();
  const { worth } = play;
  return (
    <div className="play">
      <h3>{nameOf(play.title, i18n.language)}</h3>
      <p>{nameOf(play.says, i18n.language)}</p>
      <ol className="steps">
        {play.steps.map((step) => (
          <li key={step.en}>{nameOf(step, i18n.language)}</li>
        ))}
      </ol>
      <p className="mut sm">
        {[
          t("plays.minutes", { count: play.minutes }),
          t(`plays.role.${play.role}`, { defaultValue: play.role }),
          t("plays.moves", { metric: metric(play.moves) }),
        ].join(" · ")}
      </p>
      <p className="sm">
        {worth && worth.n > 0
          ? t("plays.worth", {
              count: worth.n,
              estimate: format.money(worth.estimate.amount, worth.estimate.currency, "whole"),
              low: format.money(worth.low.amount, worth.low.currency, "whole"),
              high: format.money(worth.high.amount, worth.high.currency, "whole"),
            })
          : t("plays.no_worth")}
      </p>
    </div>
  );
}
