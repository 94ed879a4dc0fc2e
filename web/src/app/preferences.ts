/**
 * Language and theme belong to the person, not to the link they share. Whoever is signed in reads
 * the language of the account; before that, the one chosen at the door or that of the browser.
 */
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

/** Kept in this browser; the language only when it was chosen before signing in. */
export function keepPreferences(change: Partial<Preferences>): void {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    localStorage.setItem(KEY, JSON.stringify({ ...kept, ...change }));
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
  /** Shows the texts in another language; resolves when they are there. */
  read(language: Language): Promise<void>;
  paint(theme: Theme): void;
}

export const PreferenceContext = createContext<PreferenceState>({
  language: "en",
  theme: "light",
  dark: false,
  read: async () => {},
  paint: () => {},
});

export const usePreferences = () => useContext(PreferenceContext);
