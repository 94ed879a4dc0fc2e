import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Effect } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useFormat } from "../../format/useFormat";
import { nameOf, whoName } from "../../i18n/names";
import { PageHead, Panel } from "../../ui/Panel";
import { Await } from "../../ui/States";
import { useMetricName, usePlays } from "../loop/queries";
import { useKindName, whatOf } from "../sku/kinds";
import { Looks } from "./Looks";
import { Picture } from "./Picture";
import { Placebo } from "./Placebo";
import { Result } from "./Result";
import "../loop/loop.css";
import "./effects.css";

function Declared({ effect }: { effect: Effect }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const metric = useMetricName();
  const kindName = useKindName();
  const play = usePlays().get(effect.play ?? "");
  const { change } = effect;
  const facts: [string, React.ReactNode][] = [
    [t("field.kind"), kindName(change.kind)],
    [
      t("change.from_to"),
      change.before || change.after ? `${change.before ?? "—"} → ${change.after ?? "—"}` : null,
    ],
    [t("change.day"), format.day(change.at)],
    [t("field.who"), whoName(change.who, t)],
    [t("effects.metric"), metric(effect.metric)],
    [
      t("effects.windows"),
      t("effects.windows_says", { before: effect.before, after: effect.after, wait: effect.wait }),
    ],
    [
      t("effects.method"),
      effect.method
        ? t(`loop.design.${effect.method}`, { defaultValue: effect.method })
        : t("effects.by_data"),
    ],
    [t("effects.controls"), effect.control_names?.join(t("loop.comma")) || effect.controls || null],
    [
      t("effects.declared"),
      t("effects.declared_by", {
        who: whoName(effect.declared_by, t),
        at: format.moment(effect.declared_at),
      }),
    ],
    [t("finding.play"), nameOf(play?.title, i18n.language) || null],
    [
      t("nav.tasks"),
      effect.task != null ? (
        <Link key="task" to="/tasks" search={{ task: effect.task }}>
          {t("finding.task", { id: effect.task })}
        </Link>
      ) : null,
    ],
  ];
  return (
    <Panel title={t("effects.declared_title")}>
      <dl className="details panel-body">
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <div key={name} style={{ display: "contents" }}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </Panel>
  );
}

function Whole({ effect }: { effect: Effect }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { change } = effect;
  return (
    <>
      <PageHead
        title={whatOf(change, i18n.language)}
        says={
          <span className="mut">
            {[
              change.seller_sku ?? change.campaign,
              change.store,
              change.market && format.country(change.market),
            ]
              .filter(Boolean)
              .join(" · ")}
          </span>
        }
        aside={
          change.seller_sku ? (
            <Link
              to="/skus"
              search={{ of: change.store, sku: change.seller_sku, at: change.market ?? undefined }}
            >
              {t("loop.open_sku", { sku: change.seller_sku })}
            </Link>
          ) : null
        }
      />
      <div className="two">
        <div className="stack">
          <Result effect={effect} />
          {effect.picture && <Picture effect={effect} picture={effect.picture} />}
        </div>
        <div className="stack">
          <Declared effect={effect} />
          <Placebo effect={effect} />
          <Looks effect={effect} />
        </div>
      </div>
    </>
  );
}

/** One effect: the verdict in words, the picture, what speaks against it, what would help. */
export function EffectPage() {
  const { id } = useParams({ from: "/effects/$id" });
  const query = useQuery({
    queryKey: ["effects", Number(id)],
    queryFn: () => calls.effect(Number(id)),
  });
  return (
    <div className="wrap">
      <Await query={query} height={400}>
        {(effect) => <Whole effect={effect} />}
      </Await>
    </div>
  );
}
