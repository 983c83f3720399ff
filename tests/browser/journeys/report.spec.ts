/** The month report: on the page, as PDF and as a workbook; of a station, a sub-bureau, all that one supervises. */

import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";

import { expect, test } from "../support/test.ts";

/** Presses a link to a file; its name and its first letters. */
async function download(page: Page, link: string): Promise<{ name: string; begins: string }> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: link }).click()]);
  const begins = readFileSync(await download.path()).toString("latin1", 0, 4);
  return { name: download.suggestedFilename(), begins };
}

test("a head chooses a month, and takes it away as PDF and as a workbook", async ({ page, station }) => {
  await page.goto("/coverage");
  await page.getByRole("link", { name: "月报" }).click();
  await expect(page.locator("h1")).toContainText(station.name);
  await expect(page.locator("h1")).toContainText("2026年11月");
  const inspections = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: "检查次数" }) });
  await expect(inspections.getByRole("cell").first()).not.toHaveText("0");

  await page.locator("input[type=month]").fill("2026-10");
  await page.getByRole("button", { name: "查看" }).click();
  await expect(page.locator("h1")).toContainText("2026年10月");
  await expect(inspections.getByRole("cell").first()).toHaveText("0");
  await page.getByRole("link", { name: "2026年11月" }).click();
  await expect(page.locator("h1")).toContainText("2026年11月");
  expect(await download(page, "下载 PDF")).toEqual({ name: "report-2026-11.pdf", begins: "%PDF" });
  expect(await download(page, "下载 Excel")).toEqual({ name: "report-2026-11.xlsx", begins: "PK\x03\x04" });
});

test.describe("a supervisor", () => {
  test.use({ who: "supervisor", at: 0 });

  test("reads the report of all stations, of a sub-bureau, and of one station", async ({ page, world, expectUsable }) => {
    const here = world.stations.map(({ name }) => page.getByRole("rowheader", { name }));
    const elsewhere = page.getByRole("rowheader", { name: "青桐工作站" });
    await page.goto("/report/2026-11");
    await expect(page.locator("h1")).toContainText("全市");
    for (const station of [...here, elsewhere]) await expect(station).toBeVisible();
    await page.getByRole("combobox", { name: "分局" }).selectOption({ label: "云浦分局" });
    await page.getByRole("button", { name: "查看" }).click();
    await expect(page.locator("h1")).toContainText("云浦分局");
    for (const station of here) await expect(station).toBeVisible();
    await expect(elsewhere).toHaveCount(0);
    await expectUsable(page);

    const { name } = world.stations[1];
    await page.getByRole("combobox", { name: "工作站" }).selectOption({ label: name });
    await page.getByRole("button", { name: "查看" }).click();
    await expect(page.locator("h1")).toContainText(name);
    await expect(page.getByRole("rowheader", { name: world.stations[1].venues[0]?.name ?? "" })).toBeVisible();
    await expectUsable(page);
    expect(await download(page, "下载 PDF")).toEqual({ name: "report-2026-11.pdf", begins: "%PDF" });
  });
});
