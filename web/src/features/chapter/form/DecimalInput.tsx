import { Input } from "antd";
import { useEffect, useState } from "react";
import { readDecimal, shiftPoint } from "./draft";

interface DecimalInputProps {
  id?: string;
  value: unknown;
  onChange(value: string | undefined): void;
  unit?: string;
  /** Places the point stands further right on the screen: 2 for a fraction shown in percent. */
  shift?: number;
  status?: "error";
  disabled?: boolean;
  placeholder?: string;
  "aria-label"?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
  "aria-required"?: boolean;
}

/** What stands in the input for a value: as typed when it is no number. */
function shown(value: unknown, shift: number): string {
  if (value === undefined || value === null) return "";
  if (shift === 0) return String(value);
  const read = readDecimal(String(value));
  return read === null ? String(value) : shiftPoint(read, shift);
}

/** An exact decimal; what is typed stays as typed until it is left. */
export function DecimalInput({ value, onChange, unit, shift = 0, ...rest }: DecimalInputProps) {
  const [typed, setTyped] = useState<string | null>(null);
  // A value that comes from elsewhere (a saved record, a pasted table) replaces what was typed.
  useEffect(() => {
    setTyped((now) => {
      if (now === null) return null;
      const read = readDecimal(now);
      const meant = read === null ? now : shiftPoint(read, -shift);
      return meant === String(value ?? "") || (now === "" && value === undefined) ? now : null;
    });
  }, [value, shift]);
  return (
    <Input
      {...rest}
      inputMode="decimal"
      suffix={unit}
      className="figure"
      value={typed ?? shown(value, shift)}
      onChange={(event) => {
        const text = event.target.value;
        setTyped(text);
        const read = readDecimal(text);
        onChange(text.trim() === "" ? undefined : read === null ? text : shiftPoint(read, -shift));
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
