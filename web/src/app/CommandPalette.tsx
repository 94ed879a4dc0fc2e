import { useNavigate } from "@tanstack/react-router";
import { Modal } from "antd";
import { Command } from "cmdk";
import { Keyboard, Languages, Moon, Upload } from "lucide-react";
import { useTranslation } from "react-i18next";
import { channelName } from "../i18n/names";
import { ChapterCommands } from "./ChapterCommands";
import { LoopCommands } from "./LoopCommands";
import { PAGES } from "./pages";
import { usePreferences } from "./preferences";
import type { Overlay } from "./Shell";
import { PRESETS } from "./scope";
import { useScope } from "./useScope";
import { useSpeak } from "./useSpeak";

interface CommandPaletteProps {
  close(): void;
  open(overlay: Overlay): void;
}

export default function CommandPalette({ close, open }: CommandPaletteProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { language, dark, paint } = usePreferences();
  const speak = useSpeak();
  const { choices, change } = useScope();

  const run = (action: () => void) => () => {
    close();
    action();
  };
  const other = language === "en" ? "zh-CN" : "en";
  return (
    <Modal
      open
      onCancel={close}
      footer={null}
      closable={false}
      title={null}
      styles={{ container: { padding: 0 } }}
      aria-label={t("palette.open")}
    >
      <Command label={t("palette.open")}>
        <Command.Input autoFocus placeholder={t("palette.hint")} />
        <Command.List label={t("palette.open")}>
          <Command.Empty>{t("palette.none")}</Command.Empty>
          <Command.Group heading={t("palette.go")}>
            {PAGES.map((page) => (
              <Command.Item
                key={page.id}
                value={`${page.id} ${t(`nav.${page.id}`)}`}
                onSelect={run(() => navigate({ to: page.path }))}
              >
                <page.icon size={14} aria-hidden />
                {t(`nav.${page.id}`)}
                <span className="gap" />
                <kbd>g</kbd>
                <kbd>{page.key}</kbd>
              </Command.Item>
            ))}
          </Command.Group>
          <ChapterCommands run={run} />
          <LoopCommands run={run} />
          <Command.Group heading={t("palette.do")}>
            <Command.Item
              value={`import ${t("data.drop")}`}
              onSelect={run(() => navigate({ to: "/data" }))}
            >
              <Upload size={14} aria-hidden />
              {t("palette.import")}
            </Command.Item>
            <Command.Item
              value={`theme dark light ${t("settings.theme")}`}
              onSelect={run(() => paint(dark ? "light" : "dark"))}
            >
              <Moon size={14} aria-hidden />
              {t(dark ? "palette.light" : "palette.dark")}
            </Command.Item>
            <Command.Item value="language english chinese 中文" onSelect={run(() => speak(other))}>
              <Languages size={14} aria-hidden />
              {other === "en" ? "English" : "中文"}
            </Command.Item>
            <Command.Item value={`keys ${t("keys.title")}`} onSelect={() => open("keys")}>
              <Keyboard size={14} aria-hidden />
              {t("keys.title")}
            </Command.Item>
          </Command.Group>
          <Command.Group heading={t("palette.scope")}>
            {PRESETS.map((preset) => (
              <Command.Item
                key={preset}
                value={`range ${preset} ${t(`range.${preset}`)}`}
                onSelect={run(() => change({ range: preset, from: undefined, to: undefined }))}
              >
                {t(`range.${preset}`)}
              </Command.Item>
            ))}
            {choices?.channels.map((channel) => (
              <Command.Item
                key={channel}
                value={`channel ${channel}`}
                onSelect={run(() => change({ channel }))}
              >
                {t("palette.only", { what: channelName(channel) })}
              </Command.Item>
            ))}
            {choices?.stores.map((store) => (
              <Command.Item
                key={store.name}
                value={`store ${store.name}`}
                onSelect={run(() => change({ store: store.name }))}
              >
                {t("palette.only", { what: store.name })}
              </Command.Item>
            ))}
          </Command.Group>
        </Command.List>
      </Command>
    </Modal>
  );
}
