import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Kind, RecordVersion } from "../../../api/chapter";
import { useFormat } from "../../../format/useFormat";
import { whoName } from "../../../i18n/names";
import { Await, Empty } from "../../../ui/States";
import { RecordLink } from "../form/FieldValue";
import { historyQuery, mergeNames, referrersQuery, useKind } from "../queries";
import { useWrite } from "../useWrite";
import { ChangeTable, usePathName } from "./ChangeTable";
import { changesOf } from "./diff";
import { StateTag } from "./StateTag";

/** Who changed a record, when, and what, the newest first. */
export function History({ kind, id }: { kind: Kind; id: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const query = useQuery(historyQuery(kind.id, id));
  return (
    <Await query={query} height={160}>
      {({ versions, names }) => {
        const ordered = versions.toSorted((a, b) => b.version - a.version);
        return (
          <ol className="history">
            {ordered.map((one, at) => {
              const before: RecordVersion | undefined = ordered[at + 1];
              const changes = changesOf(kind, before?.body ?? {}, one.deleted ? {} : one.body);
              return (
                <li key={one.version}>
                  <div className="row">
                    <b>{whoName(one.who, t)}</b>
                    <span className="mut sm">{format.moment(one.at)}</span>
                    <span className="mut sm">
                      {one.deleted
                        ? t("chapter.was_dropped")
                        : before
                          ? t("chapter.version", { version: one.version })
                          : t("chapter.was_made")}
                    </span>
                    {one.state !== before?.state && <StateTag kind={kind} state={one.state} />}
                  </div>
                  {before && !one.deleted && changes.length > 0 && (
                    <ChangeTable kind={kind} changes={changes} names={mergeNames([names])} />
                  )}
                  {!before && !one.deleted && (
                    <details className="as-table">
                      <summary>{t("chapter.first_values")}</summary>
                      <ChangeTable kind={kind} changes={changes} names={mergeNames([names])} />
                    </details>
                  )}
                </li>
              );
            })}
          </ol>
        );
      }}
    </Await>
  );
}

function Referring({
  kind: id,
  paths,
  record,
  label,
}: {
  kind: string;
  record: string;
  label: string;
  paths: string[];
}) {
  const write = useWrite();
  const kind = useKind(id);
  const pathName = usePathName({ fields: kind?.fields ?? [] });
  return (
    <tr>
      <td>{kind ? write.name(kind.one) : id}</td>
      <th scope="row">
        <RecordLink kind={id} id={record} name={label} />
      </th>
      <td className="mut">{paths.map(pathName).join(" · ")}</td>
    </tr>
  );
}

/** Which records refer to this one. */
export function WhereUsed({ kind, id }: { kind: Kind; id: string }) {
  const { t } = useTranslation();
  const query = useQuery(referrersQuery(kind.id, id));
  return (
    <Await query={query} height={120}>
      {({ records }) => {
        const paths = new Map<
          string,
          { kind: string; id: string; label: string; paths: string[] }
        >();
        for (const one of records) {
          const key = `${one.kind}:${one.id}`;
          const found = paths.get(key) ?? { ...one, paths: [] };
          found.paths.push(one.path);
          paths.set(key, found);
        }
        if (paths.size === 0) return <Empty title={t("chapter.not_used")} />;
        return (
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t("field.kind")}</th>
                <th scope="col">{t("chapter.record")}</th>
                <th scope="col">{t("chapter.field")}</th>
              </tr>
            </thead>
            <tbody>
              {[...paths.values()].map((one) => (
                <Referring
                  key={`${one.kind}:${one.id}`}
                  kind={one.kind}
                  record={one.id}
                  label={one.label}
                  paths={one.paths}
                />
              ))}
            </tbody>
          </table>
        );
      }}
    </Await>
  );
}
