import { Input, InputNumber, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import type { Field, RecordNames } from "../../../api/chapter";
import { nameOf } from "../../../i18n/names";
import { DayField } from "../../loop/DayField";
import { DecimalInput } from "./DecimalInput";
import { MoneyInput } from "./MoneyInput";
import { ListPicker } from "./pickers/ListPicker";
import { RefPicker } from "./pickers/RefPicker";
import { SkuPicker } from "./pickers/SkuPicker";

export interface FieldInputProps {
  field: Field;
  id: string;
  value: unknown;
  onChange(value: unknown): void;
  names: RecordNames;
  /** What an amount without currency is in. */
  currency: string;
  wrong?: boolean;
  describedBy?: string;
  /** Where no label stands beside it, as in tables. */
  label?: string;
  disabled?: boolean;
  /** Stands where nothing is chosen. */
  placeholder?: string;
}

const ROWS = { minRows: 2, maxRows: 8 };
const PERCENT_POINTS = 2;
const text = (value: unknown) => (value === undefined || value === null ? "" : String(value));
const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const nothing = <T,>(values: T[]) => (values.length ? values : undefined);

/** The input that fits what a field holds. */
export function FieldInput(props: FieldInputProps) {
  const { field, id, value, onChange, wrong, describedBy, label, disabled } = props;
  const { t, i18n } = useTranslation();
  const common = {
    id,
    disabled,
    "aria-label": label,
    "aria-describedby": describedBy,
    "aria-invalid": wrong || undefined,
    "aria-required": field.required || undefined,
    placeholder: props.placeholder,
    status: wrong ? ("error" as const) : undefined,
  };
  const unit = field.unit
    ? t(`chapter.unit.${field.unit}`, { defaultValue: field.unit })
    : undefined;
  const choices = (field.choices ?? []).map((one) => ({
    value: one.id,
    label: nameOf(one, i18n.language),
  }));
  switch (field.type) {
    case "long_text":
      return (
        <Input.TextArea
          {...common}
          autoSize={ROWS}
          value={text(value)}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case "number":
      return <DecimalInput {...common} value={value} onChange={onChange} unit={unit} />;
    case "percent":
      return (
        <DecimalInput
          {...common}
          value={value}
          onChange={onChange}
          unit="%"
          shift={PERCENT_POINTS}
        />
      );
    case "integer":
      return (
        <InputNumber
          {...common}
          className="full"
          precision={0}
          suffix={unit}
          value={value as number}
          onChange={(next) => onChange(next ?? undefined)}
        />
      );
    case "money":
      return <MoneyInput {...common} value={value} onChange={onChange} currency={props.currency} />;
    case "day":
      return <DayField {...common} value={text(value) || undefined} onChange={onChange} />;
    case "flag":
      return field.required ? (
        <Switch
          id={id}
          disabled={disabled}
          aria-label={label}
          aria-describedby={describedBy}
          checked={value === true}
          onChange={onChange}
        />
      ) : (
        <Select<"yes" | "no">
          {...common}
          allowClear
          placeholder={props.placeholder ?? t("chapter.not_known")}
          value={typeof value === "boolean" ? (value ? "yes" : "no") : undefined}
          onChange={(next) => onChange(next === undefined ? undefined : next === "yes")}
          options={[
            { value: "yes", label: t("chapter.yes") },
            { value: "no", label: t("chapter.no") },
          ]}
        />
      );
    case "choice":
      return (
        <Select<string>
          {...common}
          allowClear={!field.required}
          showSearch={{ optionFilterProp: "label" }}
          popupMatchSelectWidth={false}
          value={text(value) || undefined}
          onChange={onChange}
          options={choices}
        />
      );
    case "choices":
      return (
        <Select<string[]>
          {...common}
          mode="multiple"
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          popupMatchSelectWidth={false}
          value={list(value)}
          onChange={(next) => onChange(nothing(next))}
          options={choices}
        />
      );
    case "ref":
    case "refs":
      return (
        <RefPicker
          {...common}
          to={field.to ?? ""}
          many={field.type === "refs"}
          names={props.names}
          value={value}
          onChange={onChange}
        />
      );
    case "sku":
      return (
        <SkuPicker {...common} names={props.names.sku} value={text(value)} onChange={onChange} />
      );
    case "store":
    case "market":
    case "country":
    case "currency":
    case "language":
    case "user":
      return (
        <ListPicker
          {...common}
          of={field.type}
          required={field.required}
          value={text(value)}
          onChange={onChange}
        />
      );
    default:
      return (
        <Input
          {...common}
          type={field.type === "url" ? "url" : "text"}
          suffix={unit}
          value={text(value)}
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}
