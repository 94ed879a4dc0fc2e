import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Drawer } from "antd";
import { ExternalLink } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Kind } from "../../../api/chapter";
import { Await } from "../../../ui/States";
import { recordQuery } from "../queries";
import { useWrite } from "../useWrite";
import { RecordView } from "./RecordView";
import { headOf } from "./title";

const WIDTH = "min(1080px, 96vw)";

interface RecordDrawerProps {
  kind: Kind;
  id: string;
  close(): void;
}

/** A record beside the list it was opened from. */
export function RecordDrawer({ kind, id, close }: RecordDrawerProps) {
  const { t } = useTranslation();
  const query = useQuery(recordQuery(kind.id, id));
  const [tab, setTab] = useState<string>();
  return (
    <Drawer
      open
      size={WIDTH}
      onClose={close}
      title={query.data ? headOf(kind, query.data) : id}
      extra={
        <Link
          className="row"
          to="/c/$chapter/records/$kind/$id"
          params={{ chapter: kind.chapter, kind: kind.id, id }}
        >
          <ExternalLink size={13} aria-hidden />
          {t("chapter.as_page")}
        </Link>
      }
    >
      <Await query={query} height={240}>
        {(one) => (
          <RecordView
            key={id}
            kind={kind}
            one={one}
            tab={tab}
            onTab={setTab}
            saved={() => {}}
            dropped={close}
          />
        )}
      </Await>
    </Drawer>
  );
}

interface NewRecordProps {
  kind: Kind;
  close(): void;
  added(id: string): void;
}

/** A new record being written. */
export function NewRecord({ kind, close, added }: NewRecordProps) {
  const { t } = useTranslation();
  const write = useWrite();
  return (
    <Drawer
      open
      size={WIDTH}
      onClose={close}
      title={t("chapter.new_of", { what: write.inner(write.name(kind.one)) })}
    >
      <RecordView kind={kind} saved={added} dropped={close} />
    </Drawer>
  );
}
