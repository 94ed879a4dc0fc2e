import { useQuery } from "@tanstack/react-query";
import { App, Button } from "antd";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import * as calls from "../../api/calls";
import type { Import } from "../../api/types";
import { errorText } from "../../i18n/names";
import { Await } from "../../ui/States";
import { ProblemTable } from "./ProblemTable";

interface ProblemListProps {
  id: number;
  counts: Import["problems"];
}

/** What is wrong with a file, place by place; also to be saved and sent to whoever made it. */
export function ProblemList({ id, counts }: ProblemListProps) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const total = counts.error + counts.warning + counts.note;
  const query = useQuery({
    queryKey: ["problems", id],
    queryFn: () => calls.problems(id),
    enabled: total > 0,
  });
  const save = () =>
    calls.saveProblems(id, i18n.language).catch((error) => message.error(errorText(error, t)));
  return (
    <section>
      <div className="row">
        <h2>{t("data.problems")}</h2>
        <span className="gap" />
        {total > 0 && (
          <Button size="small" icon={<Download size={13} />} onClick={save}>
            {t("data.save_problems")}
          </Button>
        )}
      </div>
      {total === 0 && <p className="mut">{t("data.no_problems")}</p>}
      {total > 0 && (
        <Await query={query}>{({ problems }) => <ProblemTable problems={problems} />}</Await>
      )}
    </section>
  );
}
