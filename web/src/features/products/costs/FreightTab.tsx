import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import type { FreightLine } from "../../../api/types";
import { useSaving } from "../../../app/useSaving";
import { type Column, useColumnKit } from "../../../ui/DataGrid";
import { Await } from "../../../ui/States";
import { DocumentsTab } from "./DocumentsTab";
import { FreightDialog } from "./FreightDialog";

const freightQuery = { queryKey: ["freight"], queryFn: calls.freight };

function useFreightColumns(): Column<FreightLine>[] {
  const { t } = useTranslation();
  const kit = useColumnKit<FreightLine>();
  return useMemo(
    () => [
      kit.text("document", (one) => one.document, { width: 150 }),
      kit.text("kind", (one) => t(`costs.freight_kind.${one.kind}`), { width: 110 }),
      kit.day("day", (one) => one.day),
      kit.money(
        "amount",
        (one) => one.amount.amount,
        (one) => one.amount.currency,
      ),
      kit.text("split", (one) => t(`costs.split.${one.split}`), { width: 120 }),
      kit.text("applies_to", (one) => one.applies_to.join(", "), { width: 260 }),
      kit.text("note", (one) => one.note, { width: 180 }),
    ],
    [kit, t],
  );
}

/** Freight, duty and insurance: which purchases they were for, and how they are shared out. */
export function FreightTab() {
  const columns = useFreightColumns();
  const query = useQuery(freightQuery);
  const { save: remove } = useSaving(calls.removeFreight);
  return (
    <Await query={query} height={300}>
      {({ lines }) => (
        <DocumentsTab
          id="freight"
          lines={lines}
          columns={columns}
          remove={remove}
          edit={(document, close) => <FreightDialog lines={document} close={close} />}
        />
      )}
    </Await>
  );
}
