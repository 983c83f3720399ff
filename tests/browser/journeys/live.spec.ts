/** A page that stays open while records come in. */

import { Phone } from "../district/phone.ts";
import { settled } from "../support/accounts.ts";
import { expect, test } from "../support/test.ts";
import { signedIn } from "../support/world.ts";

test("an open queue shows a record that comes, and does not take away what somebody is at", async ({
  browser,
  page,
  world,
  station,
  javaScriptEnabled,
  expectUsable,
}) => {
  const [companion = "", owner = ""] = station.phones;
  const phone = new Phone(world, owner);
  const venue = station.venues[3]?.name ?? "";
  const goes = async (at: string) => {
    await phone.visit({ venue: 3, by: 1, at }, venue, companion);
    await phone.sync();
  };
  await page.goto("/reviews");
  const rows = page.getByRole("row").filter({ hasText: venue });
  await expect(rows).toHaveCount(0);
  if (javaScriptEnabled === false) {
    await goes("2026-11-20T13:10:00+08:00");
    await expect(rows).toHaveCount(0);
    await page.reload();
    await expect(rows).toHaveCount(1);
    return;
  }
  // Who oversees all stations has their sums open meanwhile.
  const overseer = await browser.newContext({ storageState: signedIn(world, station, "supervisor"), baseURL: world.url });
  const sums = await overseer.newPage();
  await sums.goto("/coverage");
  const ear = sums.locator("#news");
  const since = (await ear.getAttribute("data-live")) ?? "";
  await goes("2026-11-20T13:10:00+08:00");
  await expect(rows).toHaveCount(1, { timeout: 20_000 });
  await expectUsable(page);
  // Made anew, the page of all hears from there on.
  await expect(ear).not.toHaveAttribute("data-live", since, { timeout: 20_000 });
  await expectUsable(sums);
  await overseer.close();

  await rows.getByRole("checkbox").check();
  await goes("2026-11-20T13:50:00+08:00");
  // Other journeys' phones may hand over meanwhile as well.
  const news = page.getByRole("status").filter({ hasText: /有 \d+ 条新记录/ });
  await expect(news).toBeVisible({ timeout: 20_000 });
  await expect(rows.getByRole("checkbox")).toBeChecked();
  await expectUsable(page);
  await news.getByRole("link", { name: "显示" }).click();
  await expect(rows).toHaveCount(2);
  await expect(news).toBeHidden();
});

test.describe("somebody whose session ends", () => {
  test.use({ who: "nobody" });

  test("is told that the open page hears nothing more", async ({ browser, page, world, station, javaScriptEnabled, expectUsable }) => {
    if (javaScriptEnabled === false) return;
    test.slow();
    await settled(page, browser, world, station, "苗若兰");
    await page.goto("/coverage");
    const other = await page.context().newPage();
    await other.goto("/coverage");
    await other.getByRole("button", { name: "退出", exact: true }).click();
    await expect(other.locator("h1")).toHaveText("登录");
    await expect(page.getByRole("status").filter({ hasText: "本页不再自动更新" })).toBeVisible({ timeout: 60_000 });
    await expectUsable(page);
  });
});
