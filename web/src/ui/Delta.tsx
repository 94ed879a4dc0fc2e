import { useTranslation } from "react-i18next";
import { minus, ratio, toMicros } from "../format/decimal";
import { useFormat } from "../format/useFormat";

export type Better = "up" | "down" | "none";

interface DeltaProps {
  now: string | null;
  before: string | null | undefined;
  /** Ratios change by points, amounts by percent. */
  isRatio?: boolean;
  better?: Better;
}

const STILL = 500n; // 0.05 % in millionths: drawn as unchanged.

/** A change against the compared period: arrow, sign and colour by whether it is for the better. */
export function Delta({ now, before, isRatio, better = "up" }: DeltaProps) {
  const { t } = useTranslation();
  const format = useFormat();
  if (now == null || before == null) return null;
  const difference = minus(now, before);
  const base = toMicros(before) < 0n ? before.replace("-", "") : before;
  const change = isRatio ? difference : ratio(difference, base);
  if (change === null) return null;
  const size = toMicros(change);
  const still = (size < 0n ? -size : size) < STILL;
  const up = size > 0n;
  const tone = still || better === "none" ? "mut" : up === (better === "up") ? "pos" : "neg";
  const text = isRatio
    ? t("delta.points", {
        points: format.number((Math.abs(Number(change)) * 100).toFixed(1), 1, 1),
      })
    : format.percent(change.replace("-", ""));
  return (
    <span className={`delta ${tone}`}>
      <span aria-hidden>{still ? "◆" : up ? "▲" : "▼"}</span>{" "}
      <span className="visually-hidden">
        {t(still ? "delta.same" : up ? "delta.up" : "delta.down")}
      </span>
      {text}
    </span>
  );
}
