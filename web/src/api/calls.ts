/** Every call of the API the pages make, in one place. */
import { client, download, send, unwrap } from "./http";
import type * as api from "./types";

const V1 = "/api/v1";

/** The part of an address after the question mark; what has no value is left out. */
const asked = (question: object) =>
  new URLSearchParams(
    Object.entries(question).flatMap(([key, value]) => (value ? [[key, String(value)]] : [])),
  );

export const session = () => unwrap(client.GET("/api/v1/session"));
export const setUp = (body: api.Setup) => unwrap(client.POST("/api/v1/setup", { body }));
export const signIn = (login: string, password: string) =>
  unwrap(client.POST("/api/v1/session", { body: { login, password } }));
export const signOut = () => unwrap(client.DELETE("/api/v1/session"));
export const changeMe = (body: { language?: string; password?: string; new_password?: string }) =>
  unwrap(client.PATCH("/api/v1/session", { body }));

export const scopeChoices = (as_of?: number) =>
  unwrap(client.GET("/api/v1/scope", { params: { query: { as_of } } }));
export const settings = () => unwrap(client.GET("/api/v1/settings"));
export const saveSettings = (body: api.ChangeSettings) =>
  unwrap(client.PATCH("/api/v1/settings", { body }));
export const stores = () => unwrap(client.GET("/api/v1/stores"));
export const addStore = (body: api.Store) => unwrap(client.POST("/api/v1/stores", { body }));
export const saveStore = (name: string, body: api.ChangeStore) =>
  unwrap(client.PATCH("/api/v1/stores/{name}", { params: { path: { name } }, body }));
export const users = () => unwrap(client.GET("/api/v1/users"));
export const addUser = (body: api.NewUser) => unwrap(client.POST("/api/v1/users", { body }));
export const saveUser = (id: string, body: { role?: string; disabled?: boolean }) =>
  unwrap(client.PATCH("/api/v1/users/{id}", { params: { path: { id } }, body }));
export const tokens = () => unwrap(client.GET("/api/v1/tokens"));
export const addToken = (name: string) => unwrap(client.POST("/api/v1/tokens", { body: { name } }));
export const revokeToken = (id: string) =>
  unwrap(client.DELETE("/api/v1/tokens/{id}", { params: { path: { id } } }));
export const audit = (cursor?: string) =>
  unwrap(client.GET("/api/v1/audit", { params: { query: { cursor, limit: 200 } } }));
export const rates = () => unwrap(client.GET("/api/v1/fx"));
export const saveRate = (rate: api.OwnRate) =>
  unwrap(client.POST("/api/v1/fx", { body: { rates: [rate] } }));

export const removeRate = ({ day, currency }: api.OwnRate) =>
  unwrap(client.DELETE("/api/v1/fx", { params: { query: { day, currency } } }));

export const ask = (body: api.Question) => unwrap(client.POST("/api/v1/ask", { body }));
export const profit = (body: api.ProfitQuestion) => unwrap(client.POST("/api/v1/profit", { body }));
export const profitBases = (body: api.ProfitQuestion) =>
  unwrap(client.POST("/api/v1/profit/bases", { body }));
export const ledger = (body: api.LedgerQuestion) => unwrap(client.POST("/api/v1/ledger", { body }));

export interface ReconcileQuestion {
  from?: string;
  to?: string;
  store?: string;
  channel?: string;
  as_of?: number;
}

export const reconcile = (query: ReconcileQuestion) =>
  unwrap(client.GET("/api/v1/reconcile", { params: { query } }));
export const quarantine = (as_of?: number) =>
  unwrap(client.GET("/api/v1/quarantine", { params: { query: { as_of } } }));
export const undoImport = (id: number) =>
  unwrap(client.POST("/api/v1/imports/{id}/undo", { params: { path: { id } } }));
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
export async function walk(form: FormData): Promise<api.Walk> {
  return (await send("POST", `${V1}/walk`, form)).json();
}
/** The client takes the pair of a kind and a key for a list of texts; it is a pair. */
export const jobs = () =>
  unwrap(client.GET("/api/v1/jobs")) as Promise<unknown> as Promise<{ jobs: api.Job[] }>;
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
/** Products whose SKU or name holds a text. */
export const findProducts = (q: string, limit: number) =>
  unwrap(client.GET("/api/v1/products", { params: { query: { q: q || undefined, limit } } }));
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

export const chart = () => unwrap(client.GET("/api/v1/chart"));
export const bookings = () => unwrap(client.GET("/api/v1/bookings"));
export const book = (body: api.NewBooking) => unwrap(client.POST("/api/v1/bookings", { body }));
export const unbook = (id: number) =>
  unwrap(client.DELETE("/api/v1/bookings/{id}", { params: { path: { id } } }));

export const reconcileChain = (query: ReconcileQuestion) =>
  unwrap(client.GET("/api/v1/reconcile/chain", { params: { query } }));
export const reconcileBank = (query: ReconcileQuestion) =>
  unwrap(client.GET("/api/v1/reconcile/bank", { params: { query } }));
export const reconcileProof = (query: ReconcileQuestion) =>
  unwrap(client.GET("/api/v1/reconcile/proof", { params: { query } }));
export const reconcileOrders = (query: ReconcileQuestion) =>
  unwrap(client.GET("/api/v1/reconcile/orders", { params: { query } }));
export const reconcileEconomics = (query: ReconcileQuestion) =>
  unwrap(client.GET("/api/v1/reconcile/economics", { params: { query } }));
export const unsettled = (body: api.UnsettledQuestion) =>
  unwrap(client.POST("/api/v1/unsettled", { body }));

const named = (document: string) => ({ path: { document } });
export const purchases = () => unwrap(client.GET("/api/v1/purchases"));
export const savePurchase = (document: string, lines: api.NewPurchaseLine[]) =>
  unwrap(client.PUT("/api/v1/purchases/{document}", { params: named(document), body: { lines } }));
export const removePurchase = (document: string) =>
  unwrap(client.DELETE("/api/v1/purchases/{document}", { params: named(document) }));
export const freight = () => unwrap(client.GET("/api/v1/freight"));
export const saveFreight = (document: string, lines: api.NewFreightLine[]) =>
  unwrap(client.PUT("/api/v1/freight/{document}", { params: named(document), body: { lines } }));
export const removeFreight = (document: string) =>
  unwrap(client.DELETE("/api/v1/freight/{document}", { params: named(document) }));
export const stockValue = (query: { day: string; as_of?: number }) =>
  unwrap(client.GET("/api/v1/costs/stock_value", { params: { query } }));
export const costFlow = (query: { sku: string; place?: string; as_of?: number }) =>
  unwrap(client.GET("/api/v1/costs/flow", { params: { query } }));
export const costProblems = () => unwrap(client.GET("/api/v1/costs/problems"));

export interface HealthQuestion {
  from?: string;
  to?: string;
  store?: string;
  channel?: string;
}
export const dataHealth = (question: HealthQuestion) =>
  unwrap(client.GET("/api/v1/data_health", { params: { query: question } }));
export const moneySettings = () => unwrap(client.GET("/api/v1/settings/money"));
export const saveMoneySettings = (body: api.ChangeMoney) =>
  unwrap(client.PATCH("/api/v1/settings/money", { body }));
export const warehouses = () => unwrap(client.GET("/api/v1/warehouses"));
export const saveWarehouses = (rules: api.WarehouseRule[]) =>
  unwrap(client.PUT("/api/v1/warehouses", { body: { rules } }));

export const mappingTables = () => unwrap(client.GET("/api/v1/mappings/tables"));
export const mappings = () => unwrap(client.GET("/api/v1/mappings"));
export async function previewMapping(form: FormData): Promise<api.MappingPreview> {
  return (await send("POST", `${V1}/mappings/preview`, form)).json();
}
export const saveMapping = (draft: api.MappingDraft, file_name: string) =>
  unwrap(client.POST("/api/v1/mappings", { body: { draft, file_name } }));
export const removeMapping = (id: string) =>
  unwrap(client.DELETE("/api/v1/mappings/{id}", { params: { path: { id } } }));

export const retention = () => unwrap(client.GET("/api/v1/retention"));
export const runRetention = () => unwrap(client.POST("/api/v1/retention", { body: {} }));

export const sql = (body: api.SqlRequest) =>
  unwrap(client.POST("/api/v1/sql", { body })) as Promise<api.SqlAnswer>;
export const check = () => unwrap(client.GET("/api/v1/check"));
export const rebuild = () => unwrap(client.POST("/api/v1/rebuild"));
export const factFiles = () => unwrap(client.GET("/api/v1/files"));

/** Tables as files: the same questions, answered as XLSX or CSV in the reader's language. */
const table = (path: string, format: api.FileFormat, language: string) =>
  `${V1}/${path}?format=${format}&lang=${language}`;

export const saveAnswer = (body: api.Question, format: api.FileFormat, language: string) =>
  download("POST", table("ask", format, language), `argosy.${format}`, body);
export const saveProfit = (body: api.ProfitQuestion, format: api.FileFormat, language: string) =>
  download("POST", table("profit", format, language), `argosy-profit.${format}`, body);
export const saveLedger = (body: api.LedgerQuestion, format: api.FileFormat, language: string) =>
  download("POST", table("ledger", format, language), `argosy-ledger.${format}`, body);
export const saveSql = (body: api.SqlRequest, format: api.FileFormat, language: string) =>
  download("POST", table("sql", format, language), `argosy-sql.${format}`, body);
export function saveReconcile(
  question: ReconcileQuestion,
  format: api.FileFormat,
  language: string,
) {
  const path = `${table("reconcile", format, language)}&${asked(question)}`;
  return download("GET", path, `argosy-reconcile.${format}`);
}
/** A table as it is shown, as a workbook. */
export const saveTable = (body: api.ShownTable) =>
  download("POST", `${V1}/sheets?format=xlsx`, `${body.name}.xlsx`, body);
export const saveProblems = (id: number, language: string) =>
  download("GET", table(`imports/${id}/problems`, "csv", language), `argosy-problems-${id}.csv`);
export const saveTemplate = (name: string, format: api.FileFormat) =>
  download("GET", `${V1}/templates/${name}.${format}`, `${name}.${format}`);
