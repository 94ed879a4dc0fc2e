import { useTranslation } from "react-i18next";
import { comparedPeriod } from "../../app/scope";
import { useScope } from "../../app/useScope";
import { useFormat } from "../../format/useFormat";

/** The days of the figures, the days compared with, and how far the data reaches. */
export function ScopeNote() {
  const { t } = useTranslation();
  const format = useFormat();
  const { scope, choices } = useScope();
  const before = scope.compare ? comparedPeriod(scope, scope.compare) : null;
  const days = (period: { from: string; to: string }) =>
    `${format.day(period.from)} – ${format.day(period.to)}`;
  return (
    <>
      {days(scope)}
      {before && ` · ${t("scope.against", { days: days(before) })}`}
      {choices?.last_day && ` · ${t("overview.data_to", { day: format.day(choices.last_day) })}`}
    </>
  );
}
