import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Effect } from "../../api/loop";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { Panel } from "../../ui/Panel";
import { Partial } from "../../ui/States";
import { EffectVerdict } from "./EffectVerdict";

/** What is told of a change, and of an experiment, which has no change of its own. */
export type Told = Omit<Effect, "change">;

interface ResultProps {
  effect: Told;
  actions?: ReactNode;
}

/** What came out, in a sentence, in money and as a share; what to know of it, what would help. */
export function Result({ effect, actions }: ResultProps) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { money, relative, better, flags = [] } = effect;
  return (
    <Panel
      title={t("effects.result")}
      actions={
        <>
          <EffectVerdict effect={effect} />
          {actions}
        </>
      }
    >
      <div className="panel-body stack">
        <p className="lead">{nameOf(effect.says, i18n.language)}</p>
        {money && (
          <p>
            <span className="big">{format.money(money.estimate, money.currency, "whole")}</span>{" "}
            <span className="mut">
              {t("effects.between", {
                low: format.money(money.low, money.currency, "whole"),
                high: format.money(money.high, money.currency, "whole"),
                confidence: format.percent(effect.confidence ?? "0.9", 0),
              })}
            </span>
          </p>
        )}
        {relative && (
          <p className="mut">
            {t("effects.relative", {
              estimate: format.percent(relative.estimate),
              low: format.percent(relative.low),
              high: format.percent(relative.high),
            })}
          </p>
        )}
        {flags.map((flag) => (
          <Partial key={flag.code}>
            {nameOf(flag.says, i18n.language)}
            {flag.names &&
              flag.names.length > 0 &&
              ` ${t("loop.bracketed", { names: flag.names.join(t("loop.comma")) })}`}
          </Partial>
        ))}
        {better && nameOf(better, i18n.language) && (
          <div className="measure">
            <b>{t(effect.verdict === "cannot_tell" ? "loop.better" : "effects.sharper")}</b>
            <p>{nameOf(better, i18n.language)}</p>
          </div>
        )}
      </div>
    </Panel>
  );
}
