import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Effect } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { type Column, DataGrid, useColumnKit } from "../../ui/DataGrid";
import { PageHead } from "../../ui/Panel";
import { Await, Empty } from "../../ui/States";
import { TabsPanel } from "../../ui/TabsPanel";
import { useMetricName, usePlays } from "../loop/queries";
import { StartJob } from "../loop/StartJob";
import { useKindName, whatOf } from "../sku/kinds";
import { EffectVerdict } from "./EffectVerdict";
import { GainsTab } from "./GainsTab";
import "../data/data.css";
import "../loop/loop.css";
import "./effects.css";

/** Money with its interval on one line. */
export function useBand() {
  const { t } = useTranslation();
  const format = useFormat();
  return (band: { estimate: string; low: string; high: string; currency: string }) =>
    t("effects.band", {
      estimate: format.money(band.estimate, band.currency, "whole"),
      low: format.money(band.low, band.currency, "whole"),
      high: format.money(band.high, band.currency, "whole"),
    });
}

function useEffectColumns(): Column<Effect>[] {
  const { t, i18n } = useTranslation();
  const kit = useColumnKit<Effect>();
  const kindName = useKindName();
  const metric = useMetricName();
  const plays = usePlays();
  const format = useFormat();
  return useMemo(
    () => [
      kit.text("what", ({ change }) => whatOf(change, i18n.language), {
        header: t("effects.change"),
        width: 280,
      }),
      {
        id: "verdict",
        header: t("effects.verdict_head"),
        width: 210,
        value: (effect) =>
          effect.state === "measured" && effect.verdict
            ? t(`effects.verdict.${effect.verdict}`)
            : t("effects.waiting"),
        cell: (effect) => <EffectVerdict effect={effect} />,
      },
      kit.money(
        "money",
        (effect) => effect.money?.estimate,
        (effect) => effect.money?.currency ?? "USD",
        { header: t("effects.money"), width: 120 },
      ),
      kit.text("range", (effect) => effect.money?.low, {
        header: t("effects.range"),
        width: 170,
        cell: ({ money }) =>
          money
            ? `${format.money(money.low, money.currency, "whole")} – ${format.money(money.high, money.currency, "whole")}`
            : "—",
      }),
      kit.day("day", ({ change }) => change.at, { header: t("change.day") }),
      kit.text("kind", ({ change }) => kindName(change.kind), { width: 150 }),
      kit.text("seller_sku", ({ change }) => change.seller_sku, { width: 150 }),
      kit.text("store", ({ change }) => change.store),
      kit.market(({ change }) => change.market),
      kit.text("metric", (effect) => metric(effect.metric), {
        header: t("effects.metric"),
        width: 150,
      }),
      kit.text("play", (effect) => nameOf(plays.get(effect.play ?? "")?.title, i18n.language), {
        header: t("finding.play"),
        width: 200,
      }),
    ],
    [t, i18n.language, kit, kindName, metric, plays, format],
  );
}

function EffectList() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const columns = useEffectColumns();
  const query = useInfiniteQuery({
    queryKey: ["effects", "list"],
    queryFn: ({ pageParam }) => calls.effects({ cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.meta.next ?? undefined,
  });
  const effects = useMemo(
    () => query.data?.pages.flatMap((page) => page.effects) ?? [],
    [query.data],
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <Await query={query} height={360}>
      {() =>
        effects.length === 0 ? (
          <Empty
            title={t("effects.none")}
            says={t("effects.none_says")}
            action={<Link to="/tasks">{t("today.to_tasks")}</Link>}
          />
        ) : (
          <DataGrid
            id="effects"
            label={t("nav.effects")}
            rows={effects}
            columns={columns}
            rowKey={(effect) => String(effect.id)}
            onEnd={onEnd}
            hasMore={hasNextPage}
            onOpen={(effect) => navigate({ to: "/effects/$id", params: { id: String(effect.id) } })}
            height="calc(100vh - 230px)"
          />
        )
      }
    </Await>
  );
}

/** What changes really did: one by one, and as a ledger of realised gains. */
export function EffectsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab } = useSearch({ from: "/effects" });
  return (
    <div className="wrap">
      <PageHead
        title={t("nav.effects")}
        says={<span className="mut">{t("effects.says")}</span>}
        aside={
          <StartJob
            kind="effects_measure"
            label={t("effects.measure_now")}
            start={calls.measureEffects}
          />
        }
      />
      <TabsPanel
        active={tab}
        onChange={(next) => navigate({ to: "/effects", search: (now) => ({ ...now, tab: next }) })}
        tabs={[
          { key: "list", label: t("effects.list"), children: <EffectList /> },
          { key: "gains", label: t("effects.gains"), children: <GainsTab /> },
        ]}
      />
    </div>
  );
}
