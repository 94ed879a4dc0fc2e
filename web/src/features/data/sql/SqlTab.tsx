import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import { Play } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "../../../api/calls";
import type { SqlRequest } from "../../../api/types";
import { useScope } from "../../../app/useScope";
import { useFormat } from "../../../format/useFormat";
import { Failed, Loading } from "../../../ui/States";
import { Answer } from "./Answer";
import { EXAMPLES, type Example } from "./examples";
import { Schema } from "./Schema";
import "./sql.css";

async function timed(request: SqlRequest) {
  const start = performance.now();
  const answer = await calls.sql(request);
  return { answer, seconds: (performance.now() - start) / 1000 };
}

/** What one may ask at once, as the server has it in its settings. */
function LimitNote() {
  const { t } = useTranslation();
  const format = useFormat();
  const limits = useQuery({ queryKey: ["settings"], queryFn: calls.settings }).data?.sql_limits;
  return (
    <p className="mut sm" id="sql-says">
      {limits
        ? t("sql.says_limits", {
            rows: format.number(limits.rows),
            seconds: format.number(limits.seconds),
          })
        : t("sql.says")}
    </p>
  );
}

/** Everything that was imported, asked in SQL: one select at a time, nothing can be changed. */
export function SqlTab() {
  const { t } = useTranslation();
  const { scope } = useScope();
  const [query, setQuery] = useState<string>(EXAMPLES.months);
  const field = useRef<TextAreaRef>(null);
  const asking = useMutation({ mutationFn: timed });
  const run = () => asking.mutate({ query, as_of: scope.as_of });

  const insert = (name: string) => {
    const area = field.current?.resizableTextArea?.textArea;
    const [from, to] = [area?.selectionStart ?? query.length, area?.selectionEnd ?? query.length];
    setQuery(query.slice(0, from) + name + query.slice(to));
    area?.focus();
  };
  return (
    <div className="sql">
      <Schema insert={insert} />
      <div className="sql-main">
        <div className="row sql-examples">
          <span className="mut sm">{t("sql.examples")}</span>
          {(Object.keys(EXAMPLES) as Example[]).map((name) => (
            <Button key={name} size="small" onClick={() => setQuery(EXAMPLES[name])}>
              {t(`sql.example.${name}`)}
            </Button>
          ))}
        </div>
        <Input.TextArea
          ref={field}
          className="sql-text"
          aria-label={t("sql.query")}
          aria-describedby="sql-says"
          autoSize={{ minRows: 6, maxRows: 20 }}
          spellCheck={false}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
          }}
        />
        <div className="row">
          <Button
            type="primary"
            icon={<Play size={13} />}
            disabled={!query.trim()}
            loading={asking.isPending}
            onClick={run}
          >
            {t("sql.run")}
          </Button>
          <kbd>Ctrl Enter</kbd>
          <LimitNote />
        </div>
        {asking.isPending && <Loading height={120} />}
        {asking.isError && <Failed error={asking.error} />}
        {asking.isSuccess && <Answer {...asking.data} question={asking.variables} />}
      </div>
    </div>
  );
}
