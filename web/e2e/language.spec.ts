import { type APIRequestContext, expect, type Page, request, test } from "@playwright/test";
import { type Language, OWNER, open, setUpByApi, texts } from "./person";
import { type Argosy, startArgosy } from "./server";

const en = texts("en");
const zh = texts("zh-CN");

async function signIn(page: Page, t: (key: string) => string) {
  await expect(page.getByRole("heading", { name: t("session.sign_in") })).toBeVisible();
  await page.getByLabel(t("session.login")).fill(OWNER.login);
  await page.getByLabel(t("session.password")).fill(OWNER.password);
  await page.getByRole("button", { name: t("session.sign_in") }).click();
}

async function expectLanguage(page: Page, language: Language) {
  const t = texts(language);
  await expect(page.getByRole("link", { name: t("nav.profit"), exact: true })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", language);
}

test.describe("the language of the pages", () => {
  let argosy: Argosy;
  let api: APIRequestContext;
  test.beforeAll(async () => {
    argosy = await startArgosy();
    api = await request.newContext();
    await setUpByApi(api, argosy.url);
  });
  test.afterAll(async () => {
    await api?.dispose();
    argosy?.stop();
  });

  test("is that of the browser before, and that of the account after signing in", async ({
    browser,
  }) => {
    const { page } = await open(browser, argosy.url, "zh-CN", "light");
    await page.goto("/profit");
    await signIn(page, zh);
    await expectLanguage(page, "en");

    // Chosen in the menu it takes effect at once, and stays after a reload.
    await page.getByRole("button", { name: en("session.menu") }).click();
    await page.getByRole("menuitem", { name: "中文" }).click();
    await expectLanguage(page, "zh-CN");
    await page.reload();
    await expectLanguage(page, "zh-CN");

    // Another browser that speaks English asks in English and then shows the account's Chinese.
    const other = await open(browser, argosy.url, "en", "light");
    await other.page.goto("/");
    await signIn(other.page, en);
    await expectLanguage(other.page, "zh-CN");

    // After signing out the page is the browser's again.
    await other.page.getByRole("button", { name: zh("session.menu") }).click();
    await other.page.getByRole("menuitem", { name: zh("session.sign_out") }).click();
    await expect(other.page.getByRole("heading", { name: en("session.sign_in") })).toBeVisible();
  });
});
