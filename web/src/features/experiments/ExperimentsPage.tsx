import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { Plus } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Experiment } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useMay } from "../../app/useSession";
import { type Column, DataGrid, useColumnKit } from "../../ui/DataGrid";
import { PageHead } from "../../ui/Panel";
import { Await, Empty } from "../../ui/States";
import { EffectVerdict } from "../effects/EffectVerdict";
import { useMetricName } from "../loop/queries";
import "../loop/loop.css";
import "./experiments.css";

const STATE_TONES = { planned: "", running: "look", ended: "good" } as const;

function useExperimentColumns(): Column<Experiment>[] {
  const { t } = useTranslation();
  const kit = useColumnKit<Experiment>();
  const metric = useMetricName();
  return useMemo(
    () => [
      kit.text("title", (one) => one.title, { header: t("tasks.title"), width: 280 }),
      kit.text("kind", (one) => t(`experiment.kind.${one.kind}`), { width: 170 }),
      kit.tag(
        "state",
        (one) => t(`experiment.state.${one.state}`),
        (one) => STATE_TONES[one.state],
      ),
      kit.days(
        "days",
        (one) => one.start,
        (one) => one.end,
      ),
      kit.text("metric", (one) => metric(one.plan.metric), {
        header: t("effects.metric"),
        width: 150,
      }),
      kit.number("units_n", (one) => one.plan.units.length, {
        header: t("experiment.units"),
        width: 90,
      }),
      kit.text("store", (one) => one.plan.store),
      {
        id: "result",
        header: t("effects.verdict_head"),
        width: 210,
        value: (one) => one.result?.verdict ?? null,
        cell: (one) => (one.result ? <EffectVerdict effect={one.result} /> : "—"),
      },
    ],
    [t, kit, metric],
  );
}

/** Experiments: what chance decided, and what came of it. */
export function ExperimentsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayWork = useMay("work");
  const columns = useExperimentColumns();
  const query = useQuery({ queryKey: ["experiments"], queryFn: calls.experiments });
  const plan = mayWork && (
    <Link to="/experiments/new">
      <Button type="primary" tabIndex={-1} icon={<Plus size={13} aria-hidden />}>
        {t("experiment.plan")}
      </Button>
    </Link>
  );
  return (
    <div className="wrap">
      <PageHead
        title={t("nav.experiments")}
        says={<span className="mut">{t("experiment.says")}</span>}
        aside={plan}
      />
      <section className="panel">
        <Await query={query} height={300}>
          {({ experiments }) =>
            experiments.length === 0 ? (
              <Empty title={t("experiment.none")} says={t("experiment.none_says")} action={plan} />
            ) : (
              <DataGrid
                id="experiments"
                label={t("nav.experiments")}
                rows={experiments}
                columns={columns}
                rowKey={(one) => String(one.id)}
                onOpen={(one) =>
                  navigate({ to: "/experiments/$id", params: { id: String(one.id) } })
                }
              />
            )
          }
        </Await>
      </section>
    </div>
  );
}
