import { defineConfig } from "@playwright/test";

import { BROWSER } from "./support/chromium.ts";
import type { Options } from "./support/test.ts";

export default defineConfig<Options>({
  globalSetup: "./district/setup.ts",
  outputDir: process.env["XUNCHA_OUT"] ?? "results",
  reporter: "./support/reporter.ts",
  workers: 2,
  timeout: 30_000,
  expect: { timeout: 5_000 },
  forbidOnly: true,
  use: {
    launchOptions: BROWSER,
    viewport: { width: 1366, height: 768 },
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "pages", testDir: "pages" },
    { name: "with scripts", testDir: "journeys", use: { at: 0 } },
    { name: "without scripts", testDir: "journeys", use: { at: 1, javaScriptEnabled: false } },
  ],
});
