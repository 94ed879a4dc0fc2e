import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { X } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import type { LedgerRow, SourceLine } from "../../../api/types";
import { useFormat } from "../../../format/useFormat";
import { ScrollText } from "../../../ui/ScrollText";
import { Await } from "../../../ui/States";
import { cellOfAmount } from "./highlight";

function Cells({ line, amount }: { line: SourceLine; amount: string }) {
  const { t } = useTranslation();
  const found = cellOfAmount(line.cells, amount);
  const mark = useRef<HTMLDivElement>(null);
  useEffect(() => {
    mark.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return (
    <>
      <dl className="source-cells">
        {line.cells.map((cell, index) => {
          const name = line.header[index] || `#${index + 1}`;
          return (
            <div
              key={name}
              ref={index === found ? mark : undefined}
              className={index === found ? "marked" : cell === "" ? "blank" : ""}
            >
              <dt>{name}</dt>
              <dd>
                {index === found ? <mark>{cell}</mark> : cell || "—"}
                {index === found && (
                  <span className="visually-hidden"> {t("drill.this_cell")}</span>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
      <div className="source-text">
        <ScrollText label={t("drill.raw_line")} text={line.text} />
      </div>
    </>
  );
}

/** The line of the received file, with its header, and the cell of the figure marked. */
export function SourcePanel({ row, close }: { row: LedgerRow; close(): void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const id = row.import_id ?? null;
  const query = useQuery({
    queryKey: ["line", id, row.row],
    queryFn: () => calls.sourceLine(id as number, row.row),
    enabled: id !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <section className="source" aria-label={t("drill.source")}>
      <div className="source-head">
        <h3>{t("drill.source")}</h3>
        {id !== null && (
          <span>
            {[
              row.file_name,
              query.data?.label !== row.file_name && query.data?.label,
              t("drill.line", { line: format.number(query.data?.line ?? row.row) }),
            ]
              .filter(Boolean)
              .join(" · ")}
          </span>
        )}
        <span className="mut sm">{row.definition}</span>
        <span className="gap" />
        <Button
          size="small"
          type="text"
          icon={<X size={14} />}
          aria-label={t("action.close")}
          onClick={close}
        />
      </div>
      {id === null ? (
        <p className="mut">{t("drill.no_line")}</p>
      ) : (
        <Await query={query} height={90}>
          {(line) => <Cells line={line} amount={row.amount.amount} />}
        </Await>
      )}
    </section>
  );
}
