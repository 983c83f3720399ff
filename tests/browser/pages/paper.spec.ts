/** What leaves as paper, and what a page may weigh. */

import { gzipSync } from "node:zlib";

import { expect, test } from "../support/test.ts";
import type { Station } from "../support/world.ts";

const PAPERS: [string, (station: Station) => string][] = [
  ["coverage", () => "/coverage"],
  ["venue's history", (s) => `/venues/${s.venues[0]?.id}`],
  ["venue's placard", (s) => `/venues/${s.venues[0]?.id}/placard`],
  ["placards of a station", () => "/placards"],
  ["month report", () => "/report/2026-11"],
  ["ledger", () => "/ledger"],
  ["hand-over slip of a finding", (s) => `/findings/${s.records[2]}/wb_minor/slip`],
];

for (const [name, path] of PAPERS) {
  test(`the ${name} prints on A4 with nothing cut off`, async ({ page, station }) => {
    await page.goto(path(station));
    const pdf = await page.pdf({ preferCSSPageSize: true });
    const boxes = [...pdf.toString("latin1").matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)];
    expect(boxes.length).toBeGreaterThan(0);
    for (const [, width, height] of boxes) {
      expect(Number(width)).toBeCloseTo(595, -0.5);
      expect(Number(height)).toBeCloseTo(842, -0.5);
    }
    await page.emulateMedia({ media: "print" });
    // A4 less its margins, in CSS pixels.
    await page.setViewportSize({ width: 703, height: 1000 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(703);
    await expect(page.locator("nav").first()).toBeHidden();
  });
}

test("the coverage of a station weighs at most 60 kB, and no script holds up its first paint", async ({ page }) => {
  const bodies: Promise<Buffer>[] = [];
  page.on("response", (response) => {
    // News of a live page come as long as it is open.
    if (response.headers()["content-type"] !== "text/event-stream") bodies.push(response.body());
  });
  await page.goto("/coverage");
  const first = await page.request.get("/coverage", { headers: { "accept-encoding": "gzip" } });
  expect(first.headers()["content-encoding"]).toBe("gzip");
  const weights = (await Promise.all(bodies)).map((body) => gzipSync(body).length);
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeLessThanOrEqual(60_000);
  const blocking = page.locator('script[src]:not([type="module"]):not([defer]):not([async]), script:not([src])');
  await expect(blocking).toHaveCount(0);
  const stylesheets = page.locator('link[rel="stylesheet"]');
  await expect(stylesheets).toHaveCount(1);
});
