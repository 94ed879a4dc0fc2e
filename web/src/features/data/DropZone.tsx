import { FileUp } from "lucide-react";
import { type DragEvent, useId, useState } from "react";

interface DropZoneProps {
  title: string;
  says: string;
  onFiles(files: File[]): void;
}

/** Files dropped here, or chosen by keyboard, any number at once. */
export function DropZone({ title, says, onFiles }: DropZoneProps) {
  const [over, setOver] = useState(false);
  const id = useId();

  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const files = [...event.dataTransfer.files];
    if (files.length) onFiles(files);
  };
  return (
    <label
      htmlFor={id}
      className={`drop ${over ? "over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <FileUp size={22} strokeWidth={1.5} aria-hidden />
      <span className="drop-title">{title}</span>
      <span className="mut sm">{says}</span>
      <input
        id={id}
        type="file"
        multiple
        className="visually-hidden"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = "";
          if (files.length) onFiles(files);
        }}
      />
    </label>
  );
}
