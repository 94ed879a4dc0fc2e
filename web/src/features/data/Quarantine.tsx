import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { UnknownFeeType } from "../../api/types";
import { ANY_DAY } from "../../app/scope";
import { useScope } from "../../app/useScope";
import { useFormat } from "../../format/useFormat";
import { channelName } from "../../i18n/names";
import { type Column, DataGrid } from "../../ui/DataGrid";
import { Await, Empty } from "../../ui/States";
import { useDrill } from "../profit/drill/DrillProvider";

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** The condition that selects the rows of one unknown fee type. */
export function conditionOf(one: UnknownFeeType): string {
  const parts = [
    one.fee_type == null ? "fee_type is null" : `fee_type = ${quoted(one.fee_type)}`,
    one.transaction == null ? "transaction is null" : `transaction = ${quoted(one.transaction)}`,
  ];
  return parts.join(" and ");
}

/** Money of fee types no table knows yet: kept, counted, shown apart, never dropped. */
export function Quarantine() {
  const { t } = useTranslation();
  const format = useFormat();
  const drill = useDrill();
  const { scope } = useScope();
  const query = useQuery({ queryKey: ["quarantine"], queryFn: calls.quarantine });

  const columns = useMemo(
    (): Column<UnknownFeeType>[] => [
      { id: "fee", header: t("field.fee_type"), width: 300, value: (one) => one.fee_type ?? "—" },
      {
        id: "transaction",
        header: t("field.transaction"),
        width: 180,
        value: (one) => one.transaction,
      },
      {
        id: "channel",
        header: t("field.channel"),
        width: 110,
        value: (one) => channelName(one.channel),
      },
      {
        id: "amounts",
        header: t("field.amount"),
        width: 200,
        value: (one) =>
          Object.entries(one.amounts)
            .map(([currency, amount]) => format.money(amount, currency))
            .join(" · "),
      },
      {
        id: "rows",
        header: t("field.rows"),
        kind: "number",
        width: 90,
        value: (one) => one.rows,
        cell: (one) => format.number(one.rows),
      },
      {
        id: "days",
        header: t("field.period"),
        width: 210,
        value: (one) => one.first_day,
        cell: (one) => `${format.day(one.first_day)} – ${format.day(one.last_day)}`,
      },
    ],
    [t, format],
  );
  return (
    <Await query={query} height={240}>
      {({ fee_types }) =>
        fee_types.length === 0 ? (
          <Empty title={t("data.quarantine_none")} says={t("data.quarantine_says")} />
        ) : (
          <DataGrid
            id="quarantine"
            label={t("data.quarantine")}
            rows={fee_types}
            columns={columns}
            rowKey={(one) => `${one.channel}:${one.transaction}:${one.fee_type}`}
            onOpen={(one) =>
              drill({
                title: one.fee_type ?? t("data.quarantine"),
                question: {
                  ...ANY_DAY,
                  line: "unclassified",
                  where: conditionOf(one),
                  filters: { channel: [one.channel] },
                  currency: scope.currency,
                },
              })
            }
            height={460}
            tools={<span className="mut sm">{t("data.quarantine_says")}</span>}
          />
        )
      }
    </Await>
  );
}
