import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../format/useFormat";
import { channelName, nameOf } from "../../i18n/names";
import { registryQuery } from "../overview/queries";

/** How the value of a dimension is written: countries and channels by name, "none" for nothing. */
export function useGroupName() {
  const { t } = useTranslation();
  const format = useFormat();
  return useCallback(
    (dimension: string, value: string | null): string => {
      if (value === null || value === "") return t("grid.none");
      if (dimension === "market") return format.country(value);
      if (dimension === "channel") return channelName(value);
      if (dimension === "month") return value.slice(0, 7);
      if (dimension === "day" || dimension === "week") return value.slice(0, 10);
      return value;
    },
    [t, format],
  );
}

/** The name of a dimension, from the registry. */
export function useDimensionName() {
  const { t, i18n } = useTranslation();
  const dimensions = useQuery(registryQuery).data?.dimensions;
  return useCallback(
    (id: string) => {
      const found = dimensions?.find((one) => one.id === id);
      return found ? nameOf(found.name, i18n.language) : t(`split.${id}`, { defaultValue: id });
    },
    [dimensions, t, i18n.language],
  );
}
