import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Button } from "antd";
import { Plus, Radar, Upload } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/loopCalls";
import { usePageKeys } from "../../app/useKeys";
import { useScope } from "../../app/useScope";
import { useMay } from "../../app/useSession";
import { PageHead } from "../../ui/Panel";
import { Empty, Failed, Loading } from "../../ui/States";
import { StartJob } from "../loop/StartJob";
import { ChangeDialog } from "../sku/ChangeDialog";
import { ChangeDrawer } from "./ChangeDrawer";
import { ChangeFilters } from "./ChangeFilters";
import { ChangeList } from "./ChangeList";
import { Proposed } from "./Proposed";
import { useChanges } from "./queries";
import { type ChangesSearch, isFiltered, questionOf } from "./search";
import "../loop/loop.css";
import "./changes.css";

/** What can be done here: look, take in, tell. */
function Actions({ add }: { add(): void }) {
  const { t } = useTranslation();
  const mayWork = useMay("work");
  const mayImport = useMay("import");
  return (
    <span className="row">
      <StartJob
        kind="changes_detect"
        label={t("change.detect")}
        icon={<Radar size={13} aria-hidden />}
        start={() => calls.detectChanges({})}
      />
      {mayImport && (
        <Link to="/data">
          <Button tabIndex={-1} icon={<Upload size={13} aria-hidden />}>
            {t("change.import")}
          </Button>
        </Link>
      )}
      {mayWork && (
        <Button type="primary" icon={<Plus size={13} aria-hidden />} onClick={add}>
          {t("change.add")}
        </Button>
      )}
    </span>
  );
}

/** Every change on one list: told, of tasks, imported, seen in the data; each with its effect. */
export function ChangesPage() {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate({ from: "/changes" });
  const search = useSearch({ from: "/changes" });
  const { scope } = useScope();
  const mayWork = useMay("work");
  const [adding, setAdding] = useState(false);
  const question = questionOf(search, scope);
  const { query, changes } = useChanges(question);
  const set = (next: ChangesSearch) =>
    navigate({ search: (now) => ({ ...now, ...next }), replace: true });
  usePageKeys({ n: () => mayWork && setAdding(true) });
  const opened = changes.find(({ id }) => id === search.change);
  const narrowed = isFiltered(search) || Boolean(question.store || question.market);
  return (
    <div className="wrap">
      <PageHead
        title={t("nav.changes")}
        says={<span className="mut">{t("change.says")}</span>}
        aside={<Actions add={() => setAdding(true)} />}
      />
      <Proposed />
      <ChangeFilters search={search} set={set} />
      {query.isError && <Failed error={query.error} retry={() => query.refetch()} />}
      {query.isPending && <Loading height={320} />}
      {query.data && changes.length === 0 && (
        <section className="panel">
          <Empty
            title={t(narrowed ? "change.none_here" : "change.none")}
            says={t(narrowed ? "change.none_here_says" : "change.none_says")}
          />
        </section>
      )}
      {changes.length > 0 && (
        <ChangeList
          changes={changes}
          open={({ id }) => set({ change: id })}
          exportTo={(kind) => calls.saveChanges(question, kind, i18n.language)}
          more={query.hasNextPage ? () => query.fetchNextPage() : undefined}
        />
      )}
      {opened && <ChangeDrawer change={opened} close={() => set({ change: undefined })} />}
      {adding && <ChangeDialog given={{}} close={() => setAdding(false)} />}
    </div>
  );
}
