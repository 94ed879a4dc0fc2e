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

/** Making the demo company takes a while on a busy machine. */
const DEMO_MS = 300_000;

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
