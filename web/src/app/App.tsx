import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { App as AntApp, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import { useCallback, useEffect, useMemo, useState } from "react";
import { ApiError } from "../api/http";
import type { Language } from "../format/format";
import { changeLanguage } from "../i18n";
import {
  isDark,
  keepPreferences,
  PreferenceContext,
  type Preferences,
  type Theme,
} from "./preferences";
import { router } from "./router";
import { antTheme, paint } from "./theme";

function makeQueries(): QueryClient {
  const client: QueryClient = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        retry: (count, error) => !(error instanceof ApiError && error.status >= 400) && count < 2,
      },
    },
    queryCache: new QueryCache({
      onError: (error) => {
        // A session that ended shows the sign-in page instead of an error on every panel.
        if (error instanceof ApiError && error.code === "not_signed_in") {
          client.invalidateQueries({ queryKey: ["session"] });
        }
      },
    }),
  });
  return client;
}

function useSystemTheme(): void {
  const [, draw] = useState(0);
  useEffect(() => {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const changed = () => draw((count) => count + 1);
    system.addEventListener("change", changed);
    return () => system.removeEventListener("change", changed);
  }, []);
}

export function App({ initial }: { initial: Preferences }) {
  const [preferences, setPreferences] = useState(initial);
  const [queries] = useState(makeQueries);
  useSystemTheme();

  const { language, theme } = preferences;
  const dark = isDark(theme);
  useEffect(() => paint(dark), [dark]);
  useEffect(() => {
    dayjs.locale(language === "en" ? "en" : "zh-cn");
  }, [language]);

  const read = useCallback(async (next: Language) => {
    await changeLanguage(next);
    setPreferences((now) => ({ ...now, language: next }));
  }, []);
  const choose = useCallback((next: Theme) => {
    keepPreferences({ theme: next });
    setPreferences((now) => ({ ...now, theme: next }));
  }, []);
  const state = useMemo(
    () => ({ language, theme, dark, read, paint: choose }),
    [language, theme, dark, read, choose],
  );
  const look = useMemo(() => antTheme(dark), [dark]);

  return (
    <PreferenceContext value={state}>
      <ConfigProvider
        theme={look}
        locale={language === "en" ? enUS : zhCN}
        button={{ autoInsertSpace: false }}
      >
        <AntApp component={false} message={{ top: 60 }}>
          <QueryClientProvider client={queries}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </AntApp>
      </ConfigProvider>
    </PreferenceContext>
  );
}
