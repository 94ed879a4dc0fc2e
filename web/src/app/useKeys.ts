import { useEffect, useRef } from "react";

interface Keys {
  palette(): void;
  help(): void;
  go(key: string): boolean;
}

/** Time for the second key of `g p`. */
const SECOND_KEY_MS = 1200;

/** A box that is ticked takes no letters. */
const TYPED =
  "input:not([type=checkbox]),textarea,select,[contenteditable],[role=combobox],[role=dialog]";

/** What lies over a page and has keys of its own. */
const OVERLAYS =
  "[role=dialog],.ant-dropdown:not(.ant-dropdown-hidden),.ant-select-dropdown:not(.ant-select-dropdown-hidden)";

/** Whether a key belongs to what is being typed or chosen, so that no shortcut may take it. */
export const isTyping = (target: EventTarget | null) =>
  target instanceof Element && target.closest(TYPED) !== null;

const isPlain = (event: KeyboardEvent) =>
  !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;

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
      if (!isPlain(event) || isTyping(event.target)) return;
      if (event.key === "?") latest.current.help();
      else if (event.key === "g") goneAt = event.timeStamp;
      else if (goneAt && event.timeStamp - goneAt < SECOND_KEY_MS) {
        goneAt = 0;
        // The second key is spent: on a page it may mean something of its own, such as `d` dismiss.
        if (latest.current.go(event.key)) event.stopPropagation();
      }
    };
    // Before the keys of pages see it.
    addEventListener("keydown", pressed, true);
    return () => removeEventListener("keydown", pressed, true);
  }, []);
}

/** Single letters a page understands while nothing is typed and nothing lies over it. */
export function usePageKeys(keys: Record<string, () => void>): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (!isPlain(event) || isTyping(event.target) || document.querySelector(OVERLAYS)) return;
      const run = latest.current[event.key];
      if (!run) return;
      event.preventDefault();
      run();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
}
