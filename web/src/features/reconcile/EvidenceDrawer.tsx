import { Button, Drawer } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { EvidenceRow, Proof } from "../../api/types";
import { useChart } from "../../app/useChart";
import { useFormat } from "../../format/useFormat";
import { type Column, DataGrid, useColumnKit } from "../../ui/DataGrid";
import { useStatementDrill } from "./useStatementDrill";

function useEvidenceColumns(currency: string): Column<EvidenceRow>[] {
  const { t } = useTranslation();
  const chart = useChart();
  const kit = useColumnKit<EvidenceRow>();
  return useMemo(
    () => [
      kit.day("day", (row) => row.day),
      kit.text("line", (row) => chart.name(row.line), { width: 180 }),
      kit.money(
        "amount",
        (row) => row.amount,
        () => currency,
      ),
      kit.text("reason", (row) => t(`reconcile.reason.${row.reason}`), { width: 230 }),
      kit.text("order_id", (row) => row.order_id, { width: 180 }),
      kit.text("fee_type", (row) => row.fee_type, { width: 220 }),
    ],
    [kit, t, chart, currency],
  );
}

/** The rows that may explain what of a payout nothing explains. */
export function EvidenceDrawer({ proof, close }: { proof: Proof; close(): void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns = useEvidenceColumns(proof.currency);
  const open = useStatementDrill();
  return (
    <Drawer
      open
      onClose={close}
      size="min(1000px, 94vw)"
      title={`${proof.statement} · ${proof.store}`}
      extra={<Button onClick={() => open(proof)}>{t("drill.rows")}</Button>}
    >
      <p className="mut">
        {t("reconcile.evidence_says", {
          amount: format.money(proof.unexplained, proof.currency),
        })}
      </p>
      <DataGrid
        id="evidence"
        label={t("reconcile.evidence")}
        rows={proof.rows}
        columns={columns}
        rowKey={(row) => `${row.raw}:${row.row}:${row.line}:${row.amount}`}
        height="calc(100vh - 190px)"
        empty={t("reconcile.no_evidence")}
      />
    </Drawer>
  );
}
