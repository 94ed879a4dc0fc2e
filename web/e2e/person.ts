import { readFileSync } from "node:fs";
import { basename } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import {
  type APIRequestContext,
  type Browser,
  expect,
  type Page,
  type Request,
} from "@playwright/test";
import type { Upload } from "./files";

export type Language = "en" | "zh-CN";
export type Theme = "light" | "dark" | "system";

export const OWNER = { login: "lin", password: "correct-horse-battery" };

type Tree = { [key: string]: string | Tree };

/** The texts of the pages, so that a journey reads the same in both languages. */
export function texts(language: Language) {
  const tree = JSON.parse(readFileSync(`src/i18n/${language}.json`, "utf8")) as Tree;
  return (key: string): string => {
    const found = key
      .split(".")
      .reduce<string | Tree | undefined>(
        (at, part) => (typeof at === "object" ? at[part] : undefined),
        tree,
      );
    if (typeof found !== "string") throw new Error(`no text ${key}`);
    return found;
  };
}

/** What each page still waits for from the server. */
const waiting = new WeakMap<Page, Set<Request>>();
const QUIET_MS = 150;
const SETTLE_MS = 20_000;

function follow(page: Page) {
  const open = new Set<Request>();
  waiting.set(page, open);
  page.on("request", (request) => open.add(request));
  page.on("requestfinished", (request) => open.delete(request));
  page.on("requestfailed", (request) => open.delete(request));
}

/** The browser of a person who reads a language and prefers a theme. */
export async function open(browser: Browser, url: string, language: Language, theme: Theme) {
  const context = await browser.newContext({ baseURL: url, locale: language });
  await context.addInitScript(
    (kept) => localStorage.setItem("argosy.preferences", JSON.stringify(kept)),
    { theme },
  );
  const page = await context.newPage();
  follow(page);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) errors.push(message.text());
  });
  return { page, context, errors };
}

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** No violation of WCAG 2.2 AA on the page as it stands; of all rules or only of those named. */
export async function expectAccessible(page: Page, rules?: string[]) {
  const axe = new AxeBuilder({ page }).options({ resultTypes: ["violations"] });
  const { violations } = await (rules ? axe.withRules(rules) : axe.withTags(RULES)).analyze();
  const said = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join("\n    ")}`,
  );
  expect.soft(said, said.join("\n")).toEqual([]);
}

/** Waits until nothing on the page is still loading, and stays so for a moment. */
export async function settled(page: Page) {
  const until = Date.now() + SETTLE_MS;
  let quietSince = Date.now();
  while (Date.now() - quietSince < QUIET_MS) {
    if (Date.now() > until) throw new Error(`${page.url()} does not come to rest`);
    const busy = waiting.get(page)?.size || (await page.locator(".loading").count());
    if (busy) quietSince = Date.now();
    await page.waitForTimeout(30);
  }
}

/** A picture to look at, when somebody wants to: `E2E_SHOTS=1`. */
export async function shoot(page: Page, name: string) {
  if (process.env.E2E_SHOTS) await page.screenshot({ path: `e2e/shots/${name}.png` });
}

const HEADERS = { "X-Argosy": "1" };

/** Waits until no background job is left. */
async function jobsEnd(api: APIRequestContext, url: string) {
  await expect
    .poll(
      async () => {
        const { jobs } = await (await api.get(`${url}/api/v1/jobs`)).json();
        return jobs.every(({ state }: { state: string }) => state === "done" || state === "failed");
      },
      { timeout: 120_000 },
    )
    .toBe(true);
}

/** Lets the rules look at all that was imported. */
export async function runRules(api: APIRequestContext, url: string) {
  const response = await api.post(`${url}/api/v1/findings/run`, {
    headers: { ...HEADERS, Origin: url },
    data: {},
  });
  expect(response.status(), await response.text()).toBe(202);
  await jobsEnd(api, url);
}

/** A finding, and a SKU as the address of its page names it. */
export async function somethingFound(api: APIRequestContext, url: string) {
  const { findings } = await (await api.get(`${url}/api/v1/findings?state=all&limit=1`)).json();
  const scope = await (await api.get(`${url}/api/v1/scope`)).json();
  const asked = await api.post(`${url}/api/v1/ask`, {
    headers: { ...HEADERS, Origin: url },
    data: {
      metrics: ["net_sales"],
      by: ["store", "seller_sku"],
      from: scope.first_day,
      to: scope.last_day,
      limit: 20,
    },
  });
  const { rows } = await asked.json();
  // In an address a SKU of digits alone would be read as a number.
  const sold = rows.find(
    ({ key }: { key: Record<string, string> }) => key.store && /[A-Z]/.test(key.seller_sku ?? ""),
  );
  const sku = new URLSearchParams({ of: sold?.key.store ?? "", sku: sold?.key.seller_sku ?? "" });
  return [findings[0]?.id ?? "none", String(sku)];
}

/** Imports reports through the API and waits for the jobs to end. */
export async function importAll(api: APIRequestContext, url: string, uploads: Upload[]) {
  for (const { path, ...given } of uploads) {
    const file = {
      name: basename(path),
      mimeType: "application/octet-stream",
      buffer: readFileSync(path),
    };
    const fields = Object.entries(given).filter(
      ([key, value]) => value && ["store", "market", "period_from", "period_to"].includes(key),
    );
    const response = await api.post(`${url}/api/v1/imports`, {
      headers: { ...HEADERS, Origin: url },
      multipart: { ...Object.fromEntries(fields), file },
    });
    expect(response.status(), await response.text()).toBe(202);
  }
  await jobsEnd(api, url);
}

/** Chooses the language of the account, as its owner would in the menu. */
export async function speakByApi(api: APIRequestContext, url: string, language: Language) {
  const response = await api.patch(`${url}/api/v1/session`, {
    headers: { ...HEADERS, Origin: url },
    data: { language },
  });
  expect(response.ok(), await response.text()).toBe(true);
}

export async function signInByApi(
  api: APIRequestContext,
  url: string,
  who: { login: string; password: string },
) {
  const response = await api.post(`${url}/api/v1/session`, {
    headers: { ...HEADERS, Origin: url },
    data: who,
  });
  expect(response.ok(), await response.text()).toBe(true);
}

export async function setUpByApi(api: APIRequestContext, url: string) {
  const response = await api.post(`${url}/api/v1/setup`, {
    headers: { ...HEADERS, Origin: url },
    data: { ...OWNER, company: "Lantern Home", currency: "USD", language: "en" },
  });
  expect(response.ok(), await response.text()).toBe(true);
}
