import { readFileSync } from "node:fs";
import { type APIRequestContext, expect, type Page, request, test } from "@playwright/test";
import {
  expectAccessible,
  type Language,
  open,
  settled,
  shoot,
  signInByApi,
  speakByApi,
  texts,
} from "./person";
import { type Argosy, DEMO, startArgosy } from "./server";

const LANGUAGES: Language[] = ["en", "zh-CN"];

/** Making the demo company takes a while on a busy machine. */
const DEMO_MS = 480_000;

/** The list of the select that is open. */
const SHOWN = ".ant-select-dropdown:not(.ant-select-dropdown-hidden)";

type Words = { en: string; "zh-CN": string };
interface Field {
  id: string;
  name: Words;
  fields?: Field[];
}
interface Kind {
  title: Words;
  one: Words;
  fields: Field[];
  states?: { moves: { id: string; name: Words }[] };
  papers: { id: string; name: Words }[];
}

/** What a kind calls its fields and moves, as its knowledge file says. */
async function wordsOf(api: APIRequestContext, url: string, kind: string, language: Language) {
  const told = (await (await api.get(`${url}/api/v1/kinds/${kind}`)).json()) as Kind;
  const find = (id: string) => {
    const [outer, inner] = id.split(".");
    const field = told.fields.find((one) => one.id === outer);
    const found = inner ? field?.fields?.find((one) => one.id === inner) : field;
    if (!found) throw new Error(`${kind} has no field ${id}`);
    return found.name[language];
  };
  return {
    title: told.title[language],
    field: find,
    move: (id: string) =>
      told.states?.moves.find((one) => one.id === id)?.name[language] ?? `no move ${id}`,
    paper: (id: string) =>
      told.papers.find((one) => one.id === id)?.name[language] ?? `no paper ${id}`,
  };
}

/** Types into a select and takes the option that holds the text. */
async function choose(page: Page, label: string, typed: string) {
  const box = page.getByRole("dialog").last().getByLabel(label).first();
  await box.click();
  await box.fill(typed);
  await page.locator(`${SHOWN} .ant-select-item-option`, { hasText: typed }).first().click();
}

test.describe("buyers of the demo company", () => {
  // Each finds what the one before has left.
  test.describe.configure({ mode: "serial", timeout: DEMO_MS });
  let argosy: Argosy;
  let api: APIRequestContext;
  test.beforeAll(async () => {
    test.setTimeout(DEMO_MS);
    // E2E_BASE: a demo company that is served already.
    const served = process.env.E2E_BASE;
    argosy = served ? { url: served, stop: () => {} } : await startArgosy(true);
    api = await request.newContext();
    await signInByApi(api, argosy.url, DEMO);
  });
  test.afterAll(async () => {
    await api?.dispose();
    argosy?.stop();
  });

  for (const language of LANGUAGES) {
    const t = texts(language);
    // E2E_RUN keeps apart what several runs leave in one company.
    const code = `E2E-${language.slice(0, 2).toUpperCase()}${process.env.E2E_RUN ?? ""}`;
    const as = async (browser: Parameters<typeof open>[0], theme: "light" | "dark" = "light") => {
      await speakByApi(api, argosy.url, language);
      const opened = await open(browser, argosy.url, language, theme);
      await opened.context.addCookies((await api.storageState()).cookies);
      return opened;
    };
    const kind = (id: string) => wordsOf(api, argosy.url, id, language);

    test(`${language}: from a supplier to an approved order on paper`, async ({ browser }) => {
      const { page, errors } = await as(browser);
      const supplier = await kind("supplier");
      await page.goto("/c/product/records/supplier");
      await expect(page.getByRole("heading", { level: 1, name: supplier.title })).toBeVisible();
      await settled(page);
      await expectAccessible(page);
      await shoot(page, `chapter-${language}-1-suppliers`);

      // By keyboard: a new supplier; what is missing is told at its field.
      await page.keyboard.press("n");
      const form = page.getByRole("dialog");
      await form.getByLabel(supplier.field("code")).fill(code);
      await form.getByRole("button", { name: t("action.save") }).click();
      const name = form.getByLabel(supplier.field("name")).first();
      await expect(name).toHaveAttribute("aria-invalid", "true");
      await expectAccessible(page);
      await name.fill(`Lantern Works ${language}`);
      await form.getByRole("button", { name: t("action.save") }).click();
      await expect(page).toHaveURL(new RegExp(`open=${code}`));
      await settled(page);
      await expectAccessible(page);
      await shoot(page, `chapter-${language}-2-supplier`);

      // What it asks for a product.
      const { products } = await (await api.get(`${argosy.url}/api/v1/products?limit=1`)).json();
      const sku: string = products[0].sku;
      const price = await kind("supplier_price");
      await page.goto("/c/product/records/supplier_price?add=true");
      await expect(page.getByLabel(price.field("supplier")).first()).toBeVisible();
      await choose(page, price.field("supplier"), code);
      await choose(page, price.field("sku"), sku);
      await choose(page, price.field("currency"), "CNY");
      const prices = page.getByRole("dialog");
      await prices.getByLabel(price.field("since")).first().fill("2026-01-05");
      await page.keyboard.press("Enter");
      await prices.getByLabel(price.field("lead_days")).first().fill("25");
      await prices
        .getByRole("button", { name: t("chapter.line_add") })
        .first()
        .click();
      const tier = (id: string) =>
        t("chapter.line_field")
          .replace("{{field}}", price.field(`tiers.${id}`))
          .replace("{{line}}", "1");
      await prices.getByLabel(tier("from_units"), { exact: true }).fill("1");
      await prices.getByLabel(tier("price"), { exact: true }).fill("28.50");
      await prices.getByRole("button", { name: t("action.save") }).click();
      await expect(page).toHaveURL(/open=/);

      // An order with a line, approved, and its paper.
      const order = await kind("purchase_order");
      await page.goto("/c/product/records/purchase_order?add=true");
      await expect(page.getByLabel(order.field("supplier")).first()).toBeVisible();
      await choose(page, order.field("supplier"), code);
      await choose(page, order.field("currency"), "CNY");
      const draft = page.getByRole("dialog");
      await draft.getByLabel(order.field("ordered_on")).first().fill("2026-06-20");
      await page.keyboard.press("Enter");
      await draft
        .getByRole("button", { name: t("chapter.line_add") })
        .first()
        .click();
      const line = (id: string) =>
        t("chapter.line_field")
          .replace("{{field}}", order.field(`lines.${id}`))
          .replace("{{line}}", "1");
      await choose(page, line("sku"), sku);
      await draft.getByLabel(line("units"), { exact: true }).fill("300");
      await draft.getByLabel(line("price"), { exact: true }).fill("28.50");
      await draft.getByRole("button", { name: t("action.save") }).click();
      await expect(page).toHaveURL(/open=PO-/);
      await settled(page);
      const record = page.getByRole("dialog");
      await record.getByRole("button", { name: order.move("approve"), exact: true }).click();
      await expect(record.getByRole("button", { name: order.move("send") })).toBeVisible();
      await settled(page);
      await expectAccessible(page);
      await shoot(page, `chapter-${language}-3-order`);
      const downloads = page.waitForEvent("download");
      await record.getByRole("button", { name: "PDF" }).click();
      await page
        .getByRole("menuitem", {
          name: `${order.paper("order")} · ${language === "en" ? "English" : "中文"}`,
        })
        .click();
      const file = await (await downloads).path();
      expect(readFileSync(file).subarray(0, 5).toString()).toBe("%PDF-");

      // Who did what, and who refers to the supplier.
      await record.getByRole("tab", { name: t("chapter.history") }).click();
      await expect(
        record.getByText(t("chapter.version").replace("{{version}}", "2")),
      ).toBeVisible();
      await expectAccessible(page);
      await page.goto(`/c/product/records/supplier/${code}?tab=used`);
      await expect(page.getByRole("link", { name: /PO-/ }).first()).toBeVisible();
      await settled(page);
      await expectAccessible(page);
      expect(errors).toEqual([]);
    });

    test(`${language}: suppliers come in from a workbook, after a preview`, async ({ browser }) => {
      const { page, errors } = await as(browser, "dark");
      const headers = { "X-Argosy": "1", Origin: argosy.url };
      const one = `${code}-XL`;
      const records = `${argosy.url}/api/v1/records/supplier`;
      const body = { code: one, name: "Sheet Supplier" };
      const made = await api.post(records, { headers, data: { body } });
      expect(made.status(), await made.text()).toBe(201);
      const file = test.info().outputPath("suppliers.xlsx");
      const sheet = await api.get(`${records}/export?format=xlsx&lang=${language}&q=${one}`);
      const { writeFileSync } = await import("node:fs");
      writeFileSync(file, await sheet.body());
      const gone = await api.delete(`${records}/${one}`, { headers });
      expect(gone.ok(), await gone.text()).toBe(true);

      await page.goto("/c/product/records/supplier");
      await settled(page);
      await page.getByRole("button", { name: t("chapter.import") }).click();
      const dialog = page.getByRole("dialog");
      await dialog.locator("input[type=file]").setInputFiles(file);
      await expect(dialog.locator("[data-count=new] dd")).toHaveText("1", { timeout: 60_000 });
      await expect(dialog.locator("[data-count=wrong] dd")).toHaveText("0");
      await settled(page);
      await expectAccessible(page);
      await shoot(page, `chapter-${language}-4-import`);
      await dialog.getByRole("button", { name: /1/ }).last().click();
      await expect(dialog).toBeHidden();
      await page.goto(`/c/product/records/supplier?q=${one}`);
      await expect(page.getByRole("rowheader", { name: one })).toBeVisible();
      expect(errors).toEqual([]);
    });

    test(`${language}: every board of the chapter opens, and its rows`, async ({ browser }) => {
      const { page, errors } = await as(browser);
      const { chapters } = await (await api.get(`${argosy.url}/api/v1/chapters`)).json();
      const pages: { chapter: string; page: string; id: string; title: Words }[] = chapters.flatMap(
        (chapter: { id: string; sections: { pages: object[] }[] }) =>
          chapter.sections.flatMap(({ pages }) =>
            pages.map((one) => ({ chapter: chapter.id, ...one })),
          ),
      );
      expect(pages.length).toBeGreaterThan(10);
      // Lists of records are drawn by one page: a few of them stand for all.
      const looked = (at: number, sort: string) => sort === "board" || at % 7 === 0;
      for (const { chapter, page: sort, id, title } of pages.filter((one, at) =>
        looked(at, one.page),
      )) {
        await test.step(`${sort} ${id}`, async () => {
          const part = sort === "board" ? "boards" : "records";
          await page.goto(`/c/${chapter}/${part}/${id}`);
          await expect(
            page.getByRole("heading", { level: 1, name: title[language], exact: true }),
          ).toBeVisible();
          await settled(page);
          await expect(page.locator("main .state[role=alert]")).toHaveCount(0);
          await shoot(page, `chapter-${language}-${sort}-${id}`);
          await expectAccessible(page);
          const cell = page.locator("main .grid-body .grid-cell.opens").first();
          if ((await cell.count()) === 0) return;
          await cell.click({ position: { x: 60, y: 12 } });
          const drawer = page.locator(".ant-drawer.ant-drawer-open").first();
          await expect(drawer).toBeVisible();
          await settled(page);
          await expect(drawer.locator(".state[role=alert]")).toHaveCount(0);
          await shoot(page, `chapter-${language}-${sort}-${id}-row`);
          // What opens is drawn by one part for all boards.
          if (id.length % 3 === 0) await expectAccessible(page);
        });
      }
      expect(errors).toEqual([]);
    });
  }
});
