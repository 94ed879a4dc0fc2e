import type { UseQueryResult } from "@tanstack/react-query";
import { Button } from "antd";
import { CircleAlert, Inbox, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Names } from "../api/types";
import { errorText, nameOf } from "../i18n/names";

interface EmptyProps {
  title: string;
  says?: ReactNode;
  action?: ReactNode;
}

export function Empty({ title, says, action }: EmptyProps) {
  return (
    <div className="state">
      <Inbox size={22} strokeWidth={1.5} aria-hidden />
      <p className="state-title">{title}</p>
      {says && <p className="mut">{says}</p>}
      {action}
    </div>
  );
}

export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t, i18n } = useTranslation();
  const { detail, fields } = (error ?? {}) as { detail?: string; fields?: { says: Names }[] };
  return (
    <div className="state" role="alert">
      <CircleAlert size={22} strokeWidth={1.5} className="neg" aria-hidden />
      <p className="state-title">{errorText(error, t)}</p>
      {fields?.length
        ? fields.map(({ says }) => (
            <p key={says.en} className="mut sm">
              {nameOf(says, i18n.language)}
            </p>
          ))
        : detail && <p className="mut sm">{detail}</p>}
      {retry && <Button onClick={retry}>{t("state.retry")}</Button>}
    </div>
  );
}

export function Loading({ height = 160 }: { height?: number }) {
  const { t } = useTranslation();
  return (
    <div className="loading" style={{ height }} role="status" aria-label={t("state.loading")}>
      <i />
      <i />
      <i />
    </div>
  );
}

/** Figures are shown, but something about them needs saying. */
export function Partial({ children }: { children: ReactNode }) {
  return (
    <div className="partial" role="note">
      <TriangleAlert size={14} aria-hidden />
      <span>{children}</span>
    </div>
  );
}

interface AwaitProps<T> {
  query: UseQueryResult<T>;
  height?: number;
  children(data: T): ReactNode;
}

/** Shows a query in each of its states. */
export function Await<T>({ query, height, children }: AwaitProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <Failed error={query.error} retry={() => query.refetch()} />;
  return <Loading height={height} />;
}
