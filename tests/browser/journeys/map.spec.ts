/** The maps, which are there only where scripts run, and say nothing that tables do not. */

import type { Page } from "@playwright/test";

import { APPROVED, shapes } from "../district/tiles.ts";
import { expect, test } from "../support/test.ts";

test("the map shows each venue with its state, as a link to its page", async ({ page, station, javaScriptEnabled, expectUsable }) => {
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
  const legend = island.getByRole("list", { name: "图例" }).getByRole("listitem");
  await expect(legend).toHaveText(["✓已达标", "○进度正常", "●应检查", "!已滞后，仍可补", "✕未达标", "–免检", "学校：校园", "学校：校门"]);
  // Below it lie the tiles that the hub was given, with the number under which they were approved.
  await expect(island.getByText(APPROVED)).toBeVisible();
  await expect.poll(async () => seen(page)).toEqual({ ground: "green", inked: false });
  expect(new Set(ranges)).toEqual(new Set([206]));
  if (process.env["XUNCHA_SHOTS"]) await page.screenshot({ path: `${process.env["XUNCHA_SHOTS"]}/map.png` });
  expect(complaints, "what the browser complains of").toEqual([]);
  await expectUsable(page);

  await venue.focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("h1")).toHaveText(station.venues[0]?.name ?? "");
});

test("a map of shapes is drawn in a style of our own, with names and nothing fetched for them", async ({ page, station, javaScriptEnabled }) => {
  test.skip(javaScriptEnabled === false, "the map is there only where scripts run");
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  // As by a hub that was given such a file; how it gives ranges of one is told above.
  const file = shapes();
  await page.route("**/*.pmtiles", async (route) => {
    const [, from = 0, to = 0] = (/bytes=(\d+)-(\d+)/.exec(route.request().headers()["range"] ?? "") ?? []).map(Number);
    await route.fulfill({ status: 206, body: file.subarray(from, to + 1), headers: { "content-range": `bytes ${from}-${Math.min(to, file.length - 1)}/${file.length}` } });
  });
  await page.goto("/coverage");
  const origin = new URL(page.url()).origin;
  const elsewhere: string[] = [];
  page.on("request", (request) => !request.url().startsWith(origin) && !request.url().startsWith("blob:") && elsewhere.push(request.url()));
  await page.getByText("地图", { exact: true }).click();
  const island = page.locator("details[data-island=map]");
  await expect(island.getByRole("link", { name: `${station.venues[0]?.name}，已达标` })).toBeVisible({ timeout: 20_000 });
  await expect(island.getByText(APPROVED)).toBeVisible();
  await expect.poll(async () => seen(page)).toEqual({ ground: "green", inked: true });
  if (process.env["XUNCHA_SHOTS"]) await page.screenshot({ path: `${process.env["XUNCHA_SHOTS"]}/map-of-shapes.png` });
  expect(complaints, "what the browser complains of").toEqual([]);
  expect(elsewhere, "asked of others").toEqual([]);
});

test("the schools on the map stand in a table too, with the venues near each", async ({ page, station, expectUsable }) => {
  await page.goto("/coverage");
  const table = page.getByRole("table", { name: "学校与附近场所" });
  const school = table.getByRole("row").filter({ hasText: station.schools[0]?.name ?? "" });
  await expect(school).toContainText("近学校");
  await expect(school.getByRole("link").first()).toBeVisible();
  await expect(school).toContainText(/\d+ 米|\d+米/);
  await expectUsable(page);
  await page.goto("/coverage?state=met");
  await expect(table).toHaveCount(0);
});

test.describe("a supervisor", () => {
  test.use({ who: "supervisor", at: 0 });

  test("sees the venues of all stations on a map, and a click on one leads to its page", async ({ page, world, javaScriptEnabled, expectUsable }) => {
    const [first, second] = world.stations;
    if (javaScriptEnabled === false) {
      await page.goto("/coverage");
      await expect(page.locator("details[data-island=area]")).toBeHidden();
      return;
    }
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    type Area = { venues: [number, number, ...unknown[]][]; schools: { properties: { name: string } }[]; bbox: number[] };
    let told: Area | undefined;
    // One venue alone is drawn, so that it stands in the middle.
    await page.route("**/coverage/area.json*", async (route) => {
      const answer = await route.fetch();
      told = (await answer.json()) as Area;
      const [lon, lat] = told.venues[0] ?? [0, 0];
      await route.fulfill({ response: answer, json: { ...told, venues: told.venues.slice(0, 1), bbox: [lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01] } });
    });
    await page.goto("/coverage");
    expect(told, "before it is opened").toBeUndefined();
    await page.getByText("地图", { exact: true }).click();
    const canvas = page.locator("canvas");
    await expect(canvas).toBeVisible({ timeout: 20_000 });
    await expect(async () => {
      await canvas.click();
      await expect(page.locator(".maplibregl-popup").getByRole("link")).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 20_000 });
    expect(told?.venues.length, "those of both stations that have a position").toBe([first, second].flatMap((one) => one.venues).length - 2);
    expect(told?.schools.map((school) => school.properties.name)).toEqual(expect.arrayContaining([first, second].map((one) => one.schools[0]?.name)));
    await expectUsable(page);
    const link = page.locator(".maplibregl-popup").getByRole("link");
    const name = (await link.textContent()) ?? "";
    await link.click();
    await expect(page.locator("h1")).toHaveText(name);
    expect(complaints, "what the browser complains of").toEqual([]);
  });
});

interface Seen {
  /** What the map stands on, where nothing else is: the green of the tiles, or the plain ground. */
  ground: "green" | "plain";
  /** Whether there is dark grey on it: the ink of names. */
  inked: boolean;
}

/** The map itself, without the marks and buttons on it. */
async function seen(page: Page): Promise<Seen> {
  // Not by a sheet, which the policy of the page forbids.
  const above = page.locator(".maplibregl-marker, .maplibregl-control-container");
  const show = async (visibility: string) =>
    above.evaluateAll((all: HTMLElement[], visibility) => all.forEach((one) => (one.style.visibility = visibility)), visibility);
  await show("hidden");
  const picture = await page.locator("canvas").screenshot();
  await show("");
  return page.evaluate(async (bytes) => {
    const image = await createImageBitmap(new Blob([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))]));
    const inner = new OffscreenCanvas(image.width - 40, image.height - 40).getContext("2d")!;
    inner.drawImage(image, -20, -20);
    const { data } = inner.getImageData(0, 0, image.width - 40, image.height - 40);
    let inked = false;
    for (let at = 0; at < data.length; at += 4) {
      const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
      inked ||= red < 110 && Math.max(red, green, blue) - Math.min(red, green, blue) < 12;
    }
    const [, green = 0, blue = 0] = data;
    return { ground: green > blue + 20 ? ("green" as const) : ("plain" as const), inked };
  }, picture.toString("base64"));
}
