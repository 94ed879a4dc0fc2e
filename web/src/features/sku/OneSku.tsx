import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Select } from "antd";
import { Plus, Radar } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Sku360 } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useScope } from "../../app/useScope";
import { useMay } from "../../app/useSession";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { PageHead, Panel } from "../../ui/Panel";
import { Await } from "../../ui/States";
import { EffectVerdict } from "../effects/EffectVerdict";
import { StartJob } from "../loop/StartJob";
import { Due, useTaskTitle } from "../tasks/due";
import { ChangeDialog } from "./ChangeDialog";
import { ChangeTable } from "./ChangeTable";
import { whatOf } from "./kinds";
import type { SkuSearch } from "./search";
import { TimeAxis } from "./TimeAxis";

function Findings({ sku }: { sku: Sku360 }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  return (
    <Panel title={t("today.queue")}>
      <ul className="panel-body lines">
        {sku.findings.map((one) => (
          <li key={one.id}>
            <Link to="/findings/$id" params={{ id: one.id }}>
              {nameOf(one.title, i18n.language)}
            </Link>
            <span className="mut">{t(`finding.state.${one.state}`)}</span>
            <b className="num">{format.money(one.monthly.amount, one.monthly.currency, "whole")}</b>
          </li>
        ))}
        {sku.findings.length === 0 && <li className="mut">{t("sku.no_findings")}</li>}
      </ul>
    </Panel>
  );
}

function Tasks({ sku }: { sku: Sku360 }) {
  const { t } = useTranslation();
  const titleOf = useTaskTitle();
  return (
    <Panel title={t("nav.tasks")}>
      <ul className="panel-body lines">
        {sku.tasks.map((one) => (
          <li key={one.id}>
            <Link to="/tasks" search={{ task: one.id }}>
              {titleOf(one)}
            </Link>
            <span className="mut">{[t(`tasks.state.${one.state}`), one.owner].join(" · ")}</span>
            <Due task={one} />
          </li>
        ))}
        {sku.tasks.length === 0 && <li className="mut">{t("sku.no_tasks")}</li>}
      </ul>
    </Panel>
  );
}

function Effects({ sku }: { sku: Sku360 }) {
  const { t, i18n } = useTranslation();
  return (
    <Panel title={t("nav.effects")}>
      <ul className="panel-body lines">
        {sku.effects.map((one) => (
          <li key={one.id}>
            <Link to="/effects/$id" params={{ id: String(one.id) }}>
              {whatOf(one.change, i18n.language)}
            </Link>
            <EffectVerdict effect={one} />
          </li>
        ))}
        {sku.effects.length === 0 && <li className="mut">{t("sku.no_effects")}</li>}
      </ul>
    </Panel>
  );
}

interface OneSkuProps {
  store: string;
  sku: string;
  market: string | undefined;
  go(next: SkuSearch): void;
}

/** Profit, units, traffic, ads, stock and rating on one axis, with what was changed and when. */
export function OneSku({ store, sku, market, go }: OneSkuProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const mayWork = useMay("work");
  const { scope } = useScope();
  const [adding, setAdding] = useState(false);
  const question = { market, from: scope.from, to: scope.to, currency: scope.currency };
  const query = useQuery({
    queryKey: ["sku", store, sku, question],
    queryFn: () => calls.sku(store, sku, question),
    placeholderData: keepPreviousData,
  });
  const found = query.data;
  const product = found?.product;
  return (
    <>
      <PageHead
        title={product?.name || sku}
        says={
          <span className="mut">
            {[product?.name && sku, store, product?.category, product?.owner]
              .filter(Boolean)
              .join(" · ")}
          </span>
        }
        aside={
          <button
            type="button"
            className="link"
            onClick={() => go({ of: undefined, sku: undefined, at: undefined })}
          >
            {t("sku.all")}
          </button>
        }
      />
      <div className="row">
        <Select
          aria-label={t("field.market")}
          allowClear
          placeholder={t("scope.all_markets")}
          value={market}
          onChange={(at) => go({ at })}
          options={(found?.sku.markets ?? []).map((code) => ({
            value: code,
            label: format.country(code),
          }))}
          style={{ minWidth: 130 }}
        />
        <span className="mut sm">
          {format.day(scope.from)} – {format.day(scope.to)}
        </span>
        <span className="gap" />
        <StartJob
          kind="changes_detect"
          label={t("change.detect")}
          icon={<Radar size={13} aria-hidden />}
          start={() => calls.detectChanges({ from: scope.from, to: scope.to })}
        />
        {mayWork && (
          <Button icon={<Plus size={13} aria-hidden />} onClick={() => setAdding(true)}>
            {t("change.add")}
          </Button>
        )}
      </div>
      <Await query={query} height={500}>
        {(data) => (
          <>
            <TimeAxis sku={data} />
            <ChangeTable changes={data.changes} effects={data.effects} />
            <div className="thirds">
              <Findings sku={data} />
              <Tasks sku={data} />
              <Effects sku={data} />
            </div>
          </>
        )}
      </Await>
      {adding && (
        <ChangeDialog
          given={{ store, seller_sku: sku, market: market ?? null, kind: "listing.price" }}
          close={() => setAdding(false)}
        />
      )}
    </>
  );
}
