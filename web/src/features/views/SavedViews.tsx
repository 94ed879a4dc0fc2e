import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Dropdown, Input, Modal } from "antd";
import { Bookmark, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SavedView } from "../../api/loop";
import * as calls from "../../api/loopCalls";
import { useSaving } from "../../app/useSaving";

export const viewsQuery = (page: string) => ({
  queryKey: ["views", page],
  queryFn: () => calls.views(page),
  staleTime: 300_000,
});

/** What stands in an address now, as texts; what only opens something is not part of a view. */
function kept(search: object, without: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(search).flatMap(([key, value]) =>
      value === undefined || without.includes(key) ? [] : [[key, String(value)]],
    ),
  );
}

function NameDialog({ save, close }: { save(name: string): void; close(): void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const done = () => name.trim() && save(name.trim());
  return (
    <Modal
      open
      title={t("views.save")}
      okText={t("action.save")}
      cancelText={t("action.cancel")}
      okButtonProps={{ disabled: !name.trim() }}
      onOk={done}
      onCancel={close}
    >
      <p className="mut">{t("views.says")}</p>
      <Input
        autoFocus
        aria-label={t("views.name")}
        placeholder={t("views.name")}
        maxLength={60}
        value={name}
        onChange={(event) => setName(event.target.value)}
        onPressEnter={done}
      />
    </Modal>
  );
}

interface SavedViewsProps {
  page: string;
  /** Parts of the address that belong to no view. */
  without?: readonly string[];
}

const NONE: readonly string[] = [];
const SAVE = "save";

/** Filters of a page kept under a name; each person has their own. */
export function SavedViews({ page, without = NONE }: SavedViewsProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ strict: false });
  const views = useQuery(viewsQuery(page)).data?.views ?? [];
  const [naming, setNaming] = useState(false);
  const keep = useSaving(calls.saveView);
  const drop = useSaving(calls.dropView);
  const now = JSON.stringify(kept(search, without));
  const current = views.find((one) => JSON.stringify(one.search) === now);

  const open = (view: SavedView) =>
    navigate({ to: ".", search: view.search as never, replace: false });
  const items = [
    ...views.map((view) => ({ key: String(view.id), label: view.name })),
    ...(views.length ? [{ type: "divider" as const }] : []),
    { key: SAVE, label: t("views.save"), icon: <Bookmark size={13} aria-hidden /> },
    ...(current
      ? [
          {
            key: "drop",
            label: t("views.drop", { name: current.name }),
            icon: <Trash2 size={13} aria-hidden />,
          },
        ]
      : []),
  ];
  const chosen = (key: string) => {
    if (key === SAVE) setNaming(true);
    else if (key === "drop" && current) drop.save(current.id);
    else {
      const view = views.find((one) => String(one.id) === key);
      if (view) open(view);
    }
  };
  return (
    <>
      <Dropdown trigger={["click"]} menu={{ items, onClick: ({ key }) => chosen(key) }}>
        <Button size="small" icon={<Bookmark size={13} aria-hidden />}>
          {current?.name ?? t("views.title")}
        </Button>
      </Dropdown>
      {naming && (
        <NameDialog
          close={() => setNaming(false)}
          save={async (name) => {
            if (await keep.save({ page, name, search: kept(search, without) })) setNaming(false);
          }}
        />
      )}
    </>
  );
}
