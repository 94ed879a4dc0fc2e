import { chromium } from "@playwright/test";
const base = "http://127.0.0.1:7200";
const [, , lang = "zh-CN", theme = "light", width = "1440"] = process.argv;
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const context = await browser.newContext({ baseURL: base, viewport: { width: Number(width), height: 900 }, locale: lang });
await context.addInitScript((kept) => localStorage.setItem("argosy.preferences", JSON.stringify(kept)), { theme });
const page = await context.newPage();
page.setDefaultTimeout(9000);
page.on("pageerror", (e) => console.log("ERR", String(e).slice(0, 200)));
await page.goto("/");
await page.locator("input[type=password]").waitFor();
await page.locator("form input").first().fill("demo");
await page.locator("input[type=password]").fill("bd9zqdjjmujauwd45h2m");
await page.keyboard.press("Enter");
await page.locator("nav.side").waitFor();
const shot = async (name) => { await page.waitForLoadState("networkidle"); await page.waitForTimeout(400); await page.screenshot({ path: `/tmp/rshots/w-${name}.png` }); console.log("shot", name); };
const step = async (name, run) => { try { await run(); } catch (e) { console.log("FAIL", name, String(e).slice(0, 300)); await shot(`fail-${name}`); } };

await step("flow", async () => {
  await page.goto("/products?tab=stock&range=all"); await page.locator("[role=treegrid]").waitFor(); await page.waitForTimeout(800);
  await page.locator(".grid-body button").last().click(); await page.waitForTimeout(1500); await shot("flow");
});
await step("quarantine", async () => {
  await page.goto("/data?tab=quarantine");
  await page.locator("[role=grid] button").first().click();
  await page.getByRole("dialog").waitFor();
  await page.getByRole("dialog").getByRole("combobox").first().fill("仓储"); await page.waitForTimeout(400);
  await page.keyboard.press("Enter"); await page.waitForTimeout(300); await shot("book2");
  await page.getByRole("dialog").locator(".ant-btn-primary").click(); await page.waitForTimeout(1500); await shot("book3");
});
await step("mapping", async () => {
  await page.goto("/data?tab=mapping");
  await page.locator('.mapping-drop input[type=file]').setInputFiles("/tmp/bank.csv");
  await page.waitForTimeout(1500); await page.locator("main").evaluate((m) => m.scrollTo(0, 9999)); await page.mouse.move(800, 600); await page.mouse.wheel(0, 3000); await shot("map1");
  await page.locator(".mapping .ant-btn-primary").click(); await page.waitForTimeout(1500); await shot("map2");
  await page.goto("/data"); await page.locator('.drop-given input').first().fill("lantern-us");
  await page.locator('.drop input[type=file]').setInputFiles("/tmp/bank.csv"); await page.waitForTimeout(3000); await shot("map3");
  await page.goto("/reconcile?range=all&tab=bank"); await page.waitForTimeout(1500); await shot("bank-real");
});
await step("replace", async () => {
  await page.goto("/data"); await page.locator('.drop-given input').first().fill("lantern-us");
  await page.getByRole("checkbox").first().check();
  const file = process.env.SETTLEMENT; await page.locator('.drop input[type=file]').setInputFiles(file); await page.waitForTimeout(3000); await shot("replace");
});
await step("undo", async () => {
  await page.goto("/data?import=100"); await page.waitForTimeout(1000); await shot("import100");
  await page.getByRole("button", { name: "撤销这次导入" }).click().catch(async () => { await page.locator(".import-detail button").nth(1).click(); });
  await page.waitForTimeout(400); await shot("undo1");
  await page.locator(".ant-popover .ant-btn-primary").click(); await page.waitForTimeout(4000); await shot("undo2");
});
await step("walk", async () => {
  await page.goto("/data?tab=walk"); await page.locator('.walk input[type=file]').setInputFiles(process.env.SETTLEMENT); await page.waitForTimeout(2500); await shot("walk1");
});
await step("maintenance", async () => { await page.goto("/settings?tab=maintenance"); await page.waitForTimeout(2000); await shot("rebuilt"); });
await browser.close();
