/** A phone and the hub that no network joins: a file goes on a stick, and its answer comes back. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";

import { Phone } from "../district/phone.ts";
import { expect, test } from "../support/test.ts";

/** Hands a phone's file over; the answer to it. */
async function handOver(page: Page, file: string): Promise<string> {
  await page.goto("/handover");
  await page.getByLabel("手机导出的文件").setInputFiles(file);
  const [answer] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "接收" }).click()]);
  expect(answer.suggestedFilename()).toMatch(/^回执-\S+-\S+-2026-11-20\.xuncha$/);
  return answer.path();
}

test("what a phone exported is taken, and by the answer the phone knows it received", async ({ page, world, station }) => {
  const [owner = "", companion = ""] = station.phones;
  const phone = await Phone.enrolled(world, owner, `${owner}的备用机`);
  const venue = station.venues[0]?.name ?? "";
  await phone.visit({ venue: 0, by: 0, at: "2026-11-20T14:05:20+08:00", photo: { item: "wb_sign" } }, venue, companion);
  const stick = join(world.folder, `${owner}.xuncha`);
  await phone.exportTo(stick);
  expect(await phone.waiting(), "before the answer").toBe(1);

  const answer = await handOver(page, stick);
  await page.goto("/reviews");
  const row = page.getByRole("row").filter({ hasText: venue }).filter({ hasText: "14:05" });
  await expect(row).toHaveCount(1);
  await row.getByRole("link").click();
  await expect(page.locator("h1")).toContainText(venue);
  await expect(page.getByRole("img").first()).toBeVisible();
  expect(await phone.waiting(), "the phone believes nothing but the answer").toBe(1);
  await phone.take(answer);
  expect(await phone.waiting(), "after the answer").toBe(0);

  // The same stick once more does no harm.
  const again = await handOver(page, stick);
  expect(readFileSync(again).length).toBeGreaterThan(0);
  await page.goto("/reviews");
  await expect(row).toHaveCount(1);
});

test("a file that no phone exported is refused, and nothing changes", async ({ page, expectUsable }) => {
  await page.goto("/handover");
  await page.getByLabel("手机导出的文件").setInputFiles({ name: "x.xuncha", mimeType: "application/octet-stream", buffer: Buffer.from("not a bundle") });
  await page.getByRole("button", { name: "接收" }).click();
  await expect(page.getByRole("alert")).toContainText("什么也没有改动");
  await expectUsable(page);
});
