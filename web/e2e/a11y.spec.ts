import { type APIRequestContext, expect, request, test } from "@playwright/test";
import { reports } from "./files";
import {
  expectAccessible,
  importAll,
  type Language,
  open,
  runRules,
  settled,
  setUpByApi,
  shoot,
  somethingFound,
  speakByApi,
} from "./person";
import { type Argosy, startArgosy } from "./server";

const PAGES: Record<string, string> = {
  today: "/?range=all",
  dismissed: "/?range=all&state=dismissed",
  finding: "/findings/{finding}",
  tasks: "/tasks",
  board: "/tasks?view=board",
  calendar: "/tasks?view=calendar",
  changes: "/changes",
  effects: "/effects",
  gains: "/effects?tab=gains",
  rules: "/rules",
  rule: "/rules/ads/search_term_wastes",
  plays: "/rules?tab=plays",
  experiments: "/experiments",
  plan: "/experiments/new",
  skus: "/skus?range=all",
  sku: "/skus?range=all&{sku}",
  overview: "/overview?range=all",
  profit: "/profit?range=all&by=channel",
  pivot: "/profit?range=all&view=pivot&by=seller_sku,market",
  allocated: "/profit?range=all&allocate=true&basis=both",
  reconcile: "/reconcile?range=all",
  proof: "/reconcile?range=all&tab=proof",
  chain: "/reconcile?range=all&tab=chain",
  bank: "/reconcile?range=all&tab=bank",
  orders: "/reconcile?range=all&tab=orders",
  unsettled: "/reconcile?range=all&tab=unsettled",
  economics: "/reconcile?range=all&tab=economics",
  data: "/data",
  import: "/data?import=1",
  health: "/data?range=all&tab=health",
  mapping: "/data?tab=mapping",
  walk: "/data?tab=walk",
  quarantine: "/data?tab=quarantine",
  reports: "/data?tab=reports",
  sql: "/data?tab=sql",
  products: "/products",
  unpaired: "/products?tab=unpaired",
  pairings: "/products?tab=pairings",
  purchases: "/products?tab=purchases",
  freight: "/products?tab=freight",
  stock: "/products?tab=stock",
  templates: "/products?tab=templates",
  metrics: "/metrics",
  settings: "/settings",
  stores: "/settings?tab=stores",
  users: "/settings?tab=users",
  tokens: "/settings?tab=tokens",
  rates: "/settings?tab=rates",
  accounting: "/settings?tab=accounting",
  owners: "/settings?tab=owners",
  notify: "/settings?tab=notify",
  retention: "/settings?tab=retention",
  audit: "/settings?tab=audit",
  maintenance: "/settings?tab=maintenance",
  past: "/profit?range=all&as_of=1",
  look: "/settings?tab=look",
  suppliers: "/c/product/records/supplier",
  supplier: "/c/product/records/supplier?add=true",
  order: "/c/product/records/purchase_order?add=true",
  replenishment: "/c/product/boards/replenishment",
  unpictured: "/c/product/boards/documents_due",
};

const LANGUAGES: Language[] = ["en", "zh-CN"];

/** Parts of the pages, so that none takes long and workers that run side by side end together. */
const PARTS = 4;
const SIZE = Math.ceil(Object.keys(PAGES).length / PARTS);
const PART_PAGES = Array.from({ length: PARTS }, (_, part) =>
  Object.entries(PAGES).slice(part * SIZE, (part + 1) * SIZE),
);

/** The only rule whose outcome depends on the colours of a theme. */
const COLOUR_RULES = ["color-contrast"];

test.describe("every page, in both languages, light and dark", () => {
  test.describe.configure({ mode: "parallel" });
  let argosy: Argosy;
  let api: APIRequestContext;
  const found: Record<string, string> = {};
  test.beforeAll(async () => {
    // E2E_BASE: pages that something else already serves, such as the stub.
    const served = process.env.E2E_BASE;
    argosy = served ? { url: served, stop: () => {} } : await startArgosy();
    api = await request.newContext();
    if (!served) {
      await setUpByApi(api, argosy.url);
      await importAll(api, argosy.url, reports());
      await runRules(api, argosy.url);
    }
    [found.finding, found.sku] = await somethingFound(api, argosy.url);
  });
  test.afterAll(async () => {
    await api?.dispose();
    argosy?.stop();
  });

  for (const [part, language] of PART_PAGES.flatMap((_, at) =>
    LANGUAGES.map((one) => [at, one] as const),
  )) {
    test(`has no accessibility violation: ${language}, part ${part + 1}`, async ({ browser }) => {
      const { page, context, errors } = await open(browser, argosy.url, language, "system");
      await speakByApi(api, argosy.url, language);
      await context.addCookies((await api.storageState()).cookies);
      for (const [name, path] of PART_PAGES[part] ?? []) {
        await test.step(name, async () => {
          await page.emulateMedia({ colorScheme: "light" });
          await page.goto(path.replace(/\{(\w+)\}/, (_, what) => found[what] ?? ""));
          await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
          await settled(page);
          await shoot(page, `${name}-${language}-light`);
          await expectAccessible(page);
          await page.emulateMedia({ colorScheme: "dark" });
          await expect(page.locator("html")).toHaveCSS("color-scheme", "dark");
          await settled(page);
          await shoot(page, `${name}-${language}-dark`);
          await expectAccessible(page, COLOUR_RULES);
        });
      }
      expect(errors).toEqual([]);
    });
  }

  test("has no accessibility violation in what opens over a page", async ({ browser }) => {
    const { page, context } = await open(browser, argosy.url, "en", "light");
    await speakByApi(api, argosy.url, "en");
    await context.addCookies((await api.storageState()).cookies);
    await page.goto("/?range=all");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await settled(page);
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("combobox", { name: "Search or jump to" })).toBeFocused();
    await expectAccessible(page);
    await page.keyboard.type("recon");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/reconcile\?.*range=all/);
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Jobs" }).click();
    await expect(page.getByRole("dialog", { name: "Jobs" })).toBeVisible();
    await settled(page);
    await expectAccessible(page);
  });
});
