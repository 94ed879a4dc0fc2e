import { type ReactNode, useId } from "react";

interface PanelProps {
  title: ReactNode;
  sub?: ReactNode;
  actions?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** A titled part of a page. */
export function Panel({ title, sub, actions, className, children }: PanelProps) {
  const id = useId();
  return (
    <section className={`panel ${className ?? ""}`} aria-labelledby={id}>
      <div className="panel-title">
        <h2 id={id}>{title}</h2>
        {sub && <span className="mut sm">{sub}</span>}
        {actions && <span className="panel-actions">{actions}</span>}
      </div>
      {children}
    </section>
  );
}

/** The head of a page: its name, what it says in one sentence, and how fresh it is. */
export function PageHead({
  title,
  says,
  aside,
}: {
  title: string;
  says?: ReactNode;
  aside?: ReactNode;
}) {
  return (
    <header className="head">
      <h1>{title}</h1>
      {says && <div className="head-says">{says}</div>}
      {aside && <span className="head-aside mut sm">{aside}</span>}
    </header>
  );
}
