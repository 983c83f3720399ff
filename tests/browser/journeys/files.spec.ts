/** Files in and out. */

import { readFileSync } from "node:fs";

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

test("the month's records are taken away as a workbook", async ({ page }) => {
  await page.goto("/export");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator("section").filter({ has: page.getByRole("heading").first() }).getByRole("button", { name: "下载" }).first().click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/\.xlsx$/);
  const workbook = readFileSync(await download.path());
  expect(workbook.subarray(0, 2).toString()).toBe("PK");
});

test("a file that no phone exported is refused, and nothing changes", async ({ page }) => {
  await page.goto("/handover");
  await page.getByLabel("手机导出的文件").setInputFiles({ name: "x.xuncha", mimeType: "application/octet-stream", buffer: Buffer.from("not a bundle") });
  await page.getByRole("button", { name: "接收" }).click();
  await expect(page.getByRole("alert")).toContainText("什么也没有改动");
});
