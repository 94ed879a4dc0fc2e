import { useQuery } from "@tanstack/react-query";
import { Drawer } from "antd";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Import } from "../../api/types";
import { type Format, useFormat } from "../../format/useFormat";
import { nameOf, whoName } from "../../i18n/names";
import { Await } from "../../ui/States";
import { BalanceTable } from "./BalanceTable";
import { DiffTable } from "./DiffTable";
import { Facts } from "./Facts";
import { ImportActions } from "./ImportActions";
import { ImportState } from "./ImportState";
import { ProblemList } from "./ProblemList";

function factsOf(of: Import, t: TFunction, format: Format): [string, string | null | undefined][] {
  return [
    [t("field.report"), nameOf(of.definition_name, format.language) || t("data.not_recognised")],
    [t("field.definition"), of.definition],
    [t("field.store"), of.store],
    [t("field.market"), of.market ? format.country(of.market) : null],
    [t("field.rows"), format.number(of.rows)],
    [t("field.size"), format.bytes(of.bytes)],
    [t("field.at"), format.moment(of.at)],
    [t("field.who"), whoName(of.who, t)],
    [t("field.hash"), of.raw.slice(0, 16)],
  ];
}

/** Argosy’s own templates fill the company’s records, not the facts. */
const isRecords = ({ definition, diff, rows, state }: Import) =>
  definition?.startsWith("argosy.") &&
  state === "done" &&
  rows > 0 &&
  Object.keys(diff).length === 0;

/** One import: what it was, what it changed, whether it adds up, and what is wrong with it. */
export default function ImportDrawer({ id, close }: { id: number; close(): void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const query = useQuery({ queryKey: ["import", id], queryFn: () => calls.importOf(id) });
  return (
    <Drawer
      open
      onClose={close}
      size="min(960px, 94vw)"
      title={query.data?.file_name ?? t("data.import_number", { id })}
    >
      <Await query={query} height={300}>
        {(one) => (
          <div className="import-detail">
            <ImportState of={one} />
            <Facts of={factsOf(one, t, format)} />
            <ImportActions of={one} />
            {isRecords(one) ? (
              <p className="mut">{t("diff.records", { count: one.rows })}</p>
            ) : (
              <DiffTable diff={one.diff} />
            )}
            {one.balance.length > 0 && <BalanceTable balance={one.balance} />}
            <ProblemList id={one.id} counts={one.problems} />
          </div>
        )}
      </Await>
    </Drawer>
  );
}
