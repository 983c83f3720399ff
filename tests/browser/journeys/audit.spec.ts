/** Who looked at what about minors, and who did what. */

import { expect, test } from "../support/test.ts";
import { signedIn } from "../support/world.ts";

test("a look at what was found about minors is read by the administrator, and by nobody at the station", async ({ page, browser, world, station, javaScriptEnabled, expectUsable }) => {
  await page.goto(`/records/${station.records[2]}`);
  await expect(page.getByText("场内有无疑似未成年人").first()).toBeVisible();
  await page.goto("/manage");
  await expect(page.getByRole("link", { name: "操作记录" })).toHaveCount(0);
  await page.goto("/audit");
  await expect(page.locator("h1")).toHaveText("您没有这项权限。");

  const context = await browser.newContext({
    baseURL: world.url,
    javaScriptEnabled: javaScriptEnabled ?? true,
    storageState: signedIn(world, world.stations[0], "admin"),
  });
  const admin = await context.newPage();
  await admin.goto(`/manage?station=${station.id}`);
  await admin.getByRole("link", { name: "操作记录" }).click();
  await expect(admin.locator("h1")).toContainText(station.name);
  await expect(admin.getByRole("row").filter({ hasText: "开了登记卡" }).first()).toContainText("服务器命令行");
  await admin.getByRole("link", { name: "只看涉及未成年人" }).click();
  const lines = admin.getByRole("row").filter({ has: admin.getByRole("cell") });
  const looks = lines.filter({ hasText: "查看了涉及未成年人的内容" });
  await expect(looks.filter({ hasText: station.people.head.name }).first()).toBeVisible();
  await expect(lines.filter({ hasNotText: /查看了涉及未成年人的内容|导出了/ })).toHaveCount(0);
  await expectUsable(admin);
  await looks.filter({ has: admin.locator(`a[href*="${station.records[2]}"]`) }).getByRole("link").first().click();
  await expect(admin.getByText("场内有无疑似未成年人").first()).toBeVisible();
  await context.close();
});
