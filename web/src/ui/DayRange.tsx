import { DatePicker } from "antd";
import dayjs from "dayjs";
import { useId } from "react";
import { useTranslation } from "react-i18next";

interface DayRangeProps {
  value: [string, string] | undefined;
  onChange(days: [string, string] | undefined): void;
  /** Shown in the empty field. */
  placeholder?: string;
  clearable?: boolean;
}

const ISO = "YYYY-MM-DD";

/** First and last day, as ISO text; each of its two fields has a label of its own. */
export function DayRange({ value, onChange, placeholder, clearable = false }: DayRangeProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <span className="day-range">
      <label htmlFor={`${id}-first`} className="visually-hidden">
        {t("form.first_day")}
      </label>
      <label htmlFor={`${id}-last`} className="visually-hidden">
        {t("form.last_day")}
      </label>
      <DatePicker.RangePicker
        id={{ start: `${id}-first`, end: `${id}-last` }}
        value={value ? [dayjs(value[0]), dayjs(value[1])] : null}
        allowClear={clearable}
        placeholder={placeholder === undefined ? undefined : [placeholder, ""]}
        onChange={(days) =>
          onChange(days?.[0] && days[1] ? [days[0].format(ISO), days[1].format(ISO)] : undefined)
        }
      />
    </span>
  );
}
