import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RecordNames } from "../../../../api/chapter";
import * as calls from "../../../../api/chapterCalls";
import { useLater } from "./useLater";

interface RefPickerProps {
  id?: string;
  to: string;
  many: boolean;
  names: RecordNames;
  value: unknown;
  onChange(value: unknown): void;
  status?: "error";
  placeholder?: string;
  disabled?: boolean;
  "aria-label"?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
  "aria-required"?: boolean;
}

const FOUND = 50;

/** One or several records of another kind, found by key or name. */
export function RefPicker(props: RefPickerProps) {
  const { to, many, names, value, onChange, ...rest } = props;
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [term, setTerm] = useState("");
  const asked = useLater(term);
  const found = useQuery({
    queryKey: ["records", to, "picker", asked],
    queryFn: () => calls.records(to, { q: asked, limit: FOUND }),
    enabled: open,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const chosen = many
    ? Array.isArray(value)
      ? value.map(String)
      : []
    : value
      ? [String(value)]
      : [];
  // A name seen once stays known, so that what was chosen does not turn back into a key.
  const [seen, setSeen] = useState<Record<string, string>>({});
  const label = (key: string, name: string | undefined) =>
    name && name !== key ? `${key} · ${name}` : key;
  const records = found.data?.records ?? [];
  const options = new Map(
    chosen.map((key) => [key, label(key, names[to]?.[key] ?? seen[key])] as const),
  );
  for (const one of records) options.set(one.id, label(one.id, one.label));
  const keep = (keys: string[]) =>
    setSeen((now) => {
      const next = { ...now };
      for (const one of records) if (keys.includes(one.id)) next[one.id] = one.label;
      return next;
    });

  const common = {
    ...rest,
    allowClear: true,
    open,
    onOpenChange: setOpen,
    popupMatchSelectWidth: false as const,
    loading: found.isFetching,
    placeholder: rest.placeholder ?? t("chapter.find"),
    notFoundContent: found.isFetching ? t("state.loading") : t("palette.none"),
    options: [...options].map(([key, name]) => ({ value: key, label: name })),
    showSearch: { filterOption: false, onSearch: setTerm },
  };
  return many ? (
    <Select<string[]>
      {...common}
      mode="multiple"
      value={chosen}
      onChange={(keys) => {
        keep(keys);
        onChange(keys.length ? keys : undefined);
      }}
    />
  ) : (
    <Select<string>
      {...common}
      value={chosen[0]}
      onChange={(key) => {
        if (key) keep([key]);
        onChange(key ?? undefined);
      }}
    />
  );
}
