import { useQuery } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useTranslation } from "react-i18next";
import * as calls from "../api/calls";
import { useFormat } from "../format/useFormat";
import { Await } from "../ui/States";

interface AsOfChoiceProps {
  chosen: number | undefined;
  onPick(id: number | undefined): void;
}

/** The newest imports to go back to, found by file, store, day or number. */
export default function AsOfChoice({ chosen, onPick }: AsOfChoiceProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const query = useQuery({ queryKey: ["imports", "newest"], queryFn: () => calls.imports() });
  return (
    <div className="as-of-choice">
      <p className="mut sm">{t("as_of.says")}</p>
      <Await query={query} height={40}>
        {({ imports }) => (
          <Select<number>
            aria-label={t("as_of.import")}
            placeholder={t("as_of.now")}
            value={chosen}
            onChange={onPick}
            showSearch={{ optionFilterProp: "label" }}
            options={imports.map((one) => ({
              value: one.id,
              label: `${one.id} · ${format.moment(one.at)} · ${one.store} · ${one.file_name}`,
            }))}
            style={{ width: "100%" }}
          />
        )}
      </Await>
      {chosen !== undefined && <Button onClick={() => onPick(undefined)}>{t("as_of.back")}</Button>}
    </div>
  );
}
