import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import type { MappingDraft } from "../../../api/types";
import { Await } from "../../../ui/States";
import { DropZone } from "../DropZone";
import { MappingForm } from "./MappingForm";
import { SavedMappings } from "./SavedMappings";

const tablesQuery = {
  queryKey: ["mapping_tables"],
  queryFn: calls.mappingTables,
  staleTime: Number.POSITIVE_INFINITY,
};

function formOf(file: File, draft: MappingDraft | null): FormData {
  const form = new FormData();
  if (draft) form.set("draft", JSON.stringify(draft));
  form.append("file", file, file.name);
  return form;
}

/** One table being mapped: every change is tried on the file at once. */
function Mapping({ file, done }: { file: File; done(): void }) {
  const tables = useQuery(tablesQuery);
  const [draft, setDraft] = useState<MappingDraft | null>(null);
  const preview = useQuery({
    queryKey: ["mapping", file.name, file.size, file.lastModified, draft],
    queryFn: () => calls.previewMapping(formOf(file, draft)),
    placeholderData: keepPreviousData,
  });
  return (
    <Await query={tables} height={200}>
      {(known) => (
        <Await query={preview} height={200}>
          {(seen) => (
            <MappingForm
              preview={seen}
              // Without columns the server guesses anew, as for a table that was just chosen.
              draft={draft && draft.columns.length > 0 ? draft : seen.draft}
              tables={known}
              change={setDraft}
              done={done}
            />
          )}
        </Await>
      )}
    </Await>
  );
}

/** A table no definition knows: said once what its columns mean, then imported like any report. */
export function MappingTab() {
  const { t } = useTranslation();
  const [file, setFile] = useState<File | null>(null);
  return (
    <div className="walk">
      <p className="mut">{t("mapping.says")}</p>
      <div className="mapping-drop">
        <DropZone
          title={t("mapping.drop")}
          says={t("mapping.drop_says")}
          onFiles={([first]) => first && setFile(first)}
        />
      </div>
      {file && (
        <Mapping
          key={`${file.name}:${file.size}:${file.lastModified}`}
          file={file}
          done={() => setFile(null)}
        />
      )}
      <SavedMappings />
    </div>
  );
}
