import { type APIRequestContext, expect, request, test } from "@playwright/test";
import { reports } from "./files";
import {
  expectAccessible,
  importAll,
  type Language,
  open,
  settled,
  setUpByApi,
  type Theme,
} from "./person";
import { type Argosy, startArgosy } from "./server";

const PAGES: Record<string, string> = {
  overview: "/?range=all",
  profit: "/profit?range=all&by=channel",
  pivot: "/profit?range=all&view=pivot&by=seller_sku,market",
  reconcile: "/reconcile?range=all",
  data: "/data",
  import: "/data?import=1",
  quarantine: "/data?tab=quarantine",
  reports: "/data?tab=reports",
  products: "/products",
  unpaired: "/products?tab=unpaired",
  pairings: "/products?tab=pairings",
  templates: "/products?tab=templates",
  metrics: "/metrics",
  settings: "/settings",
  stores: "/settings?tab=stores",
  users: "/settings?tab=users",
  tokens: "/settings?tab=tokens",
  rates: "/settings?tab=rates",
  look: "/settings?tab=look",
};

const LOOKS: [Language, Theme][] = [
  ["en", "light"],
  ["en", "dark"],
  ["zh-CN", "light"],
  ["zh-CN", "dark"],
];

test.describe("every page, in both languages, light and dark", () => {
  let argosy: Argosy;
  let api: APIRequestContext;
  test.beforeAll(async () => {
    // E2E_BASE: pages that something else already serves, such as the stub.
    const served = process.env.E2E_BASE;
    argosy = served ? { url: served, stop: () => {} } : await startArgosy();
    api = await request.newContext();
    if (served) return;
    await setUpByApi(api, argosy.url);
    await importAll(api, argosy.url, reports());
  });
  test.afterAll(async () => {
    await api?.dispose();
    argosy?.stop();
  });

  for (const [language, theme] of LOOKS) {
    test(`has no accessibility violation: ${language} ${theme}`, async ({ browser }) => {
      const { page, context, errors } = await open(browser, argosy.url, language, theme);
      await context.addCookies((await api.storageState()).cookies);
      for (const [name, path] of Object.entries(PAGES)) {
        await test.step(name, async () => {
          await page.goto(path);
          await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
          await settled(page);
          await page.screenshot({ path: `e2e/shots/${name}-${language}-${theme}.png` });
          await expectAccessible(page);
        });
      }
      expect(errors).toEqual([]);
    });
  }

  test("has no accessibility violation in what opens over a page", async ({ browser }) => {
    const { page, context } = await open(browser, argosy.url, "en", "light");
    await context.addCookies((await api.storageState()).cookies);
    await page.goto("/?range=all");
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
