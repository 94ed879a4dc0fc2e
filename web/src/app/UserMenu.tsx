import { useQueryClient } from "@tanstack/react-query";
import { Button, Dropdown } from "antd";
import { UserRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import * as calls from "../api/calls";
import { type Theme, usePreferences } from "./preferences";
import type { Overlay } from "./Shell";
import { useSession } from "./useSession";
import { useSpeak } from "./useSpeak";

const THEMES: Theme[] = ["light", "dark", "system"];

export function UserMenu({ open }: { open(overlay: Overlay): void }) {
  const { t } = useTranslation();
  const { language, theme, paint } = usePreferences();
  const speak = useSpeak();
  const user = useSession().data?.user;
  const queries = useQueryClient();

  const leave = async () => {
    await calls.signOut();
    queries.clear();
    location.assign("/");
  };
  const act = (key: string) => {
    if (key === "zh-CN" || key === "en") speak(key);
    else if (THEMES.includes(key as Theme)) paint(key as Theme);
    else if (key === "keys") open("keys");
    else if (key === "leave") leave();
  };
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        selectable: true,
        multiple: true,
        selectedKeys: [language, theme],
        onClick: ({ key }) => act(key),
        items: [
          {
            type: "group",
            label: user ? `${user.login} · ${t(`role.${user.role}`)}` : "",
            children: [],
          },
          { type: "divider" },
          {
            type: "group",
            label: t("settings.language"),
            children: [
              { key: "zh-CN", label: "中文" },
              { key: "en", label: "English" },
            ],
          },
          {
            type: "group",
            label: t("settings.theme"),
            children: THEMES.map((one) => ({ key: one, label: t(`theme.${one}`) })),
          },
          { type: "divider" },
          { key: "keys", label: t("keys.title") },
          { key: "leave", label: t("session.sign_out") },
        ],
      }}
    >
      <Button aria-label={t("session.menu")} icon={<UserRound size={15} />} />
    </Dropdown>
  );
}
