import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { BankLine, BankMatch, BankMatching } from "../../api/types";
import { useFormat } from "../../format/useFormat";
import { type Column, type Tone, useColumnKit } from "../../ui/DataGrid";
import { Partial } from "../../ui/States";
import { Check, CheckGrid } from "./CheckList";
import { useStatementDrill } from "./useStatementDrill";

const TONES: Record<BankMatch["state"], Tone> = {
  matched: "good",
  converted: "good",
  ambiguous: "look",
  missing: "bad",
};

function useMatchColumns(): Column<BankMatch>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const kit = useColumnKit<BankMatch>();
  return useMemo(() => {
    const written = (line: BankLine) =>
      [
        format.day(line.day),
        format.money(line.amount, line.currency),
        line.reference,
        line.counterparty,
      ]
        .filter(Boolean)
        .join(" · ");
    return [
      kit.text("statement", (row) => row.statement, { width: 170 }),
      kit.tag(
        "state",
        (row) => t(`reconcile.state.${row.state}`),
        (row) => TONES[row.state],
      ),
      kit.text("store", (row) => row.store),
      kit.day("payout_day", (row) => row.payout_day),
      kit.money(
        "expected",
        (row) => row.expected,
        (row) => row.currency,
        { header: t("reconcile.column.expected") },
      ),
      kit.text("bank_line", (row) => row.bank && written(row.bank), { width: 330 }),
      kit.text("candidates", (row) => row.candidates?.map(written).join(" | "), { width: 200 }),
      kit.number("effective_rate", (row) => row.effective_rate, {
        cell: (row) => format.number(row.effective_rate, 6),
      }),
      kit.number("reference_rate", (row) => row.reference_rate, {
        cell: (row) => format.number(row.reference_rate, 6),
      }),
      kit.money(
        "rate_cost",
        (row) => row.rate_cost?.amount,
        (row) => row.rate_cost?.currency ?? row.currency,
      ),
    ];
  }, [kit, t, format]);
}

function useLineColumns(): Column<BankLine>[] {
  const kit = useColumnKit<BankLine>();
  return useMemo(
    () => [
      kit.day("day", (row) => row.day),
      kit.money(
        "amount",
        (row) => row.amount,
        (row) => row.currency,
      ),
      kit.text("reference", (row) => row.reference, { width: 320 }),
      kit.text("counterparty", (row) => row.counterparty, { width: 180 }),
      kit.text("account", (row) => row.account),
    ],
    [kit],
  );
}

/** No line of any bank account is known, so nothing could have been found. */
const isUntold = ({ matches, unmatched_bank }: BankMatching) =>
  matches.length > 0 &&
  unmatched_bank.length === 0 &&
  matches.every(({ state }) => state === "missing");

/** Each payout beside the line of the bank account it arrived in, and what the conversion cost. */
export function Bank() {
  const { t } = useTranslation();
  const matches = useMatchColumns();
  const lines = useLineColumns();
  const open = useStatementDrill();
  return (
    <Check name="bank" ask={calls.reconcileBank}>
      {(body) => (
        <>
          {isUntold(body) && (
            <div className="tab-bar">
              <Partial>{t("reconcile.no_bank")}</Partial>
            </div>
          )}
          <CheckGrid
            id="bank"
            rows={body.matches}
            columns={matches}
            rowKey={(row) => [row.store, row.statement, row.payout_day, row.currency].join(":")}
            onOpen={({ store, statement }) => statement && open({ store, statement })}
            rowClass={(row) => (row.state === "missing" ? "differs" : "")}
            height={460}
          />
          {body.unmatched_bank.length > 0 && (
            <section>
              <h2 className="tab-title">{t("reconcile.check.unmatched")}</h2>
              <CheckGrid
                id="unmatched"
                rows={body.unmatched_bank}
                columns={lines}
                rowKey={(row) => `${row.raw}:${row.row}`}
                height={260}
              />
            </section>
          )}
        </>
      )}
    </Check>
  );
}
