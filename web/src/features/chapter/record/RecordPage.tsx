import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Kind, OneRecord } from "../../../api/chapter";
import { PageHead } from "../../../ui/Panel";
import { Await } from "../../../ui/States";
import { kindQuery, recordQuery } from "../queries";
import { useWrite } from "../useWrite";
import { RecordView } from "./RecordView";
import { headOf, titleOf } from "./title";
import "../page.css";

function One({ kind, one }: { kind: Kind; one: OneRecord }) {
  const { chapter, id } = useParams({ from: "/c/$chapter/records/$kind/$id" });
  const { tab } = useSearch({ from: "/c/$chapter/records/$kind/$id" });
  const navigate = useNavigate({ from: "/c/$chapter/records/$kind/$id" });
  const write = useWrite();
  // A number is part of the name; a key that people typed stands apart.
  const numbered = "number" in kind.key;
  const title = numbered ? headOf(kind, one) : titleOf(kind, one);
  return (
    <div className="wrap chapter-page">
      <PageHead
        title={title}
        says={
          <Link className="back" to="/c/$chapter/records/$kind" params={{ chapter, kind: kind.id }}>
            <ChevronLeft size={13} aria-hidden />
            {write.name(kind.title)}
          </Link>
        }
        aside={numbered || title === id ? undefined : id}
      />
      <section className="panel panel-record">
        <RecordView
          kind={kind}
          one={one}
          tab={tab}
          onTab={(next) => navigate({ search: (now) => ({ ...now, tab: next }), replace: true })}
          saved={() => {}}
          dropped={() =>
            navigate({ to: "/c/$chapter/records/$kind", params: { chapter, kind: kind.id } })
          }
        />
      </section>
    </div>
  );
}

/** One record on a page of its own, as links from elsewhere open it. */
export function RecordPage() {
  const { t } = useTranslation();
  const params = useParams({ from: "/c/$chapter/records/$kind/$id" });
  const kind = useQuery(kindQuery(params.kind));
  const one = useQuery(recordQuery(params.kind, params.id));
  if (kind.data && one.data) {
    return <One key={`${params.kind}:${params.id}`} kind={kind.data} one={one.data} />;
  }
  return (
    <div className="wrap chapter-page">
      <PageHead title={params.id} says={<span className="mut">{t("state.loading")}</span>} />
      <section className="panel">
        <Await query={kind} height={240}>
          {() => <Await query={one}>{() => null}</Await>}
        </Await>
      </section>
    </div>
  );
}
