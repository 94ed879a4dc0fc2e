import { useTranslation } from "react-i18next";
import type { Effect, Verdict } from "../../api/loop";
import { useFormat } from "../../format/useFormat";
import { today } from "../sku/ChangeFields";

export const TONES: Record<Verdict, "good" | "bad" | "look" | ""> = {
  gained: "good",
  lost: "bad",
  no_effect: "",
  cannot_tell: "look",
  observed: "look",
};

/** In two or three words what became of it. */
export function EffectVerdict({
  effect,
}: {
  effect: Pick<Effect, "state" | "verdict" | "ready_on">;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  if (effect.state === "waiting" || !effect.verdict) {
    return (
      <span className="tag">
        {effect.ready_on && effect.ready_on > today()
          ? t("effects.ready_on", { day: format.day(effect.ready_on) })
          : t("effects.waiting")}
      </span>
    );
  }
  return (
    <span className={`tag ${TONES[effect.verdict]}`}>{t(`effects.verdict.${effect.verdict}`)}</span>
  );
}
