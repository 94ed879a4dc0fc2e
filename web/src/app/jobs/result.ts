import type { TFunction } from "i18next";

/** Jobs that do not read rows of files: what they count. */
const KINDS = ["findings_run", "changes_detect", "effects_measure"] as const;

/** What a job of a kind came to, in words; undefined where it is rows. */
export function resultOf(kind: string, count: number, t: TFunction): string | undefined {
  const known = KINDS.find((one) => one === kind);
  return known && t(`jobs.result.${known}`, { count });
}
