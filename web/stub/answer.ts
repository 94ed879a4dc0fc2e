import { ask, ledger, profit } from "./answers";
import { CHAPTER_ROUTES, chapterJobs } from "./chapter/routes";
import * as checks from "./checks";
import { STORES } from "./facts";
import { LOOP_ROUTES } from "./loop";
import * as records from "./records";
import { Refused } from "./refused";

type Answer = (
  body: never,
  id: string,
  row: string,
  query: URLSearchParams,
  last: string,
) => unknown;

const CHANNELS = ["amazon", "shopify"];

const ROUTES: [RegExp, Answer][] = [
  [/^GET \/session$/, () => records.session],
  [/^GET \/scope$/, () => records.scope],
  [/^GET \/settings$/, () => records.settings],
  [/^GET \/stores$/, () => ({ stores: STORES, channels: CHANNELS, markets: ["DE", "JP", "US"] })],
  [
    /^GET \/users$/,
    () => ({
      users: [{ ...records.session.user, disabled: false, created_at: "2026-11-01T08:00:00Z" }],
      roles: ["viewer", "owner"],
    }),
  ],
  [/^GET \/tokens$/, () => ({ tokens: [] })],
  [/^GET \/fx$/, () => ({ own: [], currencies: ["USD", "CNY"], last_day: "2026-10-30" })],
  [/^GET \/metrics$/, () => records.metrics],
  [/^GET \/reports$/, () => records.reports],
  [/^GET \/reconcile$/, () => records.statements],
  [/^GET \/quarantine$/, () => records.quarantine],
  [/^GET \/jobs$/, () => ({ jobs: chapterJobs() })],
  [/^GET \/imports$/, () => ({ imports: records.imports, meta: { next: null } })],
  [/^GET \/imports\/(\d+)$/, (_, id) => records.imports.find((one) => one.id === Number(id))],
  [/^GET \/imports\/\d+\/problems$/, () => records.problems],
  [/^GET \/imports\/(\d+)\/lines\/(\d+)$/, (_, __, row) => records.sourceLine(Number(row))],
  [/^GET \/products$/, () => records.products],
  [/^GET \/products\/unpaired$/, () => records.unpaired],
  [/^PATCH \/session$/, (body) => records.speak(body)],
  [/^GET \/audit$/, () => ({ entries: [], meta: { next: null } })],
  [/^GET \/chart$/, () => checks.chart],
  [/^GET \/bookings$/, () => checks.bookings],
  [/^GET \/reconcile\/proof$/, () => checks.proof],
  [/^GET \/reconcile\/chain$/, () => checks.chain],
  [/^GET \/reconcile\/bank$/, () => checks.bank],
  [/^GET \/reconcile\/orders$/, () => checks.orders],
  [/^GET \/reconcile\/economics$/, () => checks.economics],
  [/^POST \/unsettled$/, () => checks.unsettled],
  [/^GET \/purchases$/, () => checks.purchases],
  [/^GET \/freight$/, () => checks.freight],
  [/^GET \/costs\/stock_value$/, () => checks.stockValue],
  [/^GET \/costs\/problems$/, () => ({ problems: checks.stockValue.problems })],
  [/^GET \/costs\/flow$/, () => checks.costFlow],
  [/^GET \/settings\/money$/, () => checks.money],
  [/^GET \/warehouses$/, () => checks.warehouses],
  [/^GET \/retention$/, () => ({ days: 30, policies: [], counts: {}, files: [] })],
  [/^GET \/mappings$/, () => ({ mappings: [] })],
  [/^GET \/data_health$/, () => checks.health],
  [/^POST \/ask$/, ask],
  [/^POST \/profit$/, profit],
  [/^POST \/profit\/bases$/, (body) => ({ settlement: profit(body), order: profit(body) })],
  [/^POST \/ledger$/, ledger],
  ...LOOP_ROUTES,
  ...CHAPTER_ROUTES,
];

/** What the stub says to a request of the API; unknown ones get the error envelope. */
export function answer(
  method: string,
  path: string,
  body: unknown,
): { status: number; body: unknown } {
  const [plain = "", search] = path.split("?");
  const asked = `${method} ${decodeURIComponent(plain.replace(/^\/api\/v1/, ""))}`;
  for (const [route, reply] of ROUTES) {
    const match = route.exec(asked);
    if (!match) continue;
    const query = new URLSearchParams(search);
    const [, first = "", second = "", third = ""] = match;
    try {
      return { status: 200, body: reply(body as never, first, second, query, third) };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { status: error.status, body: { error: error.error } };
    }
  }
  return { status: 404, body: { error: { code: "not_found", detail: asked, problems: [] } } };
}

/** The stub as `fetch`, for tests. */
export async function stubFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  const text = request.method === "GET" ? "" : await request.text();
  const { pathname, search } = new URL(request.url, "http://stub.local");
  const given = text.startsWith("{") ? JSON.parse(text) : { text };
  const reply = answer(request.method, pathname + search, given);
  return new Response(JSON.stringify(reply.body), {
    status: reply.status,
    headers: { "content-type": "application/json" },
  });
}
