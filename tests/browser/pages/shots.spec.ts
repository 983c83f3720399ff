/** The pictures in README, drawn anew when they are asked for. */

import { fileURLToPath } from "node:url";

import { expect, test } from "../support/test.ts";

const docs = (name: string) => fileURLToPath(new URL(`../../../docs/${name}.png`, import.meta.url));

test.skip(!process.env["XUNCHA_RENEW_SHOTS"], "only when asked for");

test("README's pictures are drawn anew", async ({ page }) => {
  await page.goto("/coverage");
  await page.screenshot({ path: docs("coverage"), fullPage: true });
  for (const [path, name] of Object.entries({ "/reviews": "reviews", "/findings": "findings", "/report/2026-11": "report" })) {
    await page.goto(path);
    // The top of each: who wants the whole of them has the hub.
    await page.screenshot({ path: docs(name) });
  }
  await page.goto("/coverage");
  // As a hub draws it that was given no tiles.
  await page.locator("details[data-island=map]").evaluate((map: HTMLElement) => delete map.dataset["tiles"]);
  await page.getByText("地图", { exact: true }).click();
  const map = page.locator("[data-map]");
  await expect(map.getByRole("link").first()).toBeVisible({ timeout: 20_000 });
  await page.locator("details[data-island=map]").screenshot({ path: docs("map") });
});
