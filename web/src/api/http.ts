import createClient from "openapi-fetch";
import type { FieldProblem } from "./chapter";
import type { paths } from "./schema.gen";
import type { Names, Problem } from "./types";

/** What the API says when an operation did not happen; `code` is stable and translated. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly problems: Problem[] = [],
    /** The sentence in each language, for what people meet often. */
    readonly says: Names | null = null,
    /** What is wrong with which fields of records. */
    readonly fields: FieldProblem[] = [],
  ) {
    super(detail || code);
  }
}

/** State-changing requests carry this header: a form on a foreign site cannot send it. */
const CSRF_HEADER = { "X-Argosy": "1" };

function errorFrom(response: Response, body: unknown): ApiError {
  const error = (body as { error?: Partial<ApiError> } | undefined)?.error;
  return new ApiError(
    response.status,
    error?.code ?? (response.status === 401 ? "not_signed_in" : "unreachable"),
    error?.detail ?? response.statusText,
    error?.problems ?? [],
    error?.says ?? null,
    error?.fields ?? [],
  );
}

export const client = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "",
  headers: CSRF_HEADER,
  // Looked up at each call, so that tests can put their own in its place.
  fetch: (request) => globalThis.fetch(request),
});

interface Reply<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of a reply, or the error it stands for. */
export async function unwrap<T>(reply: Promise<Reply<T>>): Promise<T> {
  let got: Reply<T>;
  try {
    got = await reply;
  } catch (cause) {
    throw new ApiError(0, "unreachable", String(cause));
  }
  if (!got.response.ok) throw errorFrom(got.response, got.error);
  return got.data as T;
}

export async function send(method: string, path: string, body?: BodyInit | object) {
  const headers: Record<string, string> = { ...CSRF_HEADER };
  const isForm = body instanceof FormData;
  if (body && !isForm) headers["Content-Type"] = "application/json";
  const payload = isForm || body === undefined ? body : JSON.stringify(body);
  let response: Response;
  try {
    response = await globalThis.fetch(path, { method, headers, body: payload });
  } catch (cause) {
    throw new ApiError(0, "unreachable", String(cause));
  }
  if (!response.ok) throw errorFrom(response, await response.json().catch(() => undefined));
  return response;
}

/** Fetches a table as a file and hands it to the browser's downloads. */
export async function download(
  method: string,
  path: string,
  name: string,
  body?: BodyInit | object,
) {
  const response = await send(method, path, body);
  const said = /filename="?([^";]+)"?/.exec(response.headers.get("content-disposition") ?? "");
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = said?.[1] ?? name;
  link.click();
  URL.revokeObjectURL(url);
}
