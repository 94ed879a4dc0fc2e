import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { MappingTable } from "../../../api/types";
import { nameOf } from "../../../i18n/names";

/** What a field of the facts is called, in words. */
export function useFieldName(table: MappingTable | undefined) {
  const { i18n } = useTranslation();
  return useCallback(
    (field: string) => {
      const found = table?.columns.find(({ name }) => name === field);
      return found ? nameOf(found.names, i18n.language) || field : field;
    },
    [table, i18n.language],
  );
}
