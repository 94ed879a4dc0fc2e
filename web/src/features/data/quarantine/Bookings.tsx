import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Undo2 } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import type { Booking } from "../../../api/types";
import { useChart } from "../../../app/useChart";
import { useSaving } from "../../../app/useSaving";
import { useMay } from "../../../app/useSession";
import { useFormat } from "../../../format/useFormat";
import { whoName } from "../../../i18n/names";
import { type Column, DataGrid, useColumnKit } from "../../../ui/DataGrid";
import { Await } from "../../../ui/States";

function useBookingColumns(): Column<Booking>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const chart = useChart();
  const mayEdit = useMay("edit");
  const kit = useColumnKit<Booking>();
  const { save: takeBack } = useSaving(calls.unbook);
  return useMemo(
    () => [
      kit.text("fee_type", (one) => one.fee_type ?? t("booking.any"), { width: 240 }),
      kit.text("transaction", (one) => one.transaction ?? t("booking.any"), { width: 130 }),
      kit.channel((one) => one.channel),
      kit.text("line", (one) => chart.name(one.line), { width: 150 }),
      kit.tag(
        "state",
        (one) => t(one.revoked_at ? "booking.taken_back" : "booking.holds"),
        (one) => (one.revoked_at ? "" : "good"),
        { width: 100 },
      ),
      kit.text("who", (one) => whoName(one.revoked_by ?? one.who, t), { width: 90 }),
      kit.text("at", (one) => one.revoked_at ?? one.at, {
        width: 160,
        cell: (one) => format.moment(one.revoked_at ?? one.at),
      }),
      kit.text("note", (one) => one.note, { width: 90 }),
      ...(mayEdit
        ? [
            kit.text("undo", () => null, {
              header: t("booking.take_back"),
              width: 124,
              cell: (one) =>
                one.revoked_at ? null : (
                  <Button
                    size="small"
                    icon={<Undo2 size={13} />}
                    aria-label={`${t("booking.take_back")} ${one.fee_type ?? one.transaction ?? ""}`}
                    onClick={() => takeBack(one.id)}
                  >
                    {t("booking.take_back")}
                  </Button>
                ),
            }),
          ]
        : []),
    ],
    [kit, t, format, chart, mayEdit, takeBack],
  );
}

/** What the company has booked so far, also what it took back. */
export function Bookings() {
  const { t } = useTranslation();
  const columns = useBookingColumns();
  const query = useQuery({ queryKey: ["bookings"], queryFn: calls.bookings });
  return (
    <Await query={query} height={80}>
      {({ bookings }) =>
        bookings.length > 0 && (
          <section>
            <h2 className="tab-title">{t("booking.list")}</h2>
            <DataGrid
              id="bookings"
              label={t("booking.list")}
              rows={bookings}
              columns={columns}
              rowKey={(one) => String(one.id)}
              height={260}
            />
          </section>
        )
      }
    </Await>
  );
}
