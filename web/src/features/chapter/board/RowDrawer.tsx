import { useQuery } from "@tanstack/react-query";
import { Button, Drawer } from "antd";
import { useTranslation } from "react-i18next";
import type { Action, BoardKind, BoardRow } from "../../../api/chapter";
import { Await } from "../../../ui/States";
import { RecordLink } from "../form/FieldValue";
import { boardDetailQuery } from "../queries";
import { useWrite } from "../useWrite";
import { DetailView, RowFacts } from "./Detail";

interface RowDrawerProps {
  kind: BoardKind;
  row: string;
  /** As it stands in the table; absent when a link led here and the row is gone. */
  found: BoardRow | undefined;
  params: Record<string, string>;
  actions: Action[];
  act(action: Action): void;
  currency?: string;
  close(): void;
}

/** One row of a board: what stands behind it, the record it belongs to, what can be done. */
export function RowDrawer(props: RowDrawerProps) {
  const { kind, row, found, params, actions, act, currency, close } = props;
  const { t } = useTranslation();
  const write = useWrite();
  const query = useQuery(boardDetailQuery(kind.id, row, params));
  const title = query.data ? write.name(query.data.title) : "";
  const key = kind.opens && found?.cells[kind.opens.column];
  return (
    <Drawer open size="min(820px, 96vw)" onClose={close} title={title || row}>
      {(actions.length > 0 || typeof key === "string") && (
        <div className="row-do">
          {kind.opens && typeof key === "string" && (
            <span>
              <RecordLink kind={kind.opens.kind} id={key} />
            </span>
          )}
          <span className="gap" />
          {found &&
            actions.map((action, at) => (
              <Button
                key={action.id}
                type={at === 0 ? "primary" : "default"}
                onClick={() => act(action)}
              >
                {write.name(action.name)}…
              </Button>
            ))}
        </div>
      )}
      <Await query={query} height={200}>
        {(detail) => {
          if (detail && detail.sections.length > 0) {
            return <DetailView detail={detail} currency={currency} />;
          }
          return found ? (
            <RowFacts columns={kind.columns} row={found} />
          ) : (
            <p className="mut">{t("chapter.row_gone")}</p>
          );
        }}
      </Await>
    </Drawer>
  );
}
