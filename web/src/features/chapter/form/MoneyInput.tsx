import { Select, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useScope } from "../../../app/useScope";
import { useFormat } from "../../../format/useFormat";
import { isMoney } from "../values";
import { DecimalInput } from "./DecimalInput";

interface MoneyInputProps {
  id?: string;
  value: unknown;
  onChange(value: unknown): void;
  /** What a new amount is in. */
  currency: string;
  status?: "error";
  placeholder?: string;
  disabled?: boolean;
  "aria-label"?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
  "aria-required"?: boolean;
}

/** Currencies that trade across borders is done in; those of the company's own facts come first. */
const USUAL = "USD EUR GBP CNY JPY CAD AUD MXN SEK PLN TRY AED SAR INR BRL SGD HKD CHF KRW VND";

export function useCurrencies(): string[] {
  const { choices } = useScope();
  return [...new Set([...(choices?.currencies ?? []), ...USUAL.split(" ")])];
}

/** An amount with its currency. */
export function MoneyInput({ value, onChange, currency, ...rest }: MoneyInputProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const money = isMoney(value) ? value : undefined;
  // Chosen before there is an amount.
  const [meant, setMeant] = useState<string>();
  const now = money?.currency ?? meant ?? currency;
  const currencies = useCurrencies();
  return (
    <Space.Compact className="full money-input">
      <DecimalInput
        {...rest}
        value={money?.amount}
        onChange={(amount) =>
          onChange(amount === undefined ? undefined : { amount, currency: now })
        }
      />
      <Select<string>
        aria-label={
          rest["aria-label"]
            ? `${rest["aria-label"]} · ${t("field.currency")}`
            : t("field.currency")
        }
        disabled={rest.disabled}
        status={rest.status}
        value={now}
        showSearch={{ optionFilterProp: "value" }}
        popupMatchSelectWidth={false}
        options={[...new Set([now, ...currencies])].map((code) => ({ value: code, label: code }))}
        optionRender={({ value: code }) => `${code} ${format.currencyName(String(code))}`}
        onChange={(next) => {
          setMeant(next);
          if (money) onChange({ amount: money.amount, currency: next });
        }}
      />
    </Space.Compact>
  );
}
