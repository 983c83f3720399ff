/** What a station keeps: places, people, phones, what is expected of it. */

import { expect, test } from "../support/test.ts";

test("a venue is added, and stands in the coverage", async ({ page }) => {
  await page.goto("/places");
  await page.getByRole("link", { name: "新增场所" }).click();
  await page.getByLabel("名称").fill("纸飞机游艺厅");
  await page.getByLabel("类型").selectOption("game_arcade");
  await page.getByRole("button", { name: "保存" }).click();
  await page.goto("/coverage");
  await expect(page.getByRole("rowheader", { name: "纸飞机游艺厅" })).toBeVisible();
});

test("a member is added, and gets a card for a phone", async ({ page, station, expectUsable }) => {
  await page.goto("/members");
  await page.getByLabel("姓名").fill("臧念慈");
  await page.getByLabel("身份").selectOption("volunteer");
  await page.getByRole("button", { name: "新增" }).click();
  await expect(page.locator("h1")).toContainText("臧念慈");
  await page.getByRole("button", { name: "开登记卡" }).click();
  await expect(page.locator("h1")).toHaveText("臧念慈 · 登记卡");
  await expect(page.locator(".code")).toHaveText(/\d{3,4}.?\d{3}.?\d{3}/);
  await expect(page.locator(".card svg")).toBeVisible();
  await expect(page.getByText(station.name).first()).toBeVisible();
  await expectUsable(page);
});

test("a phone is revoked in two steps", async ({ page, station }) => {
  const owner = station.phones[2] ?? "";
  await page.goto("/devices");
  const row = page.getByRole("row").filter({ hasText: owner });
  await row.getByText("停用…").click();
  await row.getByRole("button", { name: "确认停用这部手机" }).click();
  await expect(page.getByRole("status")).toContainText("已停用");
  await expect(row).toContainText("已停用");
});

test("more is expected of one kind of venues from next month on", async ({ page }) => {
  await page.goto("/policy");
  await page.getByLabel("对象").selectOption("esports_hotel");
  await page.getByLabel("从哪个月起").fill("2026-12");
  await page.getByLabel("每月次数").fill("3");
  await page.getByRole("button", { name: "保存", exact: true }).click();
  await expect(page.getByRole("status")).toContainText("已保存");
  const row = page.getByRole("row").filter({ hasText: "全部电竞酒店" });
  await expect(row).toContainText("2026年12月");
  await expect(row).toContainText("3 次");
});

test("the language is changed, and changed back, on the page one is on", async ({ page, station }) => {
  await page.goto(`/venues/${station.venues[0]?.id}`);
  await page.getByRole("link", { name: "English" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.getByRole("heading", { name: "Schools around" })).toBeVisible();
  await page.getByRole("link", { name: "中文" }).click();
  await expect(page.getByRole("heading", { name: "附近学校" })).toBeVisible();
});
