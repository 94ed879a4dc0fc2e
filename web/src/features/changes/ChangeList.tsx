import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Change } from "../../api/loop";
import type { FileFormat } from "../../api/types";
import { whoName } from "../../i18n/names";
import { type Column, DataGrid, useColumnKit } from "../../ui/DataGrid";
import { EffectVerdict } from "../effects/EffectVerdict";
import { useKindName, whatOf } from "../sku/kinds";

function useChangeColumns(): Column<Change>[] {
  const { t, i18n } = useTranslation();
  const kit = useColumnKit<Change>();
  const kindName = useKindName();
  return useMemo(
    () => [
      kit.day("day", (change) => change.at, { header: t("change.day") }),
      kit.text("kind", (change) => kindName(change.kind), { width: 128 }),
      kit.text("what", (change) => whatOf(change, i18n.language), {
        header: t("change.what"),
        width: 260,
      }),
      kit.text("before", (change) => change.before, { header: t("change.before"), width: 110 }),
      kit.text("after", (change) => change.after, { header: t("change.after"), width: 110 }),
      {
        id: "effect",
        header: t("change.effect"),
        width: 214,
        value: ({ effect }) =>
          effect
            ? effect.verdict
              ? t(`effects.verdict.${effect.verdict}`)
              : effect.ready_on
            : null,
        cell: ({ effect }) =>
          effect ? (
            <EffectVerdict effect={effect} />
          ) : (
            <span className="mut">{t("change.not_measured")}</span>
          ),
      },
      kit.text("seller_sku", (change) => change.seller_sku, { width: 150 }),
      kit.text("campaign", (change) => change.campaign, { width: 150 }),
      kit.text("store", (change) => change.store),
      kit.market((change) => change.market),
      kit.text("who", (change) => whoName(change.who, t), { width: 96 }),
      kit.text("source", (change) => t(`change.source.${change.source}`), {
        header: t("change.from_where"),
        width: 120,
      }),
      kit.text("task", (change) => (change.task ? String(change.task) : null), {
        header: t("tasks.number"),
        hidden: true,
      }),
    ],
    [t, i18n.language, kit, kindName],
  );
}

interface ChangeListProps {
  changes: Change[];
  open(change: Change): void;
  exportTo(kind: FileFormat): Promise<void>;
  more?(): void;
}

/** What was changed, where, from what to what, by whom, and what it did. */
export function ChangeList({ changes, open, exportTo, more }: ChangeListProps) {
  const { t } = useTranslation();
  const columns = useChangeColumns();
  return (
    <section className="panel">
      <DataGrid
        id="changes"
        label={t("nav.changes")}
        rows={changes}
        columns={columns}
        rowKey={(change) => String(change.id)}
        onOpen={open}
        exportTo={exportTo}
        onEnd={more}
        hasMore={more !== undefined}
        height="calc(100vh - 250px)"
      />
    </section>
  );
}
