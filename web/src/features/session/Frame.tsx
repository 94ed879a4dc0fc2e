import { Segmented } from "antd";
import { Ship } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { keepPreferences, usePreferences } from "../../app/preferences";
import type { Language } from "../../format/format";
import "./session.css";

interface FrameProps {
  title: string;
  says: ReactNode;
  children: ReactNode;
}

/** The page before the pages: a name, a language, a form. */
export function Frame({ title, says, children }: FrameProps) {
  const { t } = useTranslation();
  const { language, read } = usePreferences();
  const choose = (next: Language) => {
    keepPreferences({ language: next });
    read(next);
  };
  return (
    <main className="door">
      <div className="door-top">
        <span className="door-name">
          <Ship size={20} aria-hidden />
          {t("app.name")}
        </span>
        <Segmented<Language>
          size="small"
          aria-label={t("settings.language")}
          value={language}
          onChange={choose}
          options={[
            { value: "zh-CN", label: "中文" },
            { value: "en", label: "English" },
          ]}
        />
      </div>
      <div className="panel door-panel">
        <h1>{title}</h1>
        <p className="mut">{says}</p>
        {children}
      </div>
    </main>
  );
}
