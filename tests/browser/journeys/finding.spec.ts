/** Finding venues in a list. */

import { expect, test } from "../support/test.ts";

test("venues are found by the initials of their pinyin, sorted, and shown again all", async ({ page, station, at }) => {
  await page.goto("/coverage");
  // Those that were there from the beginning: other journeys add venues meanwhile.
  const names = page.locator("tbody th[scope=row] a").filter({ hasText: new RegExp(station.venues.map(({ name }) => name).join("|")) });
  const all = await names.count();
  await page.getByRole("searchbox").fill(at === 0 ? "ljwb" : "qkwb");
  await page.keyboard.press("Enter");
  await expect(names).toHaveText([station.venues[0]?.name ?? ""]);
  await page.getByRole("link", { name: "全部显示" }).click();
  await expect(names).toHaveCount(all);

  const heading = page.getByRole("columnheader", { name: "场所", exact: false }).first();
  await heading.getByRole("link").click();
  await expect(heading).toHaveAttribute("aria-sort", "ascending");
  const ascending = await names.allTextContents();
  await heading.getByRole("link").click();
  await expect(heading).toHaveAttribute("aria-sort", "descending");
  expect(await names.allTextContents()).toEqual([...ascending].reverse());
});

test("only venues near a school, of one kind, in one state", async ({ page, station }) => {
  await page.goto("/coverage");
  await page.getByLabel("类型").selectOption("game_arcade");
  await page.getByRole("button", { name: "查找" }).click();
  const names = page.locator("tbody th[scope=row] a");
  await expect(names.filter({ hasText: station.venues[4]?.name ?? "" })).toHaveCount(1);
  await expect(names.filter({ hasText: station.venues[0]?.name ?? "" })).toHaveCount(0);
  await page.goto("/coverage");
  await page.getByLabel("只看近学校的").check();
  await page.getByRole("button", { name: "查找" }).click();
  await expect(names.filter({ hasText: station.venues[0]?.name ?? "" })).toHaveCount(1);
  await expect(names.filter({ hasText: station.venues[7]?.name ?? "" })).toHaveCount(0);
});

test("a place is found among those on file", async ({ page, station, at }) => {
  await page.goto("/places");
  await page.getByRole("searchbox").fill(at === 0 ? "qinghe" : "mingdeng");
  await page.getByRole("button", { name: "查找" }).click();
  await expect(page.getByRole("rowheader", { name: station.schools[0]?.name ?? "" })).toBeVisible();
  await expect(page.getByText("没有这样的场所")).toBeVisible();
});

test.describe("a supervisor", () => {
  test.use({ who: "supervisor", at: 0 });

  test("finds a venue without knowing its station", async ({ page, world }) => {
    await page.goto("/coverage");
    await page.getByRole("searchbox").fill("qing kong");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "晴空网吧" }).click();
    await expect(page.locator("h1")).toHaveText("晴空网吧");
    expect(page.url()).toContain(world.stations[1].id);
  });
});
