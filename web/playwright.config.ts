import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "e2e",
  timeout: 180_000,
  expect: { timeout: 20_000 },
  // Each file has a company of its own; within a file a journey builds on what it did before.
  workers: 2,
  fullyParallel: false,
  reporter: [["list"]],
  use: {
    actionTimeout: 20_000,
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--force-color-profile=srgb"],
    },
  },
});
