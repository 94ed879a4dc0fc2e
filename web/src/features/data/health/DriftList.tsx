import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Drift } from "../../../api/types";
import { useFormat } from "../../../format/useFormat";
import { nameOf } from "../../../i18n/names";
import { type Column, DataGrid, useColumnKit } from "../../../ui/DataGrid";

function useDriftColumns(): Column<Drift>[] {
  const { i18n } = useTranslation();
  const format = useFormat();
  const kit = useColumnKit<Drift>();
  return useMemo(
    () => [
      kit.text("report", (one) => nameOf(one.name, i18n.language) || one.definition, {
        width: 220,
      }),
      kit.text("added_columns", (one) => one.added.join(" · "), { width: 300 }),
      kit.text("gone_columns", (one) => one.gone.join(" · "), { width: 300 }),
      kit.text("file", (one) => one.file_name, { width: 220 }),
      kit.text("at", (one) => one.at, { width: 160, cell: (one) => format.moment(one.at) }),
    ],
    [kit, format, i18n.language],
  );
}

/** Known reports whose header is not what it was. */
export function DriftList({ drift }: { drift: Drift[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const columns = useDriftColumns();
  return (
    <section>
      <h2 className="tab-title">{t("health.drift")}</h2>
      {drift.length === 0 ? (
        <p className="tab-note mut">{t("health.no_drift")}</p>
      ) : (
        <DataGrid
          id="drift"
          label={t("health.drift")}
          rows={drift}
          columns={columns}
          rowKey={(one) => `${one.definition}:${one.import}`}
          onOpen={(one) =>
            navigate({ to: "/data", search: (now) => ({ ...now, import: one.import }) })
          }
          height={240}
        />
      )}
    </section>
  );
}
