import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Notes } from "../../api/types";
import { isZero } from "../../format/decimal";
import { type Format, useFormat } from "../../format/useFormat";
import { Partial } from "../../ui/States";

/** What to know before trusting figures, sentence by sentence. */
export function sentences(notes: Notes, t: TFunction, format: Format): string[] {
  const said: string[] = [];
  for (const kind of ["provisional", "unclassified"] as const) {
    const share = notes[`${kind}_share`];
    if (share != null && !isZero(share)) {
      said.push(t(`notes.${kind}`, { share: format.percent(share) }));
    }
  }
  const units = notes.units_without_cost;
  if (units != null && !isZero(units)) {
    said.push(t("notes.without_cost", { units: format.number(units) }));
  }
  for (const { money, currency, rows } of notes.money_without_rate) {
    const what = money ? format.money(money.amount, money.currency) : currency;
    said.push(t("notes.without_rate", { what, rows: format.number(rows) }));
  }
  const periods = notes.periods_excluded.length;
  if (periods > 0) said.push(t("notes.excluded", { count: periods }));
  return said;
}

export function NotesBar({ notes }: { notes: Notes }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const said = sentences(notes, t, format);
  if (said.length === 0) return null;
  return <Partial>{said.join(i18n.language === "en" ? " " : "")}</Partial>;
}
