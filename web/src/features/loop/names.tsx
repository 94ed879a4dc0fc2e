import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Cause, Finding, Subject } from "../../api/loop";
import { useFormat } from "../../format/useFormat";
import { channelName, nameOf } from "../../i18n/names";

/** The causes that are named, each title once. */
export function namedCauses(finding: Pick<Finding, "causes">): Cause[] {
  const seen = new Set<string>();
  return finding.causes.filter((cause) => {
    const is = cause.holds && !seen.has(cause.title.en);
    seen.add(cause.title.en);
    return is;
  });
}

/** Plays of the named causes, each once, in order. */
export function playsOf(finding: Pick<Finding, "causes">): string[] {
  return [...new Set(finding.causes.filter((one) => one.holds).flatMap((one) => one.plays))];
}

/** Where a subject is: store, market and what else identifies it beside its name. */
export function usePlaceOf() {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ key, name }: Subject): string =>
    Object.entries(key)
      .filter(([, value]) => value && value !== name)
      .map(([column, value]) => {
        if (column === "market") return format.country(value);
        if (column === "channel") return channelName(value ?? "");
        if (column === "store" || column === "seller_sku") return value;
        return t("loop.keyed", {
          what: t(`field.${column}`, { defaultValue: column.replaceAll("_", " ") }),
          value,
        });
      })
      .join(" · ");
}

/** The way to the SKU a subject belongs to, where it has one. */
export function SkuLink({ subject }: { subject: Subject }) {
  const { t } = useTranslation();
  const { store, seller_sku, market } = subject.key;
  if (!store || !seller_sku) return null;
  return (
    <Link to="/skus" search={{ of: store, sku: seller_sku, at: market || undefined }}>
      {t("loop.open_sku", { sku: seller_sku })}
    </Link>
  );
}

/** The title of a finding with its subject. */
export function useTitleOf() {
  const { i18n } = useTranslation();
  return (finding: Pick<Finding, "title" | "subject">) =>
    [nameOf(finding.title, i18n.language), finding.subject.name].filter(Boolean).join(" · ");
}

/** A rule in the address of its page: `ads.search_term_wastes` stands as two parts of the path. */
export function ruleParams(id: string): { family: string; name: string } {
  const [family = "", ...name] = id.split(".");
  return { family, name: name.join(".") };
}
