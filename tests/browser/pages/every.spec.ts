/** What holds for every page, whoever looks at it. */

import type { Page } from "@playwright/test";

import { expectKeyboardReachesAll, expectNoSidewaysScroll, expectNothingCutOff, expectNoViolations, openAll } from "../support/access.ts";
import { expect, test } from "../support/test.ts";
import { IN_ENGLISH, PAGES } from "./list.ts";
import { PREPARED } from "./prepared.ts";
import { addresses, addressOf, NO_PAGES } from "./routes.ts";

const [WIDE, NARROW] = [
  { width: 1366, height: 768 },
  { width: 390, height: 844 },
];

/** On a monitor, on a narrow screen and on paper. */
async function expectAccessible(page: Page): Promise<void> {
  await expect(page.locator("h1")).toHaveCount(1);
  await expectNoViolations(page);
  await expectNoSidewaysScroll(page);
  await openAll(page);
  await expectNothingCutOff(page);
  await page.setViewportSize(NARROW);
  await expectNoViolations(page);
  await expectNoSidewaysScroll(page);
  await expectNothingCutOff(page);
  await page.emulateMedia({ media: "print" });
  await expectNoViolations(page);
}

/** Hears what the browser complains of from now on. */
function complaints(page: Page): string[] {
  const heard: string[] = [];
  page.on("console", (message) => {
    // A page that is not there says so by its status too.
    if (message.type() === "error" && !message.text().includes("404")) heard.push(message.text());
  });
  page.on("pageerror", (error) => heard.push(error.message));
  return heard;
}

for (const { name, who, path } of PAGES) {
  test.describe(name, () => {
    test.use({ who });

    test("is accessible on a monitor, on a narrow screen and on paper", async ({ page, station }) => {
      const heard = complaints(page);
      await page.goto(path(station));
      await expectAccessible(page);
      expect(heard, "what the browser complains of").toEqual([]);
    });

    test("is reached and operated by keyboard", async ({ page, station }) => {
      await page.goto(path(station));
      await openAll(page);
      await expectKeyboardReachesAll(page);
    });
  });
}

for (const { name, who, at, prepare } of PREPARED) {
  test.describe(name, () => {
    test.use({ who });

    test("is accessible everywhere, and operated by keyboard", async ({ page, station, world, browser }) => {
      test.slow();
      await prepare(page, { world, station, browser });
      expect(addressOf(new URL(page.url()).pathname, [at]), page.url()).toBe(at);
      const heard = complaints(page);
      await expectAccessible(page);
      await page.emulateMedia({ media: null });
      await page.setViewportSize(WIDE);
      await expectKeyboardReachesAll(page);
      expect(heard, "what the browser complains of").toEqual([]);
    });
  });
}

test("every address that shows a page is walked", ({ station, world }) => {
  const all = addresses();
  expect(all.length, "read from the hub's table").toBeGreaterThan(40);
  const walked = [
    ...PAGES.map(({ path }) => addressOf(new URL(path(station), world.url).pathname, all)),
    ...PREPARED.map(({ at }) => at),
  ];
  expect(all.filter((address) => !walked.includes(address) && !NO_PAGES.includes(address)), "walked by nobody").toEqual([]);
  expect(NO_PAGES.filter((address) => walked.includes(address) || !all.includes(address)), "pages after all, or gone").toEqual([]);
});

for (const { name, who, path } of IN_ENGLISH) {
  test.describe(`${name} in English`, () => {
    test.use({ who });

    test("is accessible on a monitor and on a narrow screen", async ({ page, station, context, world }) => {
      await context.addCookies([{ name: "lang", value: "en", url: world.url }]);
      await page.goto(path(station));
      await expect(page.locator("html")).toHaveAttribute("lang", "en");
      await expectNoViolations(page);
      await expectNoSidewaysScroll(page);
      await page.setViewportSize(NARROW);
      await expectNoViolations(page);
      await expectNoSidewaysScroll(page);
    });
  });
}
