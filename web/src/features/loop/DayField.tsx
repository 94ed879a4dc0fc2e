import { DatePicker } from "antd";
import dayjs from "dayjs";

interface DayFieldProps {
  id?: string;
  value?: string;
  onChange?(day: string | undefined): void;
  "aria-label"?: string;
  /** The first day that may be chosen. */
  from?: string;
  to?: string;
  disabled?: boolean;
}

/** A day as ISO text. */
export function DayField({ id, value, onChange, from, to, disabled, ...rest }: DayFieldProps) {
  return (
    <DatePicker
      id={id}
      value={value ? dayjs(value) : null}
      onChange={(day) => onChange?.(day ? day.format("YYYY-MM-DD") : undefined)}
      disabledDate={(day) => {
        const iso = day.format("YYYY-MM-DD");
        return Boolean((from && iso < from) || (to && iso > to));
      }}
      style={{ width: "100%" }}
      disabled={disabled}
      {...rest}
    />
  );
}
