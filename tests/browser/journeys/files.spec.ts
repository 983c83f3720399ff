/** Files in and out. */

import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";

import { expect, test } from "../support/test.ts";

test("a list is tried first, its bad row is named, and the good one is written", async ({ page, station }) => {
  const csv = `工作站,场所名称,类型,地址\n${station.name},万花筒网吧,网吧,云亭路2号\n${station.name},坏类型网吧,菜市场??,云亭路4号\n`;
  await page.goto("/import");
  await page.getByLabel("文件", { exact: true }).setInputFiles({ name: "场所.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await page.getByRole("button", { name: "查看会改动什么" }).click();
  await expect(page.locator("h1")).toHaveText("场所.csv");
  await expect(page.getByRole("row").filter({ hasText: "坏类型网吧" })).toContainText("有误");
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

test("the month's records are taken away as a workbook", async ({ page }) => {
  await page.goto("/export");
  const { name, content } = await take(page, list(page, "记录"));
  expect(name).toBe("records-2026-11.xlsx");
  expect(content.subarray(0, 2).toString()).toBe("PK");
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
    expect(all.name).toBe("coverage-2026-11.csv");
    expect(all.content.toString("utf8")).toContain(first.venues[0]?.name);
    expect(all.content.toString("utf8")).toContain(second.venues[0]?.name);
    await coverage.getByRole("combobox", { name: "工作站" }).selectOption({ label: second.name });
    const one = await take(page, coverage);
    expect(one.content.toString("utf8")).not.toContain(first.venues[0]?.name);
    expect(one.content.toString("utf8")).toContain(second.venues[0]?.name);
  });
});
