import { useEffect, useRef } from "react";

interface Keys {
  palette(): void;
  help(): void;
  go(key: string): void;
}

/** Time for the second key of `g p`. */
const SECOND_KEY_MS = 1200;

const isTyping = (target: EventTarget | null) =>
  target instanceof Element &&
  target.closest("input,textarea,select,[contenteditable],[role=combobox],[role=dialog]") !== null;

/** Ctrl K opens the palette, `?` the help, `g` and a letter goes to a page. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    let goneAt = 0;
    const pressed = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        latest.current.palette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === "?") latest.current.help();
      else if (event.key === "g") goneAt = event.timeStamp;
      else if (goneAt && event.timeStamp - goneAt < SECOND_KEY_MS) {
        goneAt = 0;
        latest.current.go(event.key);
      }
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
}
