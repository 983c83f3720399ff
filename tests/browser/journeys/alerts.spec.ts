/** What a head must look at: here a phone whose backup was put back. */

import { Phone } from "../district/phone.ts";
import { expect, test } from "../support/test.ts";

test("a phone whose backup was put back raises an alert, which a head marks as seen and which stays", async ({ page, world, station, expectUsable }) => {
  const [owner = "", companion = ""] = station.phones;
  const called = `${owner}的旧机`;
  const venue = station.venues[0]?.name ?? "";
  const phone = await Phone.enrolled(world, owner, called);
  const goes = async (at: string) => {
    await phone.visit({ venue: 0, by: 0, at }, venue, companion);
    await phone.sync();
  };
  phone.backUp();
  await goes("2026-11-20T11:10:00+08:00");
  phone.restore();
  await goes("2026-11-20T11:40:00+08:00");

  await page.goto("/coverage");
  await page.getByRole("link", { name: "提醒" }).click();
  const alert = page.getByRole("listitem").filter({ hasText: called });
  await expect(alert).toHaveCount(1);
  await expect(alert.getByRole("heading")).toContainText("同一部手机出现两条记录链");
  await expectUsable(page);

  await alert.getByRole("button", { name: "已知悉" }).click();
  await expect(alert).toContainText("已知悉：2026年11月20日");
  await expect(alert.getByRole("button")).toHaveCount(0);
  await expectUsable(page);

  // Both branches are kept: each record has its page.
  for (const link of [alert.getByRole("link").first(), alert.getByRole("link").last()]) {
    await page.goto("/alerts");
    await link.click();
    await expect(page.locator("h1")).toContainText(venue);
  }
});
