import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Proof } from "../../api/types";
import { isZero } from "../../format/decimal";
import { useFormat } from "../../format/useFormat";
import { type Column, type Tone, useColumnKit } from "../../ui/DataGrid";
import { Check, CheckGrid } from "./CheckList";
import { EvidenceDrawer } from "./EvidenceDrawer";
import { useStatementDrill } from "./useStatementDrill";

const TONES: Record<Proof["state"], Tone> = {
  proved: "good",
  unexplained: "bad",
  no_control: "look",
};

function useProofColumns(): Column<Proof>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const kit = useColumnKit<Proof>();
  return useMemo(() => {
    const currency = (row: Proof) => row.currency;
    return [
      kit.text("statement", (row) => row.statement, { width: 170 }),
      kit.tag(
        "state",
        (row) => t(`reconcile.state.${row.state}`),
        (row) => TONES[row.state],
      ),
      kit.text("store", (row) => row.store),
      kit.money("profit", (row) => row.profit, currency),
      kit.money("pass_through", (row) => row.pass_through, currency),
      kit.money("balance", (row) => row.balance, currency),
      kit.money("unclassified", (row) => row.unclassified, currency),
      kit.money("paid_out", (row) => row.paid_out, currency),
      kit.money("unexplained", (row) => row.unexplained, currency, {
        cell: (row) =>
          row.unexplained == null ? (
            "—"
          ) : (
            <span className={isZero(row.unexplained) ? "pos" : "neg"}>
              {format.money(row.unexplained, row.currency)}
            </span>
          ),
      }),
    ];
  }, [kit, t, format]);
}

function Found({ proofs }: { proofs: Proof[] }) {
  const columns = useProofColumns();
  const open = useStatementDrill();
  const [unexplained, setUnexplained] = useState<Proof | null>(null);
  return (
    <>
      <CheckGrid
        id="proof"
        rows={proofs}
        columns={columns}
        rowKey={(row) => `${row.store}:${row.statement}:${row.currency}`}
        onOpen={(row) => (row.state === "unexplained" ? setUnexplained(row) : open(row))}
        rowClass={(row) => (row.state === "unexplained" ? "differs" : "")}
      />
      {unexplained && <EvidenceDrawer proof={unexplained} close={() => setUnexplained(null)} />}
    </>
  );
}

/** Profit + pass-through + balance moves = what was paid out; the rest is named. */
export function Proofs() {
  return (
    <Check name="proof" ask={calls.reconcileProof}>
      {({ proofs }) => <Found proofs={proofs} />}
    </Check>
  );
}
