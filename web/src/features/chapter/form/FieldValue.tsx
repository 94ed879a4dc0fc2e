import { Link } from "@tanstack/react-router";
import type { Field, RecordNames } from "../../../api/chapter";
import { UNDEFINED } from "../../../format/format";
import { useKind } from "../queries";
import { useWrite } from "../useWrite";

/** The way to a record, named as people call it. */
export function RecordLink({ kind, id, name }: { kind: string; id: string; name?: string }) {
  const chapter = useKind(kind)?.chapter;
  const text = name && name !== id ? `${id} · ${name}` : id;
  if (!chapter) return text;
  return (
    <Link to="/c/$chapter/records/$kind/$id" params={{ chapter, kind, id }}>
      {text}
    </Link>
  );
}

interface FieldValueProps {
  field: Field;
  value: unknown;
  names: RecordNames;
}

/** The value of a field that is only read. */
export function FieldValue({ field, value, names }: FieldValueProps) {
  const write = useWrite();
  if (value === undefined || value === null || value === "") {
    return <span className="mut">{UNDEFINED}</span>;
  }
  if (field.type === "ref" && field.to) {
    const id = String(value);
    return <RecordLink kind={field.to} id={id} name={names[field.to]?.[id]} />;
  }
  if (field.type === "url" && /^https?:\/\//.test(String(value))) {
    return (
      <a href={String(value)} target="_blank" rel="noreferrer">
        {String(value)}
      </a>
    );
  }
  const text = write.field(field, value, names);
  const unit = field.unit && field.type !== "money" ? ` ${write.unit(field.unit)}` : "";
  return <span className={field.type === "long_text" ? "as-typed" : ""}>{text + unit}</span>;
}
