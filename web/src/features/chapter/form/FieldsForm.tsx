import { memo, useCallback, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Body, Field, RecordNames, Text } from "../../../api/chapter";
import { nameOf } from "../../../i18n/names";
import { useWrite } from "../useWrite";
import { type Problems, withoutLines } from "./draft";
import { FieldInput } from "./FieldInput";
import { FieldValue } from "./FieldValue";
import { LinesTable } from "./LinesTable";
import { fieldId, ProblemTexts } from "./parts";
import "./form.css";

export interface FieldsFormProps {
  fields: Field[];
  groups?: { id: string; name: Text }[];
  body: Body;
  onChange(body: Body): void;
  problems: Problems;
  /** Of fields whose problem no longer stands, because they were changed. */
  onSolved?(problems: Problems): void;
  names: RecordNames;
  currency: string;
  /** Nothing can be changed. */
  readOnly?: boolean;
  /** Fields that cannot be changed, such as the key of a record that exists. */
  fixed?: readonly string[];
}

const WIDE = new Set(["lines", "long_text"]);

function Label({ field, htmlFor }: { field: Field; htmlFor?: string }) {
  const { t, i18n } = useTranslation();
  const name = nameOf(field.name, i18n.language);
  const mark = field.required && !field.read_only && (
    <span className="neg" title={t("form.required")} aria-hidden>
      {" *"}
    </span>
  );
  return htmlFor ? (
    <label className="field-name" htmlFor={htmlFor}>
      {name}
      {mark}
    </label>
  ) : (
    <span className="field-name">
      {name}
      {mark}
    </span>
  );
}

interface OneFieldProps {
  field: Field;
  form: string;
  value: unknown;
  set(field: Field, value: unknown): void;
  /** Of a field with lines all that are told, else only its own. */
  problems: Problems;
  /** Its lines have moved: nothing said of their places holds any more. */
  linesMoved(field: Field): void;
  names: RecordNames;
  currency: string;
  fixed: boolean;
}

const NO_LINES: Body[] = [];

/** One field with its name, help and problems; drawn anew only when something of it changes. */
const OneField = memo(function OneField(props: OneFieldProps) {
  const { field, form, value, set, problems, names, currency, fixed } = props;
  const { i18n } = useTranslation();
  const write = useWrite();
  const id = fieldId(form, field.id);
  const help = nameOf(field.help, i18n.language);
  const wrong = problems[field.id];
  const wide = WIDE.has(field.type) ? "wide" : "";
  if (field.type === "lines") {
    return (
      <fieldset
        className="form-field wide"
        id={id}
        tabIndex={-1}
        aria-label={write.name(field.name)}
      >
        <Label field={field} />
        {help && <span className="field-help mut sm">{help}</span>}
        <ProblemTexts id={`${id}-wrong`} texts={wrong} />
        <LinesTable
          form={form}
          field={field}
          lines={Array.isArray(value) ? (value as Body[]) : NO_LINES}
          onChange={(lines) => set(field, lines)}
          problems={problems}
          onSolved={() => props.linesMoved(field)}
          names={names}
          currency={currency}
          readOnly={fixed}
        />
      </fieldset>
    );
  }
  if (fixed) {
    return (
      <div className={`form-field ${wide}`}>
        <Label field={field} />
        <span className="field-fixed">
          <FieldValue field={field} value={value} names={names} />
        </span>
      </div>
    );
  }
  const said = [help && `${id}-help`, wrong && `${id}-wrong`].filter(Boolean).join(" ");
  return (
    <div className={`form-field ${wide}`}>
      <Label field={field} htmlFor={id} />
      <FieldInput
        field={field}
        id={id}
        value={value}
        onChange={(next) => set(field, next)}
        names={names}
        currency={currency}
        wrong={wrong !== undefined}
        describedBy={said || undefined}
      />
      {help && (
        <span id={`${id}-help`} className="field-help mut sm">
          {help}
        </span>
      )}
      <ProblemTexts id={`${id}-wrong`} texts={wrong} />
    </div>
  );
});

const NO_PROBLEMS: Problems = {};

/** What of the problems concerns a field; the same object while that does not change. */
function useProblemsOf(problems: Problems) {
  const kept = useRef(new Map<string, { key: string; problems: Problems }>());
  return (field: string): Problems => {
    const own = Object.entries(problems).filter(
      ([path]) => path === field || path.startsWith(`${field}[`),
    );
    if (own.length === 0) return NO_PROBLEMS;
    const key = JSON.stringify(own);
    const found = kept.current.get(field);
    if (found?.key === key) return found.problems;
    const next = { key, problems: Object.fromEntries(own) };
    kept.current.set(field, next);
    return next.problems;
  };
}

/** A form of fields as a descriptor tells them, in its groups. */
export function FieldsForm(props: FieldsFormProps & { form?: string }) {
  const { fields, groups = [], body, problems } = props;
  const { i18n } = useTranslation();
  const own = useId();
  const form = props.form ?? own;

  const latest = useRef(props);
  latest.current = props;
  const set = useCallback((field: Field, value: unknown) => {
    const now = latest.current;
    const next = { ...now.body };
    if (value === undefined || value === "") delete next[field.id];
    else next[field.id] = value;
    now.onChange(next);
    if (now.problems[field.id]) {
      const { [field.id]: _, ...others } = now.problems;
      now.onSolved?.(others);
    }
  }, []);
  const linesMoved = useCallback((field: Field) => {
    const now = latest.current;
    now.onSolved?.(withoutLines(now.problems, field.id));
  }, []);
  const problemsOf = useProblemsOf(problems);
  // What Argosy sets itself is not asked for before it has set it.
  const asked = fields.filter((field) => !field.read_only || body[field.id] !== undefined);
  const known = new Set(groups.map(({ id }) => id));
  const sections = [
    { id: "", name: "", fields: asked.filter(({ group }) => !group || !known.has(group)) },
    ...groups.map((group) => ({
      id: group.id,
      name: nameOf(group.name, i18n.language),
      fields: asked.filter((field) => field.group === group.id),
    })),
  ].filter((section) => section.fields.length > 0);
  return (
    <div className="fields-form">
      {sections.map((section) => (
        <section key={section.id} aria-label={section.name || undefined}>
          {section.name && <h3>{section.name}</h3>}
          <div className="form-grid">
            {section.fields.map((field) => (
              <OneField
                key={field.id}
                form={form}
                field={field}
                value={body[field.id]}
                set={set}
                problems={problemsOf(field.id)}
                linesMoved={linesMoved}
                names={props.names}
                currency={props.currency}
                fixed={Boolean(
                  props.readOnly || field.read_only || props.fixed?.includes(field.id),
                )}
              />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}
