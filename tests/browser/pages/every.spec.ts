/** What holds for every page, whoever looks at it. */

import { expectKeyboardReachesAll, expectNoSidewaysScroll, expectNoViolations, openAll } from "../support/access.ts";
import { expect, test } from "../support/test.ts";
import { IN_ENGLISH, PAGES } from "./list.ts";

const NARROW = { width: 390, height: 844 };

for (const { name, who, path } of PAGES) {
  test.describe(name, () => {
    test.use({ who });

    test("is accessible on a monitor, on a narrow screen and on paper", async ({ page, station }) => {
      const complaints: string[] = [];
      page.on("console", (message) => {
        // A page that is not there says so by its status too.
        if (message.type() === "error" && !message.text().includes("404")) complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(error.message));
      await page.goto(path(station));
      await expect(page.locator("h1")).toHaveCount(1);
      await expectNoViolations(page);
      await expectNoSidewaysScroll(page);
      await openAll(page);
      await page.setViewportSize(NARROW);
      await expectNoViolations(page);
      await expectNoSidewaysScroll(page);
      await page.emulateMedia({ media: "print" });
      await expectNoViolations(page);
      expect(complaints, "what the browser complains of").toEqual([]);
    });

    test("is reached and operated by keyboard", async ({ page, station }) => {
      await page.goto(path(station));
      await openAll(page);
      await expectKeyboardReachesAll(page);
    });
  });
}

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
