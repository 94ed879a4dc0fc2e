/**
 * Money arrives as a decimal string and stays exact: sums and comparisons are done in millionths
 * (the scale of the fact store) on big integers. Floats are for the pixels of charts only.
 */
const SCALE = 6;
const ONE = 10n ** BigInt(SCALE);

const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?$/;

/** Reads a decimal string; digits beyond the scale are rounded half away from zero. */
export function toMicros(text: string): bigint {
  const match = PATTERN.exec(text.trim());
  if (!match || (!match[2] && !match[3])) throw new RangeError(`not a decimal: ${text}`);
  const [, sign, whole = "", fraction = ""] = match;
  const kept = fraction.slice(0, SCALE).padEnd(SCALE, "0");
  let micros = BigInt(whole || "0") * ONE + BigInt(kept);
  if (Number(fraction[SCALE] ?? "0") >= 5) micros += 1n;
  return sign === "-" ? -micros : micros;
}

/** Writes millionths as the shortest decimal string. */
export function fromMicros(micros: bigint): string {
  const digits = (micros < 0n ? -micros : micros).toString().padStart(SCALE + 1, "0");
  const whole = digits.slice(0, -SCALE);
  const fraction = digits.slice(-SCALE).replace(/0+$/, "");
  return `${micros < 0n ? "-" : ""}${whole}${fraction ? `.${fraction}` : ""}`;
}

export function sum(amounts: Iterable<string>): string {
  let total = 0n;
  for (const amount of amounts) total += toMicros(amount);
  return fromMicros(total);
}

export function minus(left: string, right: string): string {
  return fromMicros(toMicros(left) - toMicros(right));
}

export function negate(amount: string): string {
  return fromMicros(-toMicros(amount));
}

export function compare(left: string, right: string): number {
  const difference = toMicros(left) - toMicros(right);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function isZero(amount: string): boolean {
  return toMicros(amount) === 0n;
}

/**
 * Numerator over denominator as a plain fraction, exact to six digits; null where the denominator
 * is zero, because a ratio to nothing is not zero.
 */
export function ratio(numerator: string, denominator: string): string | null {
  const below = toMicros(denominator);
  if (below === 0n) return null;
  return fromMicros((toMicros(numerator) * ONE) / below);
}

/** For drawing only. */
export function toNumber(amount: string | null | undefined): number {
  return amount == null ? Number.NaN : Number(amount);
}
