import { useQuery } from "@tanstack/react-query";
import { Drawer } from "antd";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Import } from "../../api/types";
import { useFormat } from "../../format/useFormat";
import { nameOf } from "../../i18n/names";
import { Await } from "../../ui/States";
import { BalanceTable } from "./BalanceTable";
import { DiffTable } from "./DiffTable";
import { ImportState } from "./ImportState";
import { ProblemList } from "./ProblemList";

function Facts({ of }: { of: Import }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const facts: [string, string | null | undefined][] = [
    ["field.report", nameOf(of.definition_name, i18n.language) || t("data.not_recognised")],
    ["field.definition", of.definition],
    ["field.store", of.store],
    ["field.market", of.market ? format.country(of.market) : null],
    ["field.rows", format.number(of.rows)],
    ["field.size", format.bytes(of.bytes)],
    ["field.at", format.moment(of.at)],
    ["field.who", of.who],
    ["field.hash", of.raw.slice(0, 16)],
  ];
  return (
    <dl className="facts">
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{t(name)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** One import: what it was, what it changed, whether it adds up, and what is wrong with it. */
export default function ImportDrawer({ id, close }: { id: number; close(): void }) {
  const { t } = useTranslation();
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
            <Facts of={one} />
            <DiffTable diff={one.diff} />
            {one.balance.length > 0 && <BalanceTable balance={one.balance} />}
            <ProblemList id={one.id} counts={one.problems} />
          </div>
        )}
      </Await>
    </Drawer>
  );
}
