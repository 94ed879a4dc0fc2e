import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown } from "antd";
import { Ellipsis, Printer, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Action, Kind, Move, OneRecord } from "../../../api/chapter";
import * as calls from "../../../api/chapterCalls";
import { ApiError } from "../../../api/http";
import type { Permission } from "../../../api/types";
import { useSession } from "../../../app/useSession";
import { errorText, nameOf } from "../../../i18n/names";
import { ActionDialog } from "../ActionDialog";
import { byPath } from "../form/draft";
import { useWrite } from "../useWrite";
import type { RecordForm } from "./useRecordForm";

interface RecordDoProps {
  kind: Kind;
  one: OneRecord;
  form: RecordForm;
  dropped(): void;
}

/** A record says no to the move: the states it leads to that end its life. */
const isEnd = (kind: Kind, move: Move) =>
  kind.states?.states.find(({ id }) => id === move.to)?.colour === "red";

/** No move has this id. */
const DROP = "-drop";

const LANGUAGES = [
  { lang: "zh-CN", label: "中文" },
  { lang: "en", label: "English" },
];

function Papers({ kind, one }: { kind: Kind; one: OneRecord }) {
  const { t } = useTranslation();
  const write = useWrite();
  const { message } = App.useApp();
  if (kind.papers.length === 0) return null;
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: kind.papers.flatMap((paper) =>
          LANGUAGES.map(({ lang, label }) => ({
            key: `${paper.id}/${lang}`,
            label: `${write.name(paper.name)} · ${label}`,
          })),
        ),
        onClick: ({ key }) => {
          const [paper = "", lang = "en"] = key.split("/");
          calls
            .savePaper(kind.id, one.record.id, paper, lang)
            .catch((error) => message.error(errorText(error, t)));
        },
      }}
    >
      <Button icon={<Printer size={13} aria-hidden />}>PDF</Button>
    </Dropdown>
  );
}

/** What can be done with a record: its next states, its actions, its papers; at last, removed. */
export function RecordDo({ kind, one, form, dropped }: RecordDoProps) {
  const { t, i18n } = useTranslation();
  const write = useWrite();
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const held: Permission[] = useSession().data?.user?.permissions ?? [];
  const may = (permission: string) => held.includes(permission as Permission);
  const [doing, setDoing] = useState<Action | null>(null);
  const [moving, setMoving] = useState<string | null>(null);
  const { record } = one;

  const moves = (kind.states?.moves ?? []).filter(
    (move) => move.from.includes(record.state ?? "") && may(move.permission ?? kind.permission),
  );
  const actions = kind.actions.filter(
    (action) =>
      action.on !== "whole" &&
      may(action.permission) &&
      (action.states.length === 0 || action.states.includes(record.state ?? "")),
  );
  const told = (error: unknown) => {
    if (error instanceof ApiError && error.fields.length > 0) {
      form.setProblems(byPath(error.fields, (one) => nameOf(one.says, i18n.language) || one.code));
    } else message.error(errorText(error, t));
  };
  const shift = async (move: Move) => {
    setMoving(move.id);
    try {
      const saved = form.dirty ? await form.save() : one;
      if (!saved) return;
      const next = await calls.moveRecord(kind.id, record.id, move.id, saved.record.version);
      queries.setQueryData(["record", kind.id, record.id], (now: OneRecord | undefined) => ({
        ...next,
        names: { ...now?.names, ...next.names },
      }));
      await queries.invalidateQueries();
      message.success(t("chapter.moved", { state: stateName(kind, move.to, i18n.language) }));
    } catch (error) {
      told(error);
    } finally {
      setMoving(null);
    }
  };
  const end = (move: Move) =>
    modal.confirm({
      title: `${write.name(move.name)} · ${record.id}`,
      content: t("chapter.end_says"),
      okText: write.name(move.name),
      cancelText: t("chapter.leave_no"),
      okButtonProps: { danger: true },
      onOk: () => shift(move),
    });
  const drop = () =>
    modal.confirm({
      title: t("chapter.drop", { name: record.id }),
      content: t("chapter.drop_says"),
      okText: t("action.remove"),
      cancelText: t("action.cancel"),
      okButtonProps: { danger: true },
      onOk: async () => {
        try {
          await calls.dropRecord(kind.id, record.id);
          form.unsaved.current = false;
          dropped();
          await queries.invalidateQueries({
            predicate: ({ queryKey }) => queryKey[2] !== record.id,
          });
        } catch (error) {
          told(error);
        }
      },
    });
  const ends = moves.filter((move) => isEnd(kind, move));
  const more = [
    ...ends.map((move) => ({ key: move.id, danger: true, label: write.name(move.name) })),
    ...(may(kind.permission)
      ? [
          {
            key: DROP,
            danger: true,
            label: t("action.remove"),
            icon: <Trash2 size={13} aria-hidden />,
          },
        ]
      : []),
  ];
  return (
    <div className="record-do">
      {moves
        .filter((move) => !isEnd(kind, move))
        .map((move, at) => (
          <Button
            key={move.id}
            type={at === 0 ? "primary" : "default"}
            loading={moving === move.id}
            onClick={() => shift(move)}
          >
            {write.name(move.name)}
          </Button>
        ))}
      {actions.map((action) => (
        <Button key={action.id} onClick={() => setDoing(action)}>
          {write.name(action.name)}…
        </Button>
      ))}
      <Papers kind={kind} one={one} />
      {more.length > 0 && (
        <Dropdown
          trigger={["click"]}
          menu={{
            items: more,
            onClick: ({ key }) => {
              const move = ends.find(({ id }) => id === key);
              if (move) end(move);
              else drop();
            },
          }}
        >
          <Button icon={<Ellipsis size={14} aria-hidden />} aria-label={t("chapter.more")} />
        </Dropdown>
      )}
      {doing && (
        <ActionDialog
          action={doing}
          on={record.id}
          names={one.names}
          currency={typeof record.body.currency === "string" ? record.body.currency : undefined}
          run={(body) =>
            doing.on === "rows"
              ? calls.actOnRecords(kind.id, doing.id, [record.id], body)
              : calls.actOnRecord(kind.id, record.id, doing.id, body)
          }
          close={() => setDoing(null)}
        />
      )}
    </div>
  );
}

export function stateName(kind: Kind, state: string, language: string): string {
  return nameOf(kind.states?.states.find(({ id }) => id === state)?.name, language) || state;
}
