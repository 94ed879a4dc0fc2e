import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useMemo } from "react";
import * as calls from "../../../../api/calls";
import { useFormat } from "../../../../format/useFormat";
import { usePeople } from "../../../loop/queries";
import { useCurrencies } from "../MoneyInput";
import { COUNTRIES, LANGUAGES } from "./codes";

export type ListOf = "store" | "market" | "country" | "currency" | "language" | "user";

interface ListPickerProps {
  id?: string;
  of: ListOf;
  value: string;
  onChange(value: string | undefined): void;
  required?: boolean;
  status?: "error";
  placeholder?: string;
  disabled?: boolean;
  "aria-label"?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
  "aria-required"?: boolean;
}

const storesQuery = { queryKey: ["stores"], queryFn: calls.stores, staleTime: 60_000 };

/** What may be chosen of each sort, in words where there are any. */
function useOptions(of: ListOf): { value: string; label: string }[] {
  const format = useFormat();
  const stores = useQuery({ ...storesQuery, enabled: of === "store" || of === "market" }).data;
  const people = usePeople();
  const currencies = useCurrencies();
  return useMemo(() => {
    const named = (codes: readonly string[], name: (code: string) => string) =>
      codes.map((code) => {
        const told = name(code);
        return { value: code, label: told === code ? code : `${told} (${code})` };
      });
    switch (of) {
      case "store":
        return (stores?.stores ?? []).map(({ name }) => ({ value: name, label: name }));
      case "market":
        return named(stores?.markets ?? [], format.country);
      case "country":
        return named(COUNTRIES, format.country).sort((a, b) =>
          a.label.localeCompare(b.label, format.language),
        );
      case "currency":
        return named(currencies, format.currencyName);
      case "language": {
        const names = new Intl.DisplayNames([format.language], { type: "language" });
        return named(LANGUAGES, (code) => names.of(code) ?? code);
      }
      default:
        return people.map((login) => ({ value: login, label: login }));
    }
  }, [of, stores, people, currencies, format]);
}

/** A store, market, country, currency, language or person. */
export function ListPicker({ of, value, onChange, required, ...rest }: ListPickerProps) {
  const options = useOptions(of);
  return (
    <Select<string>
      {...rest}
      allowClear={!required}
      showSearch={{ optionFilterProp: "label" }}
      popupMatchSelectWidth={false}
      value={value || undefined}
      onChange={(next) => onChange(next ?? undefined)}
      options={options}
    />
  );
}
