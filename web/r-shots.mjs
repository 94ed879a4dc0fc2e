// temporary: pictures for looking at

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { chromium } from "@playwright/test";

const [, , lang, theme, width, only] = process.argv;
const base = process.env.BASE ?? "http://127.0.0.1:7071";
const PAGES = {
  overview: "/?range=90d",
  overview_all: "/?range=all",
  profit: "/profit?range=90d&by=channel",
  pivot: "/profit?range=all&view=pivot&by=seller_sku,market",
  allocated: "/profit?range=90d&allocate=true&basis=both",
  reconcile: "/reconcile?range=all",
  proof: "/reconcile?range=all&tab=proof",
  chain: "/reconcile?range=all&tab=chain",
  bank: "/reconcile?range=all&tab=bank",
  orders: "/reconcile?range=all&tab=orders",
  unsettled: "/reconcile?range=all&tab=unsettled",
  economics: "/reconcile?range=all&tab=economics",
  data: "/data",
  import: "/data?import=1",
  health: "/data?range=90d&tab=health",
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
  retention: "/settings?tab=retention",
  audit: "/settings?tab=audit",
  maintenance: "/settings?tab=maintenance",
  look: "/settings?tab=look",
  past: "/profit?range=all&as_of=100",
};
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const state = `/tmp/rstate-${new URL(base).port}.json`;
const context = await browser.newContext({
  baseURL: base,
  viewport: { width: Number(width), height: 900 },
  locale: lang,
  storageState: existsSync(state) ? state : undefined,
});
await context.addInitScript(
  (kept) => localStorage.setItem("argosy.preferences", JSON.stringify(kept)),
  { theme },
);
const page = await context.newPage();
page.on("pageerror", (e) => console.log("ERR", String(e).slice(0, 200)));
page.on("console", (m) => {
  if (m.type() === "error" || m.type() === "warning") console.log(m.type(), m.text().slice(0, 200));
});
await page.goto("/");
await page.waitForLoadState("networkidle");
if (await page.locator("input[type=password]").count()) {
  await page
    .locator("form input")
    .first()
    .fill(process.env.LOGIN ?? "demo");
  await page.locator("input[type=password]").fill(process.env.PASS ?? "bd9zqdjjmujauwd45h2m");
  await page.keyboard.press("Enter");
  await page.locator("nav.side").waitFor();
  await context.storageState({ path: state });
}
const wanted = only ? only.split(",") : Object.keys(PAGES);
for (const name of wanted) {
  try {
    await page.goto(PAGES[name] ?? name);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForLoadState("networkidle");
    await page
      .locator(".loading")
      .first()
      .waitFor({ state: "detached", timeout: 15000 })
      .catch(() => console.log("still loading", name));
    await page.waitForTimeout(150);
    await page.screenshot({
      path: `/tmp/rshots/${name.replace(/\W/g, "_")}-${lang}-${theme}-${width}.png`,
    });
    const cut = await page.evaluate(() => {
      const out = [];
      if (document.documentElement.scrollWidth > innerWidth) out.push("PAGE WIDER");
      for (const el of document.querySelectorAll("main *, header *, nav *")) {
        if (el.children.length) continue;
        const s = getComputedStyle(el);
        if (
          el.scrollWidth > el.clientWidth + 1 &&
          s.overflow !== "visible" &&
          el.clientWidth > 0 &&
          el.textContent.trim() &&
          !el.closest(".visually-hidden")
        )
          out.push(`${el.className}|${el.textContent.trim().slice(0, 50)}`);
      }
      return [...new Set(out)].slice(0, 12);
    });
    if (cut.length) console.log(name, "CUT", cut.join(" ;; "));
  } catch (e) {
    console.log("FAIL", name, String(e).slice(0, 200));
  }
}
await browser.close();
