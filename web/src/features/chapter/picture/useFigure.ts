import { useMemo } from "react";
import type { Unit } from "../../../api/chapter";
import { useScope } from "../../../app/useScope";
import { UNDEFINED } from "../../../format/format";
import { useWrite } from "../useWrite";
import { decimalOf, placesOf } from "../values";

export type Figure = (unit: Unit, value: number | null | undefined, tick?: boolean) => string;

/** Writes a figure of a picture; its money is in the currency of the board. */
export function useFigure(currency: string | undefined): Figure {
  const write = useWrite();
  const { choices } = useScope();
  const own = currency ?? choices?.reporting_currency ?? "USD";
  return useMemo(() => {
    const { format } = write;
    return (unit, value, tick = false) => {
      const decimal = decimalOf(value);
      if (decimal === null) return UNDEFINED;
      if (unit === "money") {
        const whole = Math.abs(Number(decimal)) >= 1000 ? "whole" : "full";
        return format.money(decimal, own, tick ? "tick" : whole);
      }
      if (unit === "percent") return format.percent(decimal, tick ? 0 : 1);
      if (tick) return format.compactNumber(decimal);
      if (unit === "days") return write.words.days(format.number(decimal, 1));
      return format.number(decimal, unit === "integer" ? 0 : placesOf(decimal));
    };
  }, [write, own]);
}
