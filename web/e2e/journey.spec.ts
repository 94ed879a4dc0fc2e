import { expect, type Page, test } from "@playwright/test";
import { PHOTO, SETTLEMENT } from "./files";
import { expectAccessible, type Language, OWNER, open, settled, shoot, texts } from "./person";
import { type Argosy, startArgosy } from "./server";

const LANGUAGES: Language[] = ["en", "zh-CN"];

async function setUp(page: Page, t: (key: string) => string) {
  await page.goto("/");
  await expect(page.getByRole("heading", { name: t("setup.title") })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel(t("settings.company_name")).fill("Lantern Home");
  await page.getByLabel(t("session.login")).fill(OWNER.login);
  await page.getByLabel(t("session.password")).fill(OWNER.password);
  await page.getByRole("button", { name: t("setup.start") }).click();
  await expect(page.getByText(t("overview.empty"), { exact: true })).toBeVisible();
}

async function drop(page: Page, paths: string[]) {
  await page.locator('.drop input[type="file"]').setInputFiles(paths);
}

for (const language of LANGUAGES) {
  test.describe(`a new seller who reads ${language}`, () => {
    // The second visit needs the home that the first one made.
    test.describe.configure({ mode: "serial" });
    const t = texts(language);
    let argosy: Argosy;
    test.beforeAll(async () => {
      argosy = await startArgosy();
    });
    test.afterAll(() => argosy?.stop());

    test("sets up, drops a report, sees the profit and opens it down to the source line", async ({
      browser,
    }) => {
      const { page, errors } = await open(browser, argosy.url, language, "light");
      await setUp(page, t);
      await expectAccessible(page);
      await shoot(page, `journey-${language}-1-empty`);

      await page
        .locator("main")
        .getByLabel(t("field.store"), { exact: true })
        .fill(SETTLEMENT.store);
      await drop(page, [SETTLEMENT.path]);
      await expect(page.locator('[data-kpi="net_sales"] .kpi-value')).toContainText(/[1-9]/);
      await settled(page);
      await shoot(page, `journey-${language}-2-overview`);

      // The same file again counts once; a picture is refused, with a reason.
      await page.getByRole("link", { name: t("nav.data"), exact: true }).click();
      const jobs = page.locator(".drop-jobs");
      await drop(page, [SETTLEMENT.path]);
      await expect(jobs.getByText(t("state_of.duplicate"), { exact: true })).toBeVisible();
      await drop(page, [PHOTO.path]);
      await expect(jobs.getByText(t("state_of.failed"), { exact: true })).toBeVisible();

      await page.getByRole("link", { name: t("nav.profit"), exact: true }).click();
      const statement = page.getByRole("treegrid", { name: t("profit.statement_title") });
      const netSales = statement.locator(".subtotal [data-column=total]").first();
      await expect(netSales).toContainText(/[1-9]/);
      await settled(page);
      await shoot(page, `journey-${language}-3-profit`);

      // By keyboard: from the header to the first amount, then into its ledger rows.
      await statement.getByRole("columnheader").first().focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      const ledger = page.getByRole("grid", { name: t("drill.rows") });
      await expect(ledger).toBeVisible();
      await ledger.locator("[data-column=amount]").first().click();
      const source = page.getByRole("region", { name: t("drill.source"), exact: true });
      await expect(source.locator("mark")).toBeVisible();
      await expect(source).toContainText("settlement_v2.en-US.txt");
      await settled(page);
      await expectAccessible(page);
      await shoot(page, `journey-${language}-4-source`);

      // Escape goes back one step at a time.
      await page.keyboard.press("Escape");
      await expect(source).toBeHidden();
      await page.keyboard.press("Escape");
      await expect(ledger).toBeHidden();
      await page.getByRole("link", { name: t("nav.reconcile"), exact: true }).click();
      await expect(page.getByRole("grid", { name: t("nav.reconcile") })).toContainText(
        t("reconcile.balanced"),
      );

      // Before importing: what each room would make of a file, and why one is no report.
      await page.goto("/data?tab=walk");
      const walk = page.locator(".walk");
      await walk.locator('input[type="file"]').setInputFiles([SETTLEMENT.path]);
      await expect(walk).toContainText("amazon.settlement_v2@");
      await expect(walk.getByRole("grid", { name: t("walk.first_rows") })).toContainText(
        "Principal",
      );
      await settled(page);
      await expectAccessible(page);
      await shoot(page, `journey-${language}-5-walk`);
      await walk.locator('input[type="file"]').setInputFiles([PHOTO.path]);
      await expect(walk.getByText(t("walk.no_report"))).toBeVisible();

      // Every page as of a past import, said so on each, and one click back.
      await page.goto("/data?import=1");
      await page.getByRole("button", { name: t("as_of.look") }).click();
      const banner = page.getByRole("status").filter({ hasText: SETTLEMENT.store });
      await expect(banner).toBeVisible();
      await page.getByRole("link", { name: t("nav.profit"), exact: true }).click();
      await expect(page).toHaveURL(/as_of=1/);
      await expect(netSales).toContainText(/[1-9]/);
      await banner.getByRole("button", { name: t("as_of.back") }).click();
      await expect(banner).toBeHidden();
      expect(errors).toEqual([]);
    });

    test("comes back, signs in and finds the scope in the address", async ({ browser }) => {
      const { page } = await open(browser, argosy.url, language, "dark");
      await page.goto("/profit?range=all&currency=EUR");
      await expect(page.getByRole("heading", { name: t("session.sign_in") })).toBeVisible();
      await expectAccessible(page);
      await page.getByLabel(t("session.login")).fill(OWNER.login);
      await page.getByLabel(t("session.password")).fill("not the password");
      await page.getByRole("button", { name: t("session.sign_in") }).click();
      await expect(page.getByRole("alert")).toHaveText(t("error.wrong_credentials"));
      await page.getByLabel(t("session.password")).fill(OWNER.password);
      await page.getByRole("button", { name: t("session.sign_in") }).click();
      const statement = page.getByRole("treegrid", { name: t("profit.statement_title") });
      await expect(statement).toContainText("€");
      await page.getByRole("link", { name: t("nav.overview"), exact: true }).click();
      await expect(page).toHaveURL(/range=all.*currency=EUR|currency=EUR.*range=all/);
    });
  });
}
