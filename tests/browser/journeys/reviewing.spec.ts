/** Looking at what came in, and deciding. */

import type { Page } from "@playwright/test";

import { press } from "../support/keyboard.ts";
import { expect, test } from "../support/test.ts";
import { signedIn } from "../support/world.ts";

test("from the coverage one gets to a venue, to its record, and back", async ({ page, station }) => {
  const name = station.venues[1]?.name ?? "";
  await page.goto("/coverage?month=2026-11");
  // Schools name it, too.
  await page.getByRole("rowheader", { name }).getByRole("link").click();
  await expect(page.locator("h1")).toHaveText(name);
  await page.getByRole("link", { name: /2026年11月5日 19:40/ }).first().click();
  await expect(page.locator("h1")).toContainText(name);
  await expect(page.getByText("场内有无疑似未成年人").first()).toBeVisible();
});

test("a head approves a record, and it waits no longer", async ({ page, station }) => {
  await page.goto("/reviews");
  const row = page.getByRole("row").filter({ hasText: station.venues[0]?.name ?? "" }).filter({ hasText: "11月12日" });
  await row.getByRole("link").click();
  await page.getByRole("button", { name: "通过" }).click();
  await expect(page.getByRole("status")).toContainText("已通过");
  await expect(row).toHaveCount(0);
  await page.goto(`/records/${station.records[1]}`);
  await expect(page.locator("h1 + .quiet")).toContainText("已通过");
});

test("a head returns a record with a reason, and it counts no more", async ({ page, station, expectUsable }) => {
  await page.goto(`/records/${station.records[3]}`);
  await page.getByLabel("退回原因").fill("入口标志的照片看不清，请下次补拍");
  await page.getByRole("button", { name: "退回" }).click();
  await expect(page.getByRole("status")).toContainText("已退回");
  await page.goto(`/records/${station.records[3]}`);
  await expect(page.getByText("退回原因：入口标志的照片看不清")).toBeVisible();
  await expectUsable(page);
  const row = page.getByRole("row").filter({ hasText: station.venues[2]?.name ?? "" });
  await page.goto("/coverage");
  await expect(row.getByRole("cell").nth(1)).toHaveText("1 / 2");
  await expect(row.getByText("不计：已退回，等待更正")).toBeVisible();
  await expectUsable(page);
});

test("a head approves a record with the keyboard alone", async ({ page, station }) => {
  await page.goto("/coverage");
  await press(page, page.getByRole("link", { name: "待审核" }));
  await expect(page.locator("h1")).toContainText("待审核");
  await press(page, page.getByRole("link", { name: "2026年11月10日 12:45" }));
  await expect(page.locator("h1")).toContainText(station.venues[2]?.name ?? "");
  await press(page, page.getByRole("button", { name: "通过" }));
  await expect(page.getByRole("status")).toContainText("已通过");
});

test("of two who decide on one record at once, one wins and the other is told", async ({ page, browser, world, station, javaScriptEnabled, expectUsable }) => {
  const other = await browser.newContext({
    baseURL: world.url,
    javaScriptEnabled: javaScriptEnabled ?? true,
    storageState: signedIn(world, station, "second head"),
  });
  const second = await other.newPage();
  const path = `/records/${station.records[5]}`;
  await Promise.all([page.goto(path), second.goto(path)]);
  await second.getByLabel("退回原因").fill("时间不对，请核实");
  await Promise.all([page.getByRole("button", { name: "通过" }).click(), second.getByRole("button", { name: "退回" }).click()]);
  const won = async (one: Page) => (await one.getByRole("status").count()) === 1;
  const told = async (one: Page) => (await one.getByText("刚刚已由别人审核").count()) === 1;
  await expect.poll(async () => [await won(page), await won(second)].filter(Boolean).length).toBe(1);
  await expect.poll(async () => [await told(page), await told(second)].filter(Boolean).length).toBe(1);
  const loser = (await told(page)) ? page : second;
  await expectUsable(loser);
  if (loser === second) await expect(second.getByLabel("退回原因")).toHaveValue("时间不对，请核实");
  await other.close();
});

test("neither Enter nor a reason beside the wrong button decides on those that are picked", async ({ page, expectUsable }) => {
  await page.goto("/reviews");
  const [picks, reason] = [page.getByRole("checkbox"), page.getByLabel("退回原因")];
  await picks.nth(0).check();
  await picks.nth(1).check();
  await picks.nth(1).press("Enter");
  await expect(page.getByRole("alert")).toContainText("请按");
  await reason.fill("照片看不清");
  await reason.press("Enter");
  await reason.pressSequentially("请补拍");
  await page.getByRole("button", { name: "通过选中的" }).click();
  await expect(page.getByRole("alert")).toContainText("还没有处理");
  await expect(page.getByRole("status")).toHaveCount(0);
  await expect(page.getByRole("checkbox", { checked: true })).toHaveCount(2);
  await expect(reason).toHaveValue(/照片看不清\s请补拍/);
  await expectUsable(page);
});
