/** A venue's placard, which phones scan. */

import { expect, test } from "../support/test.ts";

test("a venue's placard is a sheet with its name and its code to scan", async ({ page, station, at }) => {
  const { id = "", name = "" } = station.venues[0] ?? {};
  await page.goto(`/venues/${id}`);
  await page.getByRole("link", { name: "打印标牌" }).click();
  await expect(page.locator("h1")).toHaveText(name);
  await expect(page.locator(".placard-code")).toHaveText(["XC-0101", "XC-0201"][at] ?? "");
  const drawn = page.locator(".placard svg");
  const box = await drawn.boundingBox();
  expect(box?.width, "wide enough to be scanned from a step away").toBeGreaterThan(200);
  expect(box?.height).toBeCloseTo(box?.width ?? 0, 0);
  const sheets = (await page.pdf({ preferCSSPageSize: true })).toString("latin1").match(/\/MediaBox/g);
  expect(sheets, "sheets of A4").toHaveLength(1);
});

test("a venue without a code gets one by a button, and one may be typed", async ({ page, expectUsable }) => {
  await page.goto("/places/venues/new");
  await page.getByLabel("名称").fill("木马游艺厅");
  await page.getByLabel("类型").selectOption("game_arcade");
  await page.getByRole("button", { name: "保存" }).click();
  const form = page.url();
  await page.getByRole("link", { name: "查看检查记录" }).click();
  await page.getByRole("link", { name: "打印标牌" }).click();
  await expect(page.getByText("还没有标牌编号")).toBeVisible();
  await expectUsable(page);
  await page.getByRole("button", { name: "生成编号" }).click();
  await expect(page.locator(".placard-code")).toHaveText(/^[3-9AC-HJKMNP-RT-Y]{5}-[3-9AC-HJKMNP-RT-Y]{5}$/);
  await page.goto(form);
  await page.getByLabel("标牌编号").fill("XC-0917");
  await page.getByRole("button", { name: "保存" }).click();
  await page.getByRole("link", { name: "查看检查记录" }).click();
  await page.getByRole("link", { name: "打印标牌" }).click();
  await expect(page.locator(".placard-code")).toHaveText("XC-0917");
  await expectUsable(page);
});

test("all venues without a code get one, and each placard is a sheet of its own", async ({ page }) => {
  await page.goto("/places/venues/new");
  await page.getByLabel("名称").fill("旋风网吧");
  await page.getByLabel("类型").selectOption("internet_cafe");
  await page.getByRole("button", { name: "保存" }).click();
  await page.goto("/places");
  await page.getByRole("button", { name: /个场所生成编号/ }).click();
  await expect(page).toHaveURL(/\/placards$/);
  await expect(page.getByRole("button", { name: /个场所生成编号/ })).toHaveCount(0);
  const placards = await page.locator(".placard").count();
  expect(placards).toBeGreaterThan(2);
  const sheets = (await page.pdf({ preferCSSPageSize: true })).toString("latin1").match(/\/MediaBox/g);
  expect(sheets, "sheets of A4").toHaveLength(placards);
});
