import { type APIRequestContext, expect, request, test } from "@playwright/test";
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

/** The list of the select that is open. */
const SHOWN = ".ant-select-dropdown:not(.ant-select-dropdown-hidden)";

/** Making the demo company takes a while on a busy machine. */
const DEMO_MS = 300_000;

/** A finding handed out and done in one go, as a list does it: nobody is asked what was changed. */
async function doneWithoutAWord(api: APIRequestContext, url: string): Promise<number> {
  const headers = { "X-Argosy": "1", Origin: url };
  const { findings } = await (await api.get(`${url}/api/v1/findings?state=new&limit=50`)).json();
  const one = findings.find(({ subject }: { subject: { key: object } }) => "store" in subject.key);
  const accepted = await api.post(`${url}/api/v1/findings/${one.id}/accept`, { headers, data: {} });
  const { id } = await accepted.json();
  const done = await api.patch(`${url}/api/v1/tasks/${id}`, { headers, data: { state: "done" } });
  expect(done.ok(), await done.text()).toBe(true);
  return id;
}

test.describe("managers of the demo company", () => {
  // Each finds what the one before has left.
  test.describe.configure({ mode: "serial", timeout: DEMO_MS });
  let argosy: Argosy;
  let api: APIRequestContext;
  test.beforeAll(async () => {
    test.setTimeout(DEMO_MS);
    argosy = await startArgosy(true);
    api = await request.newContext();
    await signInByApi(api, argosy.url, DEMO);
  });
  test.afterAll(async () => {
    await api?.dispose();
    argosy?.stop();
  });

  for (const language of LANGUAGES) {
    const t = texts(language);

    test(`${language}: see what is wrong, hand it out, have it done, find the effect`, async ({
      browser,
    }) => {
      await speakByApi(api, argosy.url, language);
      const { page, context, errors } = await open(browser, argosy.url, language, "light");
      await context.addCookies((await api.storageState()).cookies);
      await page.goto("/?family=ads");

      // The rules run on demand, with their progress, and the queue fills.
      const queue = page.getByRole("list", { name: t("today.queue") });
      await page
        .getByRole("button", { name: t("today.run") })
        .first()
        .click();
      const findings = queue.locator("li.finding");
      await expect(findings.first()).toBeVisible({ timeout: 120_000 });
      await settled(page);
      await expectAccessible(page);
      await shoot(page, `loop-${language}-1-today`);

      // By keyboard: the second finding is put away with a reason, and taken back.
      const before = await findings.count();
      await page.keyboard.press("j");
      if (before > 1) {
        await page.keyboard.press("j");
        await page.keyboard.press("d");
        const dialog = page.getByRole("dialog");
        await dialog.getByRole("radio", { name: t("finding.because.known") }).check();
        await expectAccessible(page);
        await dialog.getByRole("button", { name: t("finding.dismiss"), exact: true }).click();
        await expect(dialog).toBeHidden();
        await expect(findings).toHaveCount(before - 1);
        await page.keyboard.press("u");
        await expect(findings).toHaveCount(before);
        await page.keyboard.press("k");
      }

      // The finding itself: why, how much, on what evidence.
      const [first] = await findings.all();
      const title = (await first?.locator(".finding-title").innerText()) ?? "";
      await page.keyboard.press("o");
      await expect(page).toHaveURL(/\/findings\//);
      for (const part of ["finding.why", "finding.money", "finding.evidence"]) {
        await expect(page.getByRole("region", { name: t(part), exact: true })).toBeVisible();
      }
      await settled(page);
      await expectAccessible(page);
      await shoot(page, `loop-${language}-2-finding`);

      // Accepted with the form, which says first whether an effect can be told.
      await page.keyboard.press("a");
      const accept = page.getByRole("dialog");
      await expect(accept.getByLabel(t("field.owner"), { exact: true })).toBeVisible();
      await settled(page);
      await expectAccessible(page);
      await shoot(page, `loop-${language}-3-accept`);
      await accept
        .getByRole("button", {
          name: t(
            language === "en" ? "finding.create_task_one" : "finding.create_task_other",
          ).replace("{{count}}", "1"),
        })
        .click();
      await expect(accept).toBeHidden();
      await page.locator('.finding-bar a[href*="task="]').click();

      // The task: ticked off, talked about, done with what was changed.
      const task = page.getByRole("dialog").first();
      await expect(task).toBeVisible();
      expect(title.length).toBeGreaterThan(0);
      const steps = task.getByRole("checkbox");
      if ((await steps.count()) > 0) {
        await steps.first().click();
        await expect(steps.first()).toBeChecked();
      }
      await task.getByLabel(t("tasks.comment")).fill("Done in Seller Central.");
      await task.getByRole("button", { name: t("tasks.send") }).click();
      await expect(task.getByText("Done in Seller Central.")).toBeVisible();
      await settled(page);
      await expectAccessible(page);
      await shoot(page, `loop-${language}-4-task`);
      await task.getByRole("button", { name: t("tasks.finish") }).click();
      const record = page.getByRole("dialog", { name: t("tasks.done_title") });
      await expect(record.getByLabel(t("change.what"))).not.toHaveValue("");
      await expectAccessible(page);
      await record.getByRole("button", { name: t("tasks.finish") }).click();
      await expect(record).toBeHidden();

      // Its effect is declared, and says when it can be told or why it cannot.
      await page.getByRole("button", { name: t("tasks.open_effect") }).click();
      await expect(page).toHaveURL(/\/effects\/\d+/);
      await expect(
        page.getByRole("region", { name: t("effects.declared_title"), exact: true }),
      ).toBeVisible();
      await settled(page);
      await expectAccessible(page);
      await shoot(page, `loop-${language}-5-effect`);
      await page.getByRole("link", { name: t("nav.tasks"), exact: true }).click();
      await page.getByText(t("tasks.view_of.board"), { exact: true }).click();
      const done = page.getByRole("region", { name: t("tasks.state.done"), exact: true });
      await expect(done.getByRole("button").first()).toBeVisible();
      expect(errors).toEqual([]);
    });

    test(`${language}: record a change, say what a done task changed, and have it measured`, async ({
      browser,
    }) => {
      await speakByApi(api, argosy.url, language);
      const task = await doneWithoutAWord(api, argosy.url);
      const { page, context, errors } = await open(browser, argosy.url, language, "light");
      await context.addCookies((await api.storageState()).cookies);
      await page.goto("/changes");
      const grid = page.getByRole("grid", { name: t("nav.changes") });
      await expect(grid).toBeVisible();
      await settled(page);
      await expectAccessible(page);
      await shoot(page, `loop-${language}-6-changes`);

      // The task that was done in the list is asked about; what it changed goes on record.
      const asked = page.getByRole("region", { name: t("change.proposed"), exact: true });
      await asked
        .getByRole("row")
        .filter({ has: page.locator(`a[href*="task=${task}"]`) })
        .getByRole("button", { name: t("change.record_it") })
        .click();
      const proposed = page.getByRole("dialog");
      await expect(proposed.getByLabel(t("change.what"))).not.toHaveValue("");
      await expectAccessible(page);
      await proposed.getByRole("button", { name: t("action.save") }).click();
      await expect(proposed).toBeHidden();
      await expect(page.locator(`a[href*="task=${task}"]`)).toHaveCount(0);

      // By keyboard: another one, typed in.
      const what = `${t("change.kind.listing_image")} ${language}`;
      await page.locator("main").click({ position: { x: 2, y: 2 } });
      await page.keyboard.press("n");
      const typed = page.getByRole("dialog");
      await typed.getByLabel(t("field.store"), { exact: true }).click();
      await page.getByTitle("lantern-us", { exact: true }).click();
      await typed.getByLabel(t("change.what")).fill(what);
      await typed.getByLabel(t("field.seller_sku")).fill("LH-DL-WA-101");
      await typed.getByRole("button", { name: t("action.save") }).click();
      await expect(typed).toBeHidden();

      // Found again by words, opened, its effect declared before anybody looks.
      await page.getByRole("searchbox", { name: t("change.search") }).fill(what);
      await page.keyboard.press("Enter");
      await expect(page).toHaveURL(/q=/);
      await grid.getByText(what, { exact: true }).click();
      const drawer = page.getByRole("dialog");
      await expect(drawer).toContainText(t("change.source.typed"));
      await settled(page);
      await expectAccessible(page);
      await shoot(page, `loop-${language}-7-change`);
      await drawer.getByRole("button", { name: t("change.measure") }).click();
      const declare = page.getByRole("dialog", { name: t("effects.declare") });
      await declare.getByRole("button", { name: t("effects.declare") }).click();
      await expect(declare).toBeHidden();
      await drawer.locator('a[href*="/effects/"]').click();
      await expect(page).toHaveURL(/\/effects\/\d+/);
      await expect(page.getByRole("heading", { name: what })).toBeVisible();
      expect(errors).toEqual([]);
    });

    test(`${language}: read what a change really did, and what an experiment tells`, async ({
      browser,
    }) => {
      await speakByApi(api, argosy.url, language);
      const { page, context, errors } = await open(browser, argosy.url, language, "light");
      await context.addCookies((await api.storageState()).cookies);
      const { effects } = await (
        await api.get(`${argosy.url}/api/v1/effects?state=measured`)
      ).json();
      const told = effects.find(({ verdict }: { verdict: string }) =>
        ["gained", "lost"].includes(verdict),
      );
      expect(told, "the demo company has measured what it changed").toBeTruthy();

      await page.goto(`/effects/${told.id}`);
      const result = page.getByRole("region", { name: t("effects.result"), exact: true });
      await expect(result).toContainText(t(`effects.verdict.${told.verdict}`));
      await expect(
        page.getByRole("region", { name: t("effects.picture"), exact: true }),
      ).toBeVisible();
      await settled(page);
      await expectAccessible(page);
      await shoot(page, `loop-${language}-8-measured`);
      await page.goto("/effects?tab=gains");
      await expect(page.locator(`a[href*="/effects/${told.id}"]`)).toBeVisible();

      // An experiment is planned: power and days are seen before it starts.
      await page.goto("/experiments/new");
      await page.getByRole("radio", { name: t("experiment.kind.groups") }).check();
      await page.getByLabel(t("experiment.name"), { exact: true }).fill(`Titles ${language}`);
      await page.getByLabel(t("experiment.treatment")).fill("Colour in the title");
      await page.getByLabel(t("effects.metric")).click();
      await page.locator(`${SHOWN} .ant-select-item-option`).nth(3).click();
      await page.locator("main").getByLabel(t("field.store"), { exact: true }).click();
      await page.getByTitle("lantern-us", { exact: true }).click();
      await page.getByRole("button", { name: t("experiment.next") }).click();
      const units = page.getByLabel(t("experiment.units_of.seller_sku"), { exact: true });
      await units.click();
      for (let at = 0; at < 8; at++) {
        await page
          .locator(`${SHOWN} .ant-select-item-option:not(.ant-select-item-option-selected)`)
          .first()
          .click();
      }
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: t("experiment.next") }).click();
      const start = page.getByRole("button", { name: t("experiment.start"), exact: true });
      await expect(start).toBeEnabled({ timeout: 60_000 });
      await settled(page);
      await expectAccessible(page);
      await shoot(page, `loop-${language}-9-power`);
      await start.click();
      await expect(page).toHaveURL(/\/experiments\/\d+/);
      await expect(page.getByText(t("experiment.arm.treated")).first()).toBeAttached();

      // One of the demo company that has run shows its weeks beside those it is compared with.
      const { experiments } = await (await api.get(`${argosy.url}/api/v1/experiments`)).json();
      const ran = experiments.find(
        ({ result }: { result?: { picture?: unknown } }) => result?.picture,
      );
      expect(ran, "the demo company has run an experiment").toBeTruthy();
      await page.goto(`/experiments/${ran.id}`);
      for (const part of ["effects.result", "effects.picture_experiment", "effects.looks"]) {
        await expect(page.getByRole("region", { name: t(part), exact: true })).toBeVisible();
      }
      await settled(page);
      await expectAccessible(page);
      await shoot(page, `loop-${language}-10-experiment`);
      expect(errors).toEqual([]);
    });

    test(`${language}: set a threshold after seeing what it would have done`, async ({
      browser,
    }) => {
      await speakByApi(api, argosy.url, language);
      const { page, context, errors } = await open(browser, argosy.url, language, "dark");
      await context.addCookies((await api.storageState()).cookies);
      await page.goto("/rules/ads/search_term_wastes");
      await page
        .getByRole("button", { name: t("rules.set"), exact: false })
        .first()
        .click();
      const dialog = page.getByRole("dialog");
      await dialog
        .getByRole("button", { name: t("rules.preview").replace("{{days}}", "90") })
        .click();
      await expect(dialog.locator(".preview")).toBeVisible({ timeout: 120_000 });
      await settled(page);
      await expectAccessible(page);
      await dialog.getByRole("button", { name: t("action.save") }).click();
      await expect(dialog).toBeHidden();
      await expect(
        page.getByText(t("rules.scope_of.global").replace("{{name}}", "").trim()).first(),
      ).toBeVisible();
      expect(errors).toEqual([]);
    });
  }
});
