import { useTranslation } from "react-i18next";
import type { Import } from "../../api/types";
import { isZero } from "../../format/decimal";

/** How an import went, in one word: done, with problems, unbalanced, known already or failed. */
export function stateOfImport(one: Import): { word: string; tone: string } {
  if (one.state === "failed") return { word: "failed", tone: "bad" };
  if (one.state === "undone") return { word: "undone", tone: "" };
  if (one.state === "duplicate") return { word: "duplicate", tone: "" };
  if (one.balance.some((balance) => !isZero(balance.difference))) {
    return { word: "unbalanced", tone: "look" };
  }
  if (one.problems.error > 0) return { word: "with_errors", tone: "look" };
  if (one.problems.warning > 0) return { word: "with_warnings", tone: "look" };
  return { word: "done", tone: "good" };
}

export function ImportState({ of }: { of: Import }) {
  const { t } = useTranslation();
  const { word, tone } = stateOfImport(of);
  return <span className={`tag ${tone}`}>{t(`state_of.${word}`)}</span>;
}
