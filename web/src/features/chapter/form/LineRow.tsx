import { Button } from "antd";
import { Copy, Trash2 } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { Body, Field, RecordNames } from "../../../api/chapter";
import { useWrite } from "../useWrite";
import { kindOfField } from "../values";
import type { Problems } from "./draft";
import { FieldInput } from "./FieldInput";
import { FieldValue } from "./FieldValue";
import { fieldId, ProblemTexts } from "./parts";

/** What the rows of a table call; it stays the same while its lines change. */
export interface LineDeeds {
  set(at: number, inner: string, value: unknown): void;
  copy(at: number): void;
  remove(at: number): void;
  /** What a new amount of a line is in. */
  currency(at: number, inner: string): string;
}

interface LineRowProps {
  form: string;
  /** Id of the field that holds the lines. */
  outer: string;
  fields: Field[];
  at: number;
  line: Body;
  /** Of this line alone; undefined when nothing is wrong with it. */
  problems: Problems | undefined;
  names: RecordNames;
  deeds: LineDeeds;
  readOnly?: boolean;
}

export const isNum = (field: Field, readOnly: boolean | undefined) =>
  readOnly && !["text", "day"].includes(kindOfField(field) ?? "text") ? "num" : "";

/** One line; it is drawn anew only when it changes itself, as there may be many. */
export const LineRow = memo(function LineRow(props: LineRowProps) {
  const { form, outer, fields, at, line, problems, names, deeds, readOnly } = props;
  const { t } = useTranslation();
  const write = useWrite();
  const whole = `${outer}[${at}]`;
  return (
    <tr>
      <th scope="row" className="line-number mut sm">
        {at + 1}
      </th>
      {fields.map((field, column) => {
        const path = `${whole}.${field.id}`;
        const id = fieldId(form, path);
        // What is wrong with the line as a whole stands in its first cell.
        const wrong = problems?.[path] ?? (column === 0 ? problems?.[whole] : undefined);
        return (
          <td
            key={field.id}
            data-line={at}
            data-inner={field.id}
            data-type={field.type}
            className={isNum(field, readOnly)}
          >
            {readOnly || field.read_only ? (
              <FieldValue field={field} value={line[field.id]} names={names} />
            ) : (
              <FieldInput
                field={field}
                id={id}
                label={t("chapter.line_field", { field: write.name(field.name), line: at + 1 })}
                value={line[field.id]}
                onChange={(value) => deeds.set(at, field.id, value)}
                names={names}
                currency={deeds.currency(at, field.id)}
                wrong={wrong !== undefined}
                describedBy={wrong ? `${id}-wrong` : undefined}
              />
            )}
            <ProblemTexts id={`${id}-wrong`} texts={wrong} />
          </td>
        );
      })}
      {!readOnly && (
        <td className="line-do">
          <Button
            size="small"
            type="text"
            icon={<Copy size={13} />}
            aria-label={t("chapter.line_copy", { line: at + 1 })}
            onClick={() => deeds.copy(at)}
          />
          <Button
            size="small"
            type="text"
            icon={<Trash2 size={13} />}
            aria-label={t("chapter.line_remove", { line: at + 1 })}
            onClick={() => deeds.remove(at)}
          />
        </td>
      )}
    </tr>
  );
});
