/** The ledger: what the station did for children, duty by duty; nothing that was written is ever gone. */

import type { Page } from "@playwright/test";

import { expect, test } from "../support/test.ts";

// Several versions each.
test.slow();

const TITLE = "青禾小学法治课";

/** Writes an entry of today under the second duty. */
async function add(page: Page, title: string): Promise<void> {
  await page.goto("/ledger");
  await page.locator("#duty").selectOption("education");
  await page.getByLabel("事项").fill(title);
  await page.getByRole("button", { name: "记入台账" }).click();
  await expect(page.getByRole("status")).toContainText("已记入台账");
}

test("an entry is added, amended with a reason, struck out, and every version stays", async ({ page, station, expectUsable }) => {
  await page.goto("/ledger");
  await page.locator("#duty").selectOption("education");
  await page.getByLabel("事项").fill(TITLE);
  await page.getByRole("checkbox", { name: station.phones[0] ?? "" }).check();
  await page.getByRole("checkbox", { name: "小学" }).check();
  await page.getByRole("button", { name: "记入台账" }).click();
  await expect(page.getByRole("alert")).toContainText("选了年龄段，请填写孩子人数");
  await expect(page.getByLabel("事项")).toHaveValue(TITLE);
  await page.getByLabel("孩子人数").fill("46");
  await page.getByLabel("其他参加人数").fill("2");
  await page.getByRole("button", { name: "记入台账" }).click();
  await expect(page.getByRole("status")).toContainText("已记入台账");
  await expect(page.locator("h1")).toContainText("2026年11月 台账");
  const row = page.getByRole("row").filter({ hasText: TITLE });
  await expect(row).toContainText(`${station.phones[0]}，另有 2 人`);
  await expect(row).toContainText("46");
  await expectUsable(page);

  await row.getByRole("link").click();
  await page.getByLabel("孩子人数").fill("48");
  await page.getByLabel("修改原因").fill("补记迟到的两人");
  await page.getByRole("button", { name: "保存新版本" }).click();
  await expect(page.getByRole("status")).toContainText("已保存新版本");
  const versions = page.getByRole("article");
  await expect(versions).toHaveCount(2);
  await expect(versions.first()).toContainText("原因：补记迟到的两人");
  await expect(versions.first()).toContainText("48");
  await expect(versions.last()).toContainText("46");
  await expectUsable(page);

  await page.getByLabel("作废原因").fill("重复登记");
  await page.getByRole("button", { name: "作废这一条" }).click();
  await expect(page.getByRole("status")).toContainText("已作废");
  await expect(row).toContainText("已作废：重复登记");
  await row.getByRole("link").click();
  await expect(versions).toHaveCount(3);
  await expect(page.getByRole("button", { name: "保存新版本" })).toHaveCount(0);
});

test("who amends what somebody else just amended is told, and sees the newer version", async ({ page, context }) => {
  const title = "家长会宣讲";
  await add(page, title);
  await page.getByRole("link", { name: title }).click();
  const other = await context.newPage();
  await other.goto(page.url());
  const amend = async (one: Page, others: string) => {
    await one.getByLabel("其他参加人数").fill(others);
    await one.getByLabel("修改原因").fill("更正人数");
    await one.getByRole("button", { name: "保存新版本" }).click();
  };
  await amend(other, "30");
  await expect(other.getByRole("status")).toContainText("已保存新版本");
  await amend(page, "31");
  await expect(page.getByRole("alert")).toContainText("您的修改没有保存");
  await expect(page.getByRole("article")).toHaveCount(2);
  await expect(page.getByRole("article").first()).toContainText("另有 30 人");
});

test("only one duty, of one month, with the inspections under the third by themselves", async ({ page }) => {
  await add(page, "禁毒知识展板");
  await page.getByLabel("月份").selectOption({ label: "11月" });
  await page.locator("#of").selectOption("venue_supervision");
  await page.getByRole("button", { name: "查看" }).click();
  await expect(page.getByRole("heading", { level: 2 }).first()).toContainText("3");
  await expect(page.getByRole("rowheader", { name: "禁毒知识展板" })).toHaveCount(0);
  await page.getByRole("link", { name: "场所检查" }).click();
  await expect(page.locator("h1")).toContainText("2026年11月");
});
