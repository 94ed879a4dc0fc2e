import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface RoomProps {
  name: "receive" | "recognise" | "decode" | "translate" | "balance" | "problems";
  tone: "good" | "look" | "bad";
  children: ReactNode;
}

/** One room of the walk: what it is for, how it went, what it made. */
export function Room({ name, tone, children }: RoomProps) {
  const { t } = useTranslation();
  return (
    <li className="walk-room">
      <h2>
        <span className={`tag ${tone}`}>{t(`walk.room.${name}`)}</span>
        <span className="visually-hidden">: {t(`walk.tone.${tone}`)}</span>
      </h2>
      <div className="walk-made">{children}</div>
    </li>
  );
}
