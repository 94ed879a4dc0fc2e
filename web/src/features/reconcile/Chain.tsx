import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { ChainLink, LinkState, Chain as OneChain } from "../../api/types";
import { type Column, type Tone, useColumnKit } from "../../ui/DataGrid";
import { Check, CheckGrid } from "./CheckList";
import { useStatementDrill } from "./useStatementDrill";

const TONES: Record<LinkState, Tone> = {
  first: "",
  holds: "good",
  gap: "look",
  overlap: "bad",
  debt_differs: "bad",
  reserve_differs: "bad",
  not_judged: "",
};

const NOT_BROKEN: LinkState[] = ["first", "holds", "not_judged"];

const isBroken = ({ states }: ChainLink) => !NOT_BROKEN.includes(states[0] ?? "holds");

type Link = ChainLink & Pick<OneChain, "store" | "channel" | "currency">;

const linksOf = (chains: OneChain[]): Link[] =>
  chains.flatMap(({ links, store, channel, currency }) =>
    links.map((link) => ({ ...link, store, channel, currency })),
  );

function useLinkColumns(): Column<Link>[] {
  const { t } = useTranslation();
  const kit = useColumnKit<Link>();
  return useMemo(() => {
    const currency = (row: Link) => row.currency;
    return [
      kit.text("statement", (row) => row.statement, { width: 170 }),
      kit.tag(
        "state",
        (row) => row.states.map((state) => t(`reconcile.state.${state}`)).join(" · "),
        (row) => TONES[row.states[0] ?? "holds"],
        {
          width: 180,
          cell: (row) => (
            <span
              className={`tag ${TONES[row.states[0] ?? "holds"]}`}
              title={row.not_judged
                ?.map(
                  ({ what, why }) =>
                    `${t(`reconcile.not_judged.${what}`)}: ${t(`reconcile.not_judged.${why}`)}`,
                )
                .join("; ")}
            >
              {row.states.map((state) => t(`reconcile.state.${state}`)).join(" · ")}
            </span>
          ),
        },
      ),
      kit.text("store", (row) => row.store),
      kit.days(
        "period",
        (row) => row.period_from,
        (row) => row.period_to,
      ),
      kit.text("previous", (row) => row.previous, { width: 150 }),
      kit.number("gap_days", (row) => row.gap_days),
      kit.money("close", (row) => row.close, currency),
      kit.money("debt_expected", (row) => row.debt_expected, currency),
      kit.money("debt_found", (row) => row.debt_found, currency),
      kit.money("reserve_expected", (row) => row.reserve_expected, currency),
      kit.money("reserve_found", (row) => row.reserve_found, currency),
    ];
  }, [kit, t]);
}

/** Consecutive statements: what one holds back or owes, the next one gives back or collects. */
export function Chain() {
  const columns = useLinkColumns();
  const open = useStatementDrill();
  return (
    <Check name="chain" ask={calls.reconcileChain}>
      {({ chains }) => (
        <CheckGrid
          id="chain"
          rows={linksOf(chains)}
          columns={columns}
          rowKey={(row) => `${row.store}:${row.currency}:${row.statement}`}
          onOpen={open}
          rowClass={(row) => (isBroken(row) ? "differs" : "")}
        />
      )}
    </Check>
  );
}
