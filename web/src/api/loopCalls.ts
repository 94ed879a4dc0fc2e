/** The calls of the loop: findings, rules, tasks, changes, effects, experiments and views. */
import { client, download, send, unwrap } from "./http";
import type * as loop from "./loop";
import type { FileFormat } from "./types";

const V1 = "/api/v1";

/** The part of an address after the question mark; what has no value is left out. */
function asked(question: object): string {
  const parts = Object.entries(question).flatMap(([key, value]) =>
    value === undefined || value === null || value === "" ? [] : [[key, String(value)]],
  );
  return parts.length ? `?${new URLSearchParams(parts)}` : "";
}

const of = <Id extends string | number>(id: Id) => ({ path: { id } });

/** The words of a few texts are named in `loop.ts`; the description says text. */
const told = <Shape>(reply: Promise<unknown>) => reply as Promise<Shape>;

export const findings = (query: loop.FindingsQuestion) =>
  told<loop.Findings>(unwrap(client.GET("/api/v1/findings", { params: { query } })));
export const finding = (id: string) =>
  told<loop.FindingDetail>(unwrap(client.GET("/api/v1/findings/{id}", { params: of(id) })));
export const measurable = (id: string) =>
  told<loop.Measurable>(unwrap(client.GET("/api/v1/findings/{id}/measurable", { params: of(id) })));
export const acceptFinding = (id: string, body: loop.Accept) =>
  unwrap(client.POST("/api/v1/findings/{id}/accept", { params: of(id), body }));
export const snoozeFinding = (id: string, until: string, revision?: number | null) =>
  unwrap(
    client.POST("/api/v1/findings/{id}/snooze", { params: of(id), body: { until, revision } }),
  );
export const dismissFinding = (
  id: string,
  body: { reason: loop.DismissReason; note?: string | null; revision?: number | null },
) => unwrap(client.POST("/api/v1/findings/{id}/dismiss", { params: of(id), body }));
export const reopenFinding = (id: string) =>
  unwrap(client.POST("/api/v1/findings/{id}/reopen", { params: of(id) }));
export const batchFindings = (ids: string[], action: loop.FindingAction) =>
  unwrap(client.POST("/api/v1/findings/batch", { body: { ids, action } }));
export const runFindings = () => unwrap(client.POST("/api/v1/findings/run", { body: {} }));
export const saveFindings = (
  question: loop.FindingsQuestion,
  format: FileFormat,
  language: string,
) =>
  download(
    "GET",
    `${V1}/findings/export${asked({ ...question, format, lang: language })}`,
    `argosy-findings.${format}`,
  );

export const rules = () => told<{ rules: loop.Rule[] }>(unwrap(client.GET("/api/v1/rules")));
export const rule = (id: string) =>
  told<loop.Rule>(unwrap(client.GET("/api/v1/rules/{id}", { params: of(id) })));
export const setThreshold = (id: string, body: loop.SetThreshold) =>
  unwrap(client.PUT("/api/v1/rules/{id}/thresholds", { params: of(id), body }));
export const dropThreshold = (id: string, threshold: string, scope: loop.ThresholdScope) =>
  unwrap(
    client.DELETE("/api/v1/rules/{id}/thresholds", {
      params: { ...of(id), query: { threshold, ...scope } },
    }),
  );
export const previewRule = (id: string, thresholds: loop.SetThreshold[], last_days: number) =>
  told<loop.Preview>(
    unwrap(
      client.POST("/api/v1/rules/{id}/preview", {
        params: of(id),
        body: { thresholds, last_days },
      }),
    ),
  );
export const plays = () => told<{ plays: loop.Play[] }>(unwrap(client.GET("/api/v1/plays")));

export const tasks = (query: loop.TasksQuestion) =>
  told<loop.Tasks>(unwrap(client.GET("/api/v1/tasks", { params: { query } })));
export const task = (id: number) =>
  told<loop.TaskDetail>(unwrap(client.GET("/api/v1/tasks/{id}", { params: of(id) })));
export const addTask = (body: loop.NewTask) => unwrap(client.POST("/api/v1/tasks", { body }));
export const saveTask = (id: number, body: loop.ChangeTask) =>
  unwrap(client.PATCH("/api/v1/tasks/{id}", { params: of(id), body }));
export const commentTask = (id: number, text: string) =>
  unwrap(client.POST("/api/v1/tasks/{id}/comments", { params: of(id), body: { text } }));
export const batchTasks = (ids: number[], change: loop.ChangeTask) =>
  unwrap(client.POST("/api/v1/tasks/batch", { body: { ids, change } }));
export const taskDone = (id: number, change: loop.NewChange | null) =>
  unwrap(client.POST("/api/v1/tasks/{id}/done", { params: of(id), body: { change } }));
export const attachTo = (id: number, file: File) => {
  const form = new FormData();
  form.append("file", file);
  return send("POST", `${V1}/tasks/${id}/attachments`, form);
};
export const dropAttachment = (id: number, attachment: number) =>
  unwrap(
    client.DELETE("/api/v1/tasks/{id}/attachments/{attachment}", {
      params: { path: { id, attachment } },
    }),
  );
export const saveAttachment = (task: number, one: loop.Attachment) =>
  download("GET", `${V1}/tasks/${task}/attachments/${one.id}`, one.name);
export const saveTasks = (question: loop.TasksQuestion, format: FileFormat, language: string) =>
  download(
    "GET",
    `${V1}/tasks/export${asked({ ...question, format, lang: language })}`,
    `argosy-tasks.${format}`,
  );
export async function importRows(what: "tasks" | "findings", file: File) {
  const form = new FormData();
  form.append("file", file);
  const response = await send("POST", `${V1}/${what}/import`, form);
  return response.json() as Promise<loop.BatchResult>;
}

export const changes = (query: loop.ChangesQuestion) =>
  told<loop.Changes>(unwrap(client.GET("/api/v1/changes", { params: { query } })));
export const saveChanges = (question: loop.ChangesQuestion, format: FileFormat, language: string) =>
  download(
    "GET",
    `${V1}/changes/export${asked({ ...question, format, lang: language })}`,
    `argosy-changes.${format}`,
  );
/** Done tasks of which nobody has said what they changed. */
export const proposedChanges = () =>
  told<{ proposed: loop.ProposedChange[] }>(unwrap(client.GET("/api/v1/changes/proposed")));
export const changedNothing = (task: number) =>
  unwrap(client.DELETE("/api/v1/changes/proposed/{task}", { params: { path: { task } } }));
export const addChange = (body: loop.NewChange) => unwrap(client.POST("/api/v1/changes", { body }));
export const detectChanges = (body: { from?: string; to?: string }) =>
  unwrap(client.POST("/api/v1/changes/detect", { body }));

export interface SkuQuestion {
  market?: string;
  from: string;
  to: string;
  currency?: string;
}
export const sku = (store: string, seller_sku: string, query: SkuQuestion) =>
  told<loop.Sku360>(
    unwrap(
      client.GET("/api/v1/skus/{store}/{seller_sku}", {
        params: { path: { store, seller_sku }, query },
      }),
    ),
  );

export const effects = (query: { state?: string; cursor?: string }) =>
  told<loop.Effects>(unwrap(client.GET("/api/v1/effects", { params: { query } })));
export const effect = (id: number) =>
  told<loop.Effect>(unwrap(client.GET("/api/v1/effects/{id}", { params: of(id) })));
export const declareEffect = (body: loop.NewEffect) =>
  unwrap(client.POST("/api/v1/effects", { body }));
export const measureEffects = () => unwrap(client.POST("/api/v1/effects/measure"));
export const gains = () => told<loop.Gains>(unwrap(client.GET("/api/v1/effects/gains")));

export const experiments = () =>
  told<{ experiments: loop.Experiment[] }>(unwrap(client.GET("/api/v1/experiments")));
export const experiment = (id: number) =>
  told<loop.Experiment>(unwrap(client.GET("/api/v1/experiments/{id}", { params: of(id) })));
export const planExperiment = (body: loop.ExperimentPlan) =>
  told<loop.ExperimentPower>(unwrap(client.POST("/api/v1/experiments/plan", { body })));
export const startExperiment = (body: loop.ExperimentPlan) =>
  told<loop.Experiment>(unwrap(client.POST("/api/v1/experiments", { body })));
export const analyseExperiment = (id: number, body: loop.HoldoutCounts) =>
  unwrap(client.POST("/api/v1/experiments/{id}/analyse", { params: of(id), body }));

export const views = (page: string) =>
  unwrap(client.GET("/api/v1/views", { params: { query: { page } } }));
export const saveView = (body: Omit<loop.SavedView, "id">) =>
  unwrap(client.PUT("/api/v1/views", { body }));
export const dropView = (id: number) =>
  unwrap(client.DELETE("/api/v1/views/{id}", { params: of(id) }));

/** Who may be given work. */
export const people = () => unwrap(client.GET("/api/v1/people"));
export const owners = () => told<{ owners: loop.Owner[] }>(unwrap(client.GET("/api/v1/owners")));
export const saveOwner = (body: loop.Owner) => unwrap(client.PUT("/api/v1/owners", { body }));
export const dropOwner = (query: loop.OwnerScope) =>
  unwrap(client.DELETE("/api/v1/owners", { params: { query } }));

export const receivers = () => unwrap(client.GET("/api/v1/receivers"));
export const addReceiver = (body: loop.SaveReceiver) =>
  unwrap(client.POST("/api/v1/receivers", { body }));
export const saveReceiver = (id: number, body: loop.SaveReceiver) =>
  unwrap(client.PUT("/api/v1/receivers/{id}", { params: of(id), body }));
export const dropReceiver = (id: number) =>
  unwrap(client.DELETE("/api/v1/receivers/{id}", { params: of(id) }));
export const tryReceiver = (id: number) =>
  unwrap(client.POST("/api/v1/receivers/{id}/try", { params: of(id) }));
export const messages = (receiver?: number) =>
  told<{ messages: loop.SentMessage[] }>(
    unwrap(client.GET("/api/v1/messages", { params: { query: { receiver } } })),
  );
