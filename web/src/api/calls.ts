/** Every call of the API the pages make, in one place. */
import { client, download, send, unwrap } from "./http";
import type * as api from "./types";

const V1 = "/api/v1";

export const session = () => unwrap(client.GET("/api/v1/session"));
export const setUp = (body: api.Setup) => unwrap(client.POST("/api/v1/setup", { body }));
export const signIn = (login: string, password: string) =>
  unwrap(client.POST("/api/v1/session", { body: { login, password } }));
export const signOut = () => unwrap(client.DELETE("/api/v1/session"));
export const changeMe = (body: { language?: string; password?: string; new_password?: string }) =>
  unwrap(client.PATCH("/api/v1/session", { body }));

export const scopeChoices = () => unwrap(client.GET("/api/v1/scope"));
export const settings = () => unwrap(client.GET("/api/v1/settings"));
export const saveSettings = (body: { company?: string; reporting_currency?: string }) =>
  unwrap(client.PATCH("/api/v1/settings", { body }));
export const stores = () => unwrap(client.GET("/api/v1/stores"));
export const addStore = (body: api.Store) => unwrap(client.POST("/api/v1/stores", { body }));
export const saveStore = (name: string, body: Omit<api.Store, "name" | "channel">) =>
  unwrap(client.PATCH("/api/v1/stores/{name}", { params: { path: { name } }, body }));
export const users = () => unwrap(client.GET("/api/v1/users"));
export const addUser = (body: api.NewUser) => unwrap(client.POST("/api/v1/users", { body }));
export const saveUser = (id: string, body: { role?: string; disabled?: boolean }) =>
  unwrap(client.PATCH("/api/v1/users/{id}", { params: { path: { id } }, body }));
export const tokens = () => unwrap(client.GET("/api/v1/tokens"));
export const addToken = (name: string) => unwrap(client.POST("/api/v1/tokens", { body: { name } }));
export const revokeToken = (id: string) =>
  unwrap(client.DELETE("/api/v1/tokens/{id}", { params: { path: { id } } }));
export const rates = () => unwrap(client.GET("/api/v1/fx"));
export const saveRate = (rate: api.OwnRate) =>
  unwrap(client.POST("/api/v1/fx", { body: { rates: [rate] } }));

export const removeRate = ({ day, currency }: api.OwnRate) =>
  unwrap(client.DELETE("/api/v1/fx", { params: { query: { day, currency } } }));

export const ask = (body: api.Question) => unwrap(client.POST("/api/v1/ask", { body }));
export const profit = (body: api.ProfitQuestion) => unwrap(client.POST("/api/v1/profit", { body }));
export const ledger = (body: api.LedgerQuestion) => unwrap(client.POST("/api/v1/ledger", { body }));

export interface ReconcileQuestion {
  from?: string;
  to?: string;
  store?: string;
  channel?: string;
}

export const reconcile = (query: ReconcileQuestion) =>
  unwrap(client.GET("/api/v1/reconcile", { params: { query } }));
export const quarantine = () => unwrap(client.GET("/api/v1/quarantine"));
export const registry = () => unwrap(client.GET("/api/v1/metrics"));
export const reports = () => unwrap(client.GET("/api/v1/reports"));

export async function sendFiles(form: FormData): Promise<api.Job[]> {
  const response = await send("POST", `${V1}/imports`, form);
  return (await response.json()).jobs;
}
export async function sendTemplates(form: FormData): Promise<api.Job[]> {
  const response = await send("POST", `${V1}/products/import`, form);
  return (await response.json()).jobs;
}
export const jobs = () => unwrap(client.GET("/api/v1/jobs"));
export const imports = (cursor?: string) =>
  unwrap(client.GET("/api/v1/imports", { params: { query: { cursor, limit: 100 } } }));
export const importOf = (id: number) =>
  unwrap(client.GET("/api/v1/imports/{id}", { params: { path: { id } } }));
export const problems = (id: number) =>
  unwrap(client.GET("/api/v1/imports/{id}/problems", { params: { path: { id } } }));
export const sourceLine = (id: number, row: number) =>
  unwrap(client.GET("/api/v1/imports/{id}/lines/{row}", { params: { path: { id, row } } }));

export const products = (cursor?: string) =>
  unwrap(client.GET("/api/v1/products", { params: { query: { cursor, limit: 500 } } }));
export const addProduct = (body: api.NewProduct) =>
  unwrap(client.POST("/api/v1/products", { body }));
export const saveProduct = (sku: string, body: api.ChangeProduct) =>
  unwrap(client.PATCH("/api/v1/products/{sku}", { params: { path: { sku } }, body }));
export const addCost = (sku: string, cost: api.Cost) =>
  unwrap(
    client.POST("/api/v1/products/{sku}/costs", {
      params: { path: { sku } },
      body: { costs: [cost] },
    }),
  );
export const removeCost = (sku: string, since: string, market?: string) =>
  unwrap(
    client.DELETE("/api/v1/products/{sku}/costs", {
      params: { path: { sku }, query: { since, market } },
    }),
  );
export const addPairing = (pairing: api.Pairing) =>
  unwrap(client.POST("/api/v1/pairings", { body: { pairings: [pairing] } }));
export const removePairing = ({ store, seller_sku, since }: api.Pairing) =>
  unwrap(
    client.DELETE("/api/v1/pairings", {
      params: { query: { store, seller_sku, since: since ?? undefined } },
    }),
  );
export const unpaired = () => unwrap(client.GET("/api/v1/products/unpaired"));

/** Tables as files: the same questions, answered as XLSX or CSV in the reader's language. */
const table = (path: string, format: api.FileFormat, language: string) =>
  `${V1}/${path}?format=${format}&lang=${language}`;

export const saveAnswer = (body: api.Question, format: api.FileFormat, language: string) =>
  download("POST", table("ask", format, language), `argosy.${format}`, body);
export const saveProfit = (body: api.ProfitQuestion, format: api.FileFormat, language: string) =>
  download("POST", table("profit", format, language), `argosy-profit.${format}`, body);
export const saveLedger = (body: api.LedgerQuestion, format: api.FileFormat, language: string) =>
  download("POST", table("ledger", format, language), `argosy-ledger.${format}`, body);
export function saveReconcile(
  question: ReconcileQuestion,
  format: api.FileFormat,
  language: string,
) {
  const more = new URLSearchParams(Object.entries(question).filter(([, value]) => value));
  const path = `${table("reconcile", format, language)}&${more}`;
  return download("GET", path, `argosy-reconcile.${format}`);
}
/** A table as it is shown, as a workbook. */
export const saveTable = (body: api.ShownTable) =>
  download("POST", `${V1}/sheets?format=xlsx`, `${body.name}.xlsx`, body);
export const saveProblems = (id: number, language: string) =>
  download("GET", table(`imports/${id}/problems`, "csv", language), `argosy-problems-${id}.csv`);
export const saveTemplate = (name: string, format: api.FileFormat) =>
  download("GET", `${V1}/templates/${name}.${format}`, `${name}.${format}`);
