/** Files in and out. */

import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";

import { expect, test } from "../support/test.ts";

test("a list is tried first, its bad row is named, and the good one is written", async ({ page, station, expectUsable }) => {
  const csv = `工作站,场所名称,类型,地址\n${station.name},万花筒网吧,网吧,云亭路2号\n${station.name},坏类型网吧,菜市场??,云亭路4号\n`;
  await page.goto("/import");
  await page.getByLabel("文件", { exact: true }).setInputFiles({ name: "场所.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await page.getByRole("button", { name: "查看会改动什么" }).click();
  await expect(page.locator("h1")).toHaveText("场所.csv");
  await expect(page.getByRole("row").filter({ hasText: "坏类型网吧" })).toContainText("有误");
  await expectUsable(page);
  await page.getByLabel("跳过有误的行").check();
  await page.getByRole("button", { name: "写入 1 行" }).click();
  await expect(page.getByRole("status")).toContainText("已写入 1 行");
  await page.goto("/places");
  await expect(page.getByRole("link", { name: "万花筒网吧" })).toBeVisible();
});

/** One of the lists on the page of exports. */
function list(page: Page, name: string): Locator {
  return page.locator("section").filter({ has: page.getByRole("heading", { name, exact: true }) });
}

/** Takes a list away; the file's name and content. */
async function take(page: Page, list: Locator): Promise<{ name: string; content: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent("download"), list.getByRole("button", { name: "下载" }).click()]);
  return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
}

test("the month's records are taken away as a workbook, and the page says when it is whole", async ({ page, javaScriptEnabled, expectUsable }) => {
  await page.goto("/export");
  const { name, content } = await take(page, list(page, "记录"));
  expect(name).toBe("records-2026-11.xlsx");
  expect(content.subarray(0, 2).toString()).toBe("PK");
  await expect(page.locator("h1")).toHaveText("导出 · 记录");
  if (javaScriptEnabled === false) await page.getByRole("link", { name: "刷新进度" }).click();
  await expect(page.getByRole("status")).toContainText(/已完成，共 \d+ 行/);
  await expectUsable(page);
});

test("while rows are written, the page shows how many of how many", async ({ page, javaScriptEnabled }) => {
  test.skip(javaScriptEnabled === false, "what a page says half-way is the same; a script only asks for it by itself");
  // As by a hub with more records than there are here: its pages are ours with other figures.
  let written = 0;
  await page.route(/\/export\/records\/[^?]+/, async (route) => {
    const answer = await route.fetch();
    const told = `<p>已写 ${(written += 250)} 行，共 1000 行。</p><progress max="1000" value="${written}" aria-label="导出进度"></progress>`;
    const html = (await answer.text()).replace(/(data-island="progress")[^>]*>.*?<\/div>/, written < 1000 ? `$1>${told}</div>` : "$&");
    await route.fulfill({ response: answer, body: html });
  });
  await page.goto("/export");
  await take(page, list(page, "记录"));
  const bar = page.getByRole("progressbar", { name: "导出进度" });
  await expect(bar).toHaveAttribute("value", "500");
  await expect(page.getByText("已写 750 行，共 1000 行。")).toBeVisible();
  await expect(page.getByRole("status")).toContainText("已完成");
});

test("a head's file has the station's own venues, and can be read by a spreadsheet", async ({ page, world, station, at }) => {
  await page.goto("/export");
  const venues = list(page, "场所");
  await venues.getByLabel("格式").selectOption({ label: "CSV 表格" });
  const { name, content } = await take(page, venues);
  expect(name).toBe("venues.csv");
  const text = content.toString("utf8");
  expect(text.startsWith("\uFEFF"), "by which a spreadsheet knows the encoding").toBe(true);
  for (const venue of station.venues) expect(text).toContain(venue.name);
  expect(text).not.toContain(world.stations[1 - at]?.name);
});

test.describe("a supervisor", () => {
  test.use({ who: "supervisor", at: 0 });

  test("takes a file of all stations, or of one", async ({ page, world, expectUsable }) => {
    const [first, second] = world.stations;
    await page.goto("/export");
    await expectUsable(page);
    const coverage = list(page, "覆盖");
    await coverage.getByLabel("格式").selectOption({ label: "CSV 表格" });
    const all = await take(page, coverage);
    await page.goto("/export");
    await coverage.getByLabel("格式").selectOption({ label: "CSV 表格" });
    expect(all.name).toBe("coverage-2026-11.csv");
    expect(all.content.toString("utf8")).toContain(first.venues[0]?.name);
    expect(all.content.toString("utf8")).toContain(second.venues[0]?.name);
    await coverage.getByRole("combobox", { name: "工作站" }).selectOption({ label: second.name });
    const one = await take(page, coverage);
    expect(one.content.toString("utf8")).not.toContain(first.venues[0]?.name);
    expect(one.content.toString("utf8")).toContain(second.venues[0]?.name);
  });
});
