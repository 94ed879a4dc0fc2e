import { useEffect, useState } from "react";

const QUIET_MS = 250;

/** A text as it was when typing paused. */
export function useLater(text: string): string {
  const [later, setLater] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setLater(text), QUIET_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return later;
}
