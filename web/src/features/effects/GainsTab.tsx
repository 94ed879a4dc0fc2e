import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Gains } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { Await, Empty } from "../../ui/States";
import { whatOf } from "../sku/kinds";
import { useBand } from "./EffectsPage";
import { TONES } from "./EffectVerdict";

type Band = Gains["total"];

const flat = ({ estimate, low, high }: Pick<Band, "estimate" | "low" | "high">) => ({
  estimate: estimate.amount,
  low: low.amount,
  high: high.amount,
  currency: estimate.currency,
});

function ByPlay({ gains }: { gains: Gains }) {
  const { t, i18n } = useTranslation();
  const band = useBand();
  return (
    <table className="plain">
      <thead>
        <tr>
          <th scope="col">{t("finding.play")}</th>
          <th scope="col" className="num">
            {t("effects.measured_n")}
          </th>
          <th scope="col" className="num">
            {t("effects.pooled")}
          </th>
        </tr>
      </thead>
      <tbody>
        {gains.plays.map((one) => (
          <tr key={one.play}>
            <th scope="row">
              {nameOf(one.title, i18n.language) || one.play}
              {one.says && <div className="mut sm">{nameOf(one.says, i18n.language)}</div>}
            </th>
            <td className="num">{one.n}</td>
            <td className="num">
              <b>{band(flat(one))}</b>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ByEffect({ gains }: { gains: Gains }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const band = useBand();
  return (
    <table className="plain">
      <thead>
        <tr>
          <th scope="col">{t("change.day")}</th>
          <th scope="col">{t("effects.change")}</th>
          <th scope="col">{t("effects.verdict_head")}</th>
          <th scope="col" className="num">
            {t("effects.money")}
          </th>
        </tr>
      </thead>
      <tbody>
        {gains.rows.map((one) => (
          <tr key={one.effect}>
            <td>{format.day(one.day)}</td>
            <td>
              <Link to="/effects/$id" params={{ id: String(one.effect) }}>
                {whatOf(one.change, i18n.language)}
              </Link>{" "}
              <span className="mut">
                {[one.change.seller_sku ?? one.change.campaign, one.change.store]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
            </td>
            <td>
              <span className={`tag ${TONES[one.verdict]}`}>
                {t(`effects.verdict.${one.verdict}`)}
              </span>
            </td>
            <td className="num">{band(one.money)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What was really gained: the sum, what each play is worth, and every effect in it. */
export function GainsTab() {
  const { t } = useTranslation();
  const band = useBand();
  const query = useQuery({ queryKey: ["effects", "gains"], queryFn: calls.gains });
  return (
    <Await query={query} height={300}>
      {(gains) =>
        gains.total.n === 0 ? (
          <Empty title={t("effects.no_gains")} says={t("effects.no_gains_says")} />
        ) : (
          <div className="panel-body stack gains">
            <p>
              <span className="big">{band(flat(gains.total))}</span>{" "}
              <span className="mut">{t("effects.total", { count: gains.total.n })}</span>
            </p>
            {gains.plays.length > 0 && (
              <>
                <h2>{t("effects.by_play")}</h2>
                <ByPlay gains={gains} />
              </>
            )}
            <h2>{t("effects.each")}</h2>
            <ByEffect gains={gains} />
          </div>
        )
      }
    </Await>
  );
}
