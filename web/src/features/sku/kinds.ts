import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Change } from "../../api/loop";
import { nameOf } from "../../i18n/names";

/** The kinds of changes by family, as plays and detectors call them. */
export const KIND_FAMILIES: [string, string[]][] = [
  [
    "listing",
    [
      "listing.price",
      "listing.title",
      "listing.image",
      "listing.content",
      "listing.state",
      "listing.check",
    ],
  ],
  ["promo", ["promo.coupon"]],
  [
    "ads",
    [
      "ads.bid",
      "ads.budget",
      "ads.negative",
      "ads.keyword",
      "ads.match",
      "ads.placement",
      "ads.pause",
      "ads.state",
    ],
  ],
  ["stock", ["stock.inbound", "stock.order", "stock.removal", "stock.out", "stock.back"]],
  ["product", ["product.packing", "product.quality"]],
  ["service", ["service.reviews"]],
  ["supply", ["supply.price"]],
  ["money", ["money.claim", "money.case", "money.booking", "money.cash", "money.fx"]],
  ["data", ["data.check", "data.cost", "data.import", "data.mapping"]],
  ["other", ["other"]],
];

/** The name of a kind of change. */
export function useKindName() {
  const { t } = useTranslation();
  return useCallback(
    (kind: string) => t(`change.kind.${kind.replace(".", "_")}`, { defaultValue: kind }),
    [t],
  );
}

/** What was changed: in the reader's language where the words are not somebody's own. */
export const whatOf = (change: Pick<Change, "what" | "says">, language: string): string =>
  nameOf(change.says, language) || change.what;
