/** The charts, which are there only where scripts run, and say nothing that the tables do not. */

import { expect, test } from "../support/test.ts";

test("each table of the trends is drawn, and stays", async ({ page, javaScriptEnabled }) => {
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto("/coverage");
  await page.getByRole("link", { name: "走势" }).click();
  await expect(page.locator("#coverage-by-month tbody tr")).toHaveCount(12);
  await expect(page.locator("#visits-by-weekday tbody tr")).toHaveCount(7);
  await expect(page.locator("#visits-by-hour tbody tr").first()).toBeVisible();
  await expect(page.locator("#visits-by-week tbody tr")).toHaveCount(7);

  const charts = page.getByRole("img", { name: "：图，下面的表格里有同样的内容" });
  if (javaScriptEnabled === false) {
    await expect(charts).toHaveCount(0);
    return;
  }
  await expect(charts).toHaveCount(3);
  for (const chart of await charts.all()) {
    await chart.scrollIntoViewIfNeeded();
    await expect(chart.locator("svg text").first()).toBeVisible({ timeout: 20_000 });
  }
  // Signs and patterns tell the states apart, not the colours alone.
  await expect(charts.first()).toContainText("✓ 已达标");
  await expect(charts.first().locator("pattern").first()).toBeAttached();
  const weekdays = charts.nth(1).locator("svg text").filter({ hasText: "星期二" });
  await expect(weekdays).toHaveCount(1);
  await charts.nth(1).hover();
  await expect(charts.nth(1).locator("svg text").filter({ hasText: "检查次数" })).toHaveCount(1);
  if (process.env["XUNCHA_SHOTS"]) await page.screenshot({ path: `${process.env["XUNCHA_SHOTS"]}/trends.png`, fullPage: true });

  await page.emulateMedia({ media: "print" });
  await expect(charts).toHaveCount(0);
  await expect(page.locator("#coverage-by-month")).toBeVisible();
  expect(complaints, "what the browser complains of").toEqual([]);
});

test("charts are of the trends alone, and loaded when they come into sight", async ({ page, javaScriptEnabled }) => {
  test.skip(javaScriptEnabled === false);
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
  const charts = () => loaded.filter((path) => path.includes("charts"));
  await page.goto("/coverage");
  await expect(page.locator("details[data-island=map]")).toBeVisible();
  expect(charts()).toEqual([]);
  await page.goto("/trends");
  await expect.poll(charts).toHaveLength(1);
});

test("a chart that cannot be loaded goes, and the tables stay", async ({ page, javaScriptEnabled }) => {
  test.skip(javaScriptEnabled === false);
  await page.route(/charts-.*\.js/, (route) => route.abort());
  const failed = page.waitForEvent("requestfailed");
  await page.goto("/trends");
  await failed;
  await expect(page.locator("[data-table=coverage-by-month]")).toBeHidden();
  await expect(page.locator("#coverage-by-month tbody tr")).toHaveCount(12);
});
