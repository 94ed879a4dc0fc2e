import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Rule } from "../../api/loop";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { type Column, DataGrid, useColumnKit } from "../../ui/DataGrid";
import { PageHead } from "../../ui/Panel";
import { Await, Empty } from "../../ui/States";
import { TabsPanel } from "../../ui/TabsPanel";
import { ruleParams } from "../loop/names";
import { playsQuery, rulesQuery } from "../loop/queries";
import { PlayCard } from "./PlayCard";
import "../data/data.css";
import "../finding/finding.css";
import "../loop/loop.css";
import "./rules.css";

function useRuleColumns(): Column<Rule>[] {
  const { t, i18n } = useTranslation();
  const kit = useColumnKit<Rule>();
  const format = useFormat();
  return useMemo(() => {
    const count = (id: "hits" | "accepted" | "ignored" | "dismissed") =>
      kit.number(id, (rule) => rule.record[id], { header: t(`rules.${id}`), width: 90 });
    return [
      kit.text("title", (rule) => nameOf(rule.title, i18n.language), {
        header: t("loop.rule"),
        width: 270,
      }),
      kit.text("family", (rule) => t(`family.${rule.family}`, { defaultValue: rule.family }), {
        header: t("loop.family"),
        width: 130,
      }),
      kit.text("subject", (rule) => t(`subject.${rule.subject}`, { defaultValue: rule.subject }), {
        header: t("rules.subject"),
        width: 130,
      }),
      kit.number("window", (rule) => rule.window, { header: t("rules.window"), width: 80 }),
      count("hits"),
      count("accepted"),
      count("dismissed"),
      count("ignored"),
      {
        id: "false_alarms",
        header: t("rules.false_alarms"),
        kind: "percent",
        width: 110,
        value: (rule) => rule.record.false_alarm_rate,
        cell: (rule) => format.percent(rule.record.false_alarm_rate, 0),
      },
      kit.money(
        "measured",
        (rule) => rule.record.measured?.estimate.amount,
        (rule) => rule.record.measured?.estimate.currency ?? "USD",
        { header: t("rules.measured"), width: 130 },
      ),
      {
        id: "delivered",
        header: t("rules.delivered"),
        kind: "percent",
        width: 110,
        value: (rule) => rule.record.delivered?.factor,
        cell: (rule) => format.percent(rule.record.delivered?.factor, 0),
      },
      kit.text("origin", (rule) => t(`origin.${rule.origin}`, { defaultValue: rule.origin }), {
        header: t("metrics.origin"),
        hidden: true,
      }),
      kit.text("id", (rule) => rule.id, { header: t("metrics.id"), width: 210, hidden: true }),
    ];
  }, [t, i18n.language, kit, format]);
}

function RuleList() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const query = useQuery(rulesQuery);
  const columns = useRuleColumns();
  return (
    <Await query={query} height={360}>
      {({ rules }) => (
        <DataGrid
          id="rules"
          label={t("nav.rules")}
          rows={rules}
          columns={columns}
          rowKey={(rule) => rule.id}
          onOpen={(rule) => navigate({ to: "/rules/$family/$name", params: ruleParams(rule.id) })}
          height="calc(100vh - 230px)"
        />
      )}
    </Await>
  );
}

function PlayList() {
  const { t, i18n } = useTranslation();
  const query = useQuery(playsQuery);
  return (
    <Await query={query} height={360}>
      {({ plays }) =>
        plays.length === 0 ? (
          <Empty title={t("plays.none")} />
        ) : (
          <ul className="plays">
            {plays.map((play) => (
              <li key={play.id} aria-label={nameOf(play.title, i18n.language)}>
                <PlayCard play={play} />
              </li>
            ))}
          </ul>
        )
      }
    </Await>
  );
}

/** What is watched and how well it has told the truth; and what can be done. */
export function RulesPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab } = useSearch({ from: "/rules" });
  return (
    <div className="wrap">
      <PageHead title={t("nav.rules")} says={<span className="mut">{t("rules.page_says")}</span>} />
      <TabsPanel
        active={tab}
        onChange={(next) => navigate({ to: "/rules", search: (now) => ({ ...now, tab: next }) })}
        tabs={[
          { key: "list", label: t("nav.rules"), children: <RuleList /> },
          { key: "plays", label: t("plays.title"), children: <PlayList /> },
        ]}
      />
    </div>
  );
}
