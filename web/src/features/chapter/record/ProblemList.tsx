import { CircleAlert } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Field } from "../../../api/chapter";
import type { Problems } from "../form/draft";
import { fieldId } from "../form/parts";
import { usePathName } from "./ChangeTable";

interface ProblemListProps {
  form: string;
  fields: Field[];
  problems: Problems;
}

/** All that is wrong, above the form: each leads to its field. */
export function ProblemList({ form, fields, problems }: ProblemListProps) {
  const { t } = useTranslation();
  const pathName = usePathName({ fields });
  const box = useRef<HTMLDivElement>(null);
  const paths = Object.keys(problems);
  const key = paths.join();
  // New problems are told at once, also to who does not see them.
  useEffect(() => {
    if (key) box.current?.focus();
  }, [key]);
  if (paths.length === 0) return null;
  const go = (path: string) => {
    const exact = document.getElementById(fieldId(form, path));
    const field = exact ?? document.getElementById(fieldId(form, path.replace(/[[.].*$/, "")));
    field?.focus();
    field?.scrollIntoView({ block: "center" });
  };
  return (
    <div ref={box} className="problems" role="alert" tabIndex={-1}>
      <p>
        <CircleAlert size={14} aria-hidden /> {t("chapter.problems", { count: paths.length })}
      </p>
      <ul>
        {paths.map((path) => (
          <li key={path}>
            {path ? (
              <button type="button" className="link" onClick={() => go(path)}>
                {pathName(path)}
              </button>
            ) : null}
            {path && t("loop.colon")}
            {problems[path]?.join(" ")}
          </li>
        ))}
      </ul>
    </div>
  );
}
