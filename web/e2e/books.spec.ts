import { expect, type Locator, type Page, request, test } from "@playwright/test";
import { SETTLEMENT } from "./files";
import { expectAccessible, importAll, open, settled, setUpByApi, shoot, texts } from "./person";
import { type Argosy, startArgosy } from "./server";

const t = texts("en");

/** A bank's own table: no definition knows it. */
const BANK = [
  "Booking day;Reference;Amount;Currency",
  "02.07.2026;AMAZON PAYMENTS;582,89;USD",
  "03.07.2026;Interest;1,20;USD",
  "",
].join("\n");

/** The template for purchases, filled in. */
const PURCHASES = [
  "Document,Kind,Received,Warehouse,SKU,Units,Unit cost,Currency",
  "PO-2,purchase,2026-06-01,fba-us,CANDLE,30,2.00,USD",
  "",
].join("\n");

async function choose(page: Page, field: Locator, option: string, search?: string) {
  await field.click();
  if (search) await field.fill(search);
  await page.locator(`.ant-select-item-option[title="${option}"]:visible`).click();
}

test.describe("the books of a seller", () => {
  test.describe.configure({ mode: "serial" });
  let argosy: Argosy;
  let page: Page;
  let errors: string[];
  test.beforeAll(async ({ browser }) => {
    argosy = await startArgosy();
    const api = await request.newContext();
    await setUpByApi(api, argosy.url);
    await importAll(api, argosy.url, [SETTLEMENT]);
    const person = await open(browser, argosy.url, "en", "light");
    await person.context.addCookies((await api.storageState()).cookies);
    await api.dispose();
    ({ page, errors } = person);
  });
  test.afterAll(() => argosy?.stop());

  test("an unknown fee is booked to a line, seen in the profit, and taken back", async () => {
    await page.goto("/data?tab=quarantine");
    const unknown = page.getByRole("grid", { name: t("data.quarantine") });
    await unknown.getByRole("button").first().click();
    const dialog = page.getByRole("dialog");
    await choose(page, dialog.getByLabel(t("booking.line")), "Storage fee", "Storage fee");
    await expect(dialog.getByRole("status")).toContainText("4.10");
    await expectAccessible(page);
    await dialog.getByRole("button", { name: t("booking.book_short") }).click();
    const booked = page.getByRole("grid", { name: t("booking.list") });
    await expect(booked).toContainText(t("booking.holds"));
    await expect(page.getByText(t("data.quarantine_none"))).toBeVisible();
    await booked.getByRole("button").click();
    await expect(booked).toContainText(t("booking.taken_back"));
    await expect(unknown).toBeVisible();
  });

  test("a table nobody knows is mapped once, with a preview of what it becomes", async () => {
    await page.goto("/data?tab=mapping");
    await page.locator('.mapping-drop input[type="file"]').setInputFiles({
      name: "bank.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(BANK),
    });
    const table = page.getByLabel(t("mapping.table"), { exact: true });
    await choose(page, table, t("table.bank"));
    await expect(page.locator(".mapping-tried")).toContainText(t("table.bank"));
    await settled(page);
    await expectAccessible(page);
    await shoot(page, "journey-en-mapping");
    await page.getByRole("button", { name: t("mapping.save") }).click();
    await expect(page.getByRole("heading", { name: t("mapping.list") })).toBeVisible();

    // From now on it is a report like any other; its lines are looked for among the payouts.
    await page.goto("/data");
    await page.locator("main").getByLabel(t("field.store"), { exact: true }).fill("bank");
    await page.locator('.drop input[type="file"]').setInputFiles({
      name: "july.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(BANK),
    });
    await expect(page.locator(".drop-jobs .tag.good")).toBeVisible();
    await page.goto("/reconcile?from=2026-01-01&to=2026-12-31&tab=bank");
    await expect(page.getByRole("grid", { name: t("reconcile.check.unmatched") })).toContainText(
      "Interest",
    );
  });

  test("every fact can be asked in SQL, and a wrong question says what is wrong", async () => {
    await page.goto("/data?tab=sql");
    await page.getByLabel(t("sql.query")).fill("select count(*) as n, sum(amount) from ledger");
    await page.keyboard.press("Control+Enter");
    const answer = page.getByRole("grid", { name: t("sql.answer") });
    await expect(answer.locator("[data-column=n]")).toHaveText(/[1-9]/);
    await expectAccessible(page);
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      (async () => {
        await page.getByRole("button", { name: t("grid.export") }).click();
        await page.getByRole("menuitem", { name: "CSV" }).click();
      })(),
    ]);
    expect(file.suggestedFilename()).toMatch(/\.csv$/);
    await page.getByLabel(t("sql.query")).fill("delete from ledger");
    await page.getByRole("button", { name: t("sql.run") }).click();
    await expect(page.getByRole("alert")).toBeVisible();
    await expect(answer).toBeHidden();
  });

  test("the house is checked, and the facts are made anew from the files as received", async () => {
    await page.goto("/settings?tab=maintenance");
    await expect(page.getByText(t("maintenance.knowledge_good"))).toBeVisible();
    await expect(page.getByText(t("maintenance.audit_good"))).toBeVisible();
    await expect(page.getByRole("grid", { name: t("maintenance.files") })).toContainText(
      ".parquet",
    );
    await page.getByRole("button", { name: t("maintenance.rebuild_do") }).click();
    const sure = page.getByRole("tooltip");
    await expect(sure).toContainText(t("maintenance.rebuild_sure"));
    await expectAccessible(page);
    await sure.getByRole("button", { name: t("maintenance.rebuild_do") }).click();
    await expect(page.locator(".maintenance .job .tag.good")).toBeVisible();
    await page.goto("/profit?range=all");
    const statement = page.getByRole("treegrid", { name: t("profit.statement_title") });
    await expect(statement.locator(".subtotal [data-column=total]").first()).toContainText(/[1-9]/);
  });

  test("goods are bought, and the stock is worth what they cost", async () => {
    await page.goto("/products?tab=purchases");
    await page.getByRole("button", { name: t("costs.add_purchases") }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(t("field.document"), { exact: true }).fill("PO-1");
    await dialog.getByLabel(t("field.warehouse"), { exact: true }).fill("fba-us");
    await dialog.getByLabel(t("field.sku"), { exact: true }).fill("LANTERN");
    await dialog.getByLabel(t("field.quantity"), { exact: true }).fill("10");
    await dialog.getByLabel(t("field.unit_cost"), { exact: true }).fill("4.50");
    await expectAccessible(page);
    await dialog.getByRole("button", { name: t("action.save") }).click();
    await expect(page.getByRole("grid", { name: t("costs.purchases") })).toContainText("$4.50");

    // Many at once, by the template.
    await page.goto("/products?tab=templates");
    await page.locator('.templates input[type="file"]').setInputFiles({
      name: "purchases.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(PURCHASES),
    });
    await expect(page.locator(".template-jobs .tag.good")).toBeVisible();
    await page.goto("/products?tab=stock&from=2026-06-01&to=2027-12-31");
    const stock = page.getByRole("treegrid", { name: t("costs.stock_value") });
    await expect(stock).toContainText("$45.00");
    await expect(stock).toContainText("$60.00");
    await expect(stock).toContainText("$105.00");
    await stock.getByRole("button").first().click();
    await expect(page.getByRole("treegrid", { name: t("costs.flow") })).toContainText(
      t("costs.event.purchase"),
    );
    await settled(page);
    await expectAccessible(page);
  });

  test("what cannot be loaded says so and can be tried again", async () => {
    await page.route("**/api/v1/scope*", (route) => route.fulfill({ status: 500, json: {} }));
    await page.goto("/profit?range=all");
    const retry = page.getByRole("button", { name: t("state.retry") });
    await expect(retry).toBeVisible();
    await page.unroute("**/api/v1/scope*");
    await retry.click();
    await expect(page.getByRole("treegrid", { name: t("profit.statement_title") })).toBeVisible();
  });

  test("an import that was a mistake is taken back, and the figures are as before it", async () => {
    await page.goto("/data?import=1");
    await page.getByRole("button", { name: t("undo.do") }).click();
    await page
      .getByRole("tooltip")
      .getByRole("button", { name: t("undo.do") })
      .click();
    await expect(page.getByRole("dialog")).toContainText(t("state_of.undone"));
    await page.goto("/");
    await expect(page.getByText(t("overview.empty"), { exact: true })).toBeVisible();
    expect(errors).toEqual([]);
  });
});
