/** The map, which is there only where scripts run, and says nothing that the table does not. */

import { expect, test } from "../support/test.ts";

test("the map shows each venue with its state, as a link to its page", async ({ page, station, javaScriptEnabled }) => {
  await page.goto("/coverage");
  const island = page.locator("details[data-island=map]");
  if (javaScriptEnabled === false) {
    await expect(island).toBeHidden();
    return;
  }
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  const loaded: string[] = [];
  page.on("response", (response) => loaded.push(new URL(response.url()).pathname));
  expect(loaded.filter((path) => path.includes("map")), "before it is opened").toEqual([]);

  await page.getByText("地图", { exact: true }).focus();
  await page.keyboard.press("Enter");
  const venue = island.getByRole("link", { name: `${station.venues[0]?.name}，已达标` });
  await expect(venue).toBeVisible({ timeout: 20_000 });
  await expect(island.getByText(station.schools[0]?.name ?? "")).toBeVisible();
  await expect(island.getByRole("link", { name: station.venues[7]?.name ?? "" })).toHaveCount(0);
  await expect(island.locator("[data-failed]")).toBeHidden();
  if (process.env["XUNCHA_SHOTS"]) await page.screenshot({ path: `${process.env["XUNCHA_SHOTS"]}/map.png` });
  expect(complaints, "what the browser complains of").toEqual([]);

  await venue.focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("h1")).toHaveText(station.venues[0]?.name ?? "");
});
