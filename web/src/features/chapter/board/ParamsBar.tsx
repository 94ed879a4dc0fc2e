import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Body, Field, RecordNames } from "../../../api/chapter";
import { FieldInput } from "../form/FieldInput";
import { useWrite } from "../useWrite";
import { isChosen, paramText } from "./params";

interface ParamsBarProps {
  fields: Field[];
  body: Body;
  currency: string;
  change(params: Record<string, string | undefined>): void;
}

const NO_NAMES: RecordNames = {};

/** What is asked of a board; choices take effect at once, what is typed when it is left. */
export function ParamsBar({ fields, body, currency, change }: ParamsBarProps) {
  const { t } = useTranslation();
  const write = useWrite();
  const id = useId();
  const [typed, setTyped] = useState<Body>(body);
  const key = JSON.stringify(body);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the body.
  useEffect(() => setTyped(body), [key]);
  if (fields.length === 0) return null;

  const commit = (next: Body) => {
    const changed = fields.filter(
      (field) => paramText(next[field.id]) !== paramText(body[field.id]),
    );
    if (changed.length === 0) return;
    change(
      Object.fromEntries(
        changed.map((field) => {
          const text = paramText(next[field.id]);
          // What is as it would be anyway is left out of the address.
          return [field.id, text === paramText(field.default) ? undefined : text];
        }),
      ),
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const open = (event.target as Element).getAttribute("aria-expanded") === "true";
    if (event.key === "Enter" && !open) commit(typed);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter in any of its inputs takes effect.
    <div className="params" onBlur={() => commit(typed)} onKeyDown={onKeyDown}>
      <span className="visually-hidden">{t("chapter.params")}</span>
      {fields.map((field) => {
        const help = write.name(field.help);
        return (
          <div key={field.id} className={`param param-${field.type}`} title={help || undefined}>
            <label htmlFor={`${id}-${field.id}`}>{write.name(field.name)}</label>
            <FieldInput
              field={field.type === "flag" ? { ...field, required: true } : field}
              placeholder={isChosen(field) && field.type !== "day" ? t("chapter.any") : undefined}
              id={`${id}-${field.id}`}
              value={typed[field.id]}
              onChange={(value) => {
                const next = { ...typed, [field.id]: value };
                setTyped(next);
                if (isChosen(field)) commit(next);
              }}
              names={NO_NAMES}
              currency={currency}
            />
          </div>
        );
      })}
    </div>
  );
}
