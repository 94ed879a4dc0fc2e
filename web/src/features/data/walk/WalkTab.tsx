import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import { Failed, Loading } from "../../../ui/States";
import { DropZone } from "../DropZone";
import { GivenFields } from "../GivenFields";
import { formOf, type Given } from "../given";
import { WalkRooms } from "./WalkRooms";

/** What a file would become, room by room, before anything of it is kept. */
export function WalkTab() {
  const { t } = useTranslation();
  const [given, setGiven] = useState<Given>({ store: "" });
  const [file, setFile] = useState<File>();
  const walk = useMutation({ mutationFn: calls.walk });

  const look = (next: File) => {
    setFile(next);
    walk.mutate(formOf([next], { ...given, store: given.store.trim() }));
  };
  return (
    <div className="walk">
      <p className="mut">{t("walk.says")}</p>
      <div className="drop-panel">
        <DropZone
          title={t("walk.drop")}
          says={t("walk.drop_says")}
          onFiles={([first]) => first && look(first)}
        />
        <div className="drop-given">
          <GivenFields given={given} onChange={setGiven} />
        </div>
      </div>
      <div aria-live="polite">
        {walk.isPending && <Loading height={240} />}
        {walk.isError && <Failed error={walk.error} retry={() => file && look(file)} />}
        {walk.isSuccess && <WalkRooms walk={walk.data} />}
      </div>
    </div>
  );
}
