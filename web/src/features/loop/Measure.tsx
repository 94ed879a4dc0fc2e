import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Measurable, Tellable } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { Await } from "../../ui/States";
import { useMetricName } from "./queries";

const TONES: Record<Tellable, string> = { tellable: "good", weak: "look", not_tellable: "bad" };

function Told({ found }: { found: Measurable }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const metric = useMetricName();
  const { relative, money } = found.smallest;
  const sizes = [
    money && format.money(money.amount, money.currency, "whole"),
    relative != null && format.percent(relative),
  ].filter(Boolean);
  return (
    <div className="measure">
      <div className="row">
        <span className={`tag ${TONES[found.verdict]}`}>{t(`loop.tell.${found.verdict}`)}</span>
        {sizes.length > 0 && <b>{t("loop.smallest", { size: sizes.join(" · ") })}</b>}
      </div>
      <p className="mut sm">
        {t("loop.measured_by", {
          metric: metric(found.metric),
          design: t(`loop.design.${found.design}`, { defaultValue: found.design }),
          count: found.controls,
        })}
      </p>
      <p className="sm">{nameOf(found.why, i18n.language)}</p>
      {found.verdict !== "tellable" && nameOf(found.better, i18n.language) && (
        <p className="sm">
          <b>{t("loop.better")}</b> {nameOf(found.better, i18n.language)}
        </p>
      )}
    </div>
  );
}

/** The smallest effect that can be told, said before a task is accepted. */
export function Measure({ finding }: { finding: string }) {
  const query = useQuery({
    queryKey: ["measurable", finding],
    queryFn: () => calls.measurable(finding),
    staleTime: 300_000,
  });
  return (
    <Await query={query} height={72}>
      {(found) => <Told found={found} />}
    </Await>
  );
}
