/** The map, which is there only where scripts run, and says nothing that the table does not. */

import type { Page } from "@playwright/test";

import { APPROVED } from "../district/tiles.ts";
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
  const ranges: number[] = [];
  page.on("response", (response) => response.url().endsWith(".pmtiles") && ranges.push(response.status()));
  expect(loaded.filter((path) => path.includes("map")), "before it is opened").toEqual([]);

  await page.getByText("地图", { exact: true }).focus();
  await page.keyboard.press("Enter");
  const venue = island.getByRole("link", { name: `${station.venues[0]?.name}，已达标` });
  await expect(venue).toBeVisible({ timeout: 20_000 });
  await expect(island.getByText(station.schools[0]?.name ?? "")).toBeVisible();
  await expect(island.getByRole("link", { name: station.venues[7]?.name ?? "" })).toHaveCount(0);
  await expect(island.locator("[data-failed]")).toBeHidden();
  // Below it lie the tiles that the hub was given, with the number under which they were approved.
  await expect(island.getByText(APPROVED)).toBeVisible();
  await expect.poll(async () => ground(page)).toBe("green");
  expect(new Set(ranges)).toEqual(new Set([206]));
  if (process.env["XUNCHA_SHOTS"]) await page.screenshot({ path: `${process.env["XUNCHA_SHOTS"]}/map.png` });
  expect(complaints, "what the browser complains of").toEqual([]);

  await venue.focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("h1")).toHaveText(station.venues[0]?.name ?? "");
});

/** What the map stands on, where nothing else is: the green of the tiles, or the plain ground. */
async function ground(page: Page): Promise<"green" | "plain"> {
  const seen = await page.locator("canvas").screenshot();
  return page.evaluate(async (bytes) => {
    const image = await createImageBitmap(new Blob([Uint8Array.from(bytes)]));
    const corner = new OffscreenCanvas(1, 1).getContext("2d")!;
    corner.drawImage(image, -20, -20);
    const [, green = 0, blue = 0] = corner.getImageData(0, 0, 1, 1).data;
    return green > blue + 20 ? "green" : "plain";
  }, [...seen]);
}
