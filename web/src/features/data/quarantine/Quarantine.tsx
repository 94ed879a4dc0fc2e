import { Button } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { UnknownFeeType } from "../../../api/types";
import { ANY_DAY } from "../../../app/scope";
import { useScope } from "../../../app/useScope";
import { useMay } from "../../../app/useSession";
import { useFormat } from "../../../format/useFormat";
import { type Column, DataGrid, useColumnKit } from "../../../ui/DataGrid";
import { Await, Empty } from "../../../ui/States";
import { useDrill } from "../../profit/drill/DrillProvider";
import { BookDialog } from "./BookDialog";
import { Bookings } from "./Bookings";
import { useQuarantine } from "./useQuarantine";

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** The condition that selects the rows of one unknown fee type. */
export function conditionOf(one: UnknownFeeType): string {
  const parts = [
    one.fee_type == null ? "fee_type is null" : `fee_type = ${quoted(one.fee_type)}`,
    one.transaction == null ? "transaction is null" : `transaction = ${quoted(one.transaction)}`,
  ];
  return parts.join(" and ");
}

function useFeeColumns(book: (fee: UnknownFeeType) => void): Column<UnknownFeeType>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const mayEdit = useMay("edit");
  const kit = useColumnKit<UnknownFeeType>();
  return useMemo(
    () => [
      kit.text("fee_type", (one) => one.fee_type ?? "—", { width: 290 }),
      kit.text("transaction", (one) => one.transaction, { width: 140 }),
      kit.channel((one) => one.channel),
      kit.text("amount", (one) => format.amounts(one.amounts), { width: 130 }),
      kit.number("rows", (one) => one.rows),
      kit.days(
        "period",
        (one) => one.first_day,
        (one) => one.last_day,
      ),
      ...(mayEdit
        ? [
            kit.text("book", () => null, {
              header: t("booking.book"),
              width: 110,
              cell: (one) => (
                <Button
                  size="small"
                  aria-label={`${t("booking.book")} ${one.fee_type ?? one.transaction ?? ""}`}
                  onClick={(event) => {
                    event.stopPropagation();
                    book(one);
                  }}
                >
                  {t("booking.book_short")}
                </Button>
              ),
            }),
          ]
        : []),
    ],
    [kit, t, format, mayEdit, book],
  );
}

/** Money of fee types no table knows yet: kept, counted, shown apart, never dropped. */
export function Quarantine() {
  const { t } = useTranslation();
  const drill = useDrill();
  const { scope } = useScope();
  const [booking, setBooking] = useState<UnknownFeeType | null>(null);
  const columns = useFeeColumns(setBooking);
  const query = useQuarantine();
  const open = (one: UnknownFeeType) =>
    drill({
      title: one.fee_type ?? t("data.quarantine"),
      question: {
        ...ANY_DAY,
        line: "unclassified",
        where: conditionOf(one),
        filters: { channel: [one.channel] },
        currency: scope.currency,
      },
    });
  return (
    <>
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
              onOpen={open}
              canOpen={(_, column) => column !== "book"}
              height={460}
              tools={<span className="mut sm">{t("data.quarantine_says")}</span>}
            />
          )
        }
      </Await>
      <Bookings />
      {booking && <BookDialog fee={booking} close={() => setBooking(null)} />}
    </>
  );
}
