/** Language and theme belong to the person at this browser, not to the link they share. */
import { createContext, useContext } from "react";
import type { Language } from "../format/format";

export type Theme = "light" | "dark" | "system";

export interface Preferences {
  language: Language;
  theme: Theme;
}

const KEY = "argosy.preferences";

export function languageOfBrowser(languages: readonly string[]): Language {
  for (const language of languages) {
    if (language.toLowerCase().startsWith("zh")) return "zh-CN";
    if (language.toLowerCase().startsWith("en")) return "en";
  }
  return "en";
}

export function loadPreferences(): Preferences {
  const fallback: Preferences = {
    language: languageOfBrowser(navigator.languages ?? [navigator.language]),
    theme: "system",
  };
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return {
      language:
        kept.language === "en" || kept.language === "zh-CN" ? kept.language : fallback.language,
      theme: ["light", "dark", "system"].includes(kept.theme) ? kept.theme : fallback.theme,
    };
  } catch {
    return fallback;
  }
}

export function keepPreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // A browser without storage keeps the choice until the page is closed.
  }
}

export function isDark(theme: Theme): boolean {
  if (theme !== "system") return theme === "dark";
  return globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches ?? false;
}

interface PreferenceState extends Preferences {
  dark: boolean;
  change(next: Partial<Preferences>): void;
}

export const PreferenceContext = createContext<PreferenceState>({
  language: "en",
  theme: "light",
  dark: false,
  change: () => {},
});

export const usePreferences = () => useContext(PreferenceContext);
