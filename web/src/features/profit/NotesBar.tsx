import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Notes } from "../../api/types";
import { isZero } from "../../format/decimal";
import { type Format, useFormat } from "../../format/useFormat";
import { Partial } from "../../ui/States";

/**
 * What to know before trusting figures, sentence by sentence. `profit` is the figure they are about:
 * without any unit cost it has no value, with some it is too high.
 */
export function sentences(
  notes: Notes,
  profit: string | null | undefined,
  t: TFunction,
  format: Format,
): string[] {
  const said: string[] = [];
  for (const kind of ["provisional", "unclassified"] as const) {
    const share = notes[`${kind}_share`];
    if (share != null && !isZero(share)) {
      said.push(t(`notes.${kind}`, { share: format.share(share) }));
    }
  }
  if (notes.provisional_from) {
    said.push(t("notes.provisional_from", { day: format.day(notes.provisional_from) }));
  }
  const units = notes.units_without_cost;
  if (units != null && !isZero(units)) {
    const key = profit == null ? "notes.no_cost" : "notes.without_cost";
    said.push(t(key, { units: format.number(units) }));
  }
  for (const { money, currency, rows } of notes.money_without_rate) {
    const what = money ? format.money(money.amount, money.currency) : currency;
    said.push(t("notes.without_rate", { what, rows: format.number(rows) }));
  }
  const periods = notes.periods_excluded.length;
  if (periods > 0) said.push(t("notes.excluded", { count: periods }));
  return said;
}

interface NotesBarProps {
  notes: Notes;
  profit: string | null | undefined;
}

export function NotesBar({ notes, profit }: NotesBarProps) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const said = sentences(notes, profit, t, format);
  if (said.length === 0) return null;
  return <Partial>{said.join(i18n.language === "en" ? " " : "")}</Partial>;
}
