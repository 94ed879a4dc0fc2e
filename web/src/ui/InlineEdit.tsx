import { useEffect, useRef } from "react";

interface InlineEditProps {
  label: string;
  value: string;
  onSave(value: string): void;
  onCancel(): void;
}

/** A cell being edited: Enter and leaving save, Escape does not. */
export function InlineEdit({ label, value, onSave, onCancel }: InlineEditProps) {
  const input = useRef<HTMLInputElement>(null);
  const left = useRef(false);
  useEffect(() => {
    input.current?.select();
  }, []);

  const leave = (keep: boolean) => {
    if (left.current) return;
    left.current = true;
    const cell = input.current?.closest<HTMLElement>("[data-at]");
    if (keep) onSave(input.current?.value.trim() ?? "");
    else onCancel();
    cell?.focus();
  };
  return (
    <input
      ref={input}
      className="inline-edit"
      aria-label={label}
      defaultValue={value}
      onBlur={() => leave(true)}
      onClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") leave(true);
        if (event.key === "Escape") leave(false);
      }}
    />
  );
}
