/** Tests that have the district, a station of their own, and somebody who is signed in. */

import { type Page, test as base } from "@playwright/test";

import { expectNoSidewaysScroll, expectNoViolations } from "./access.ts";
import { signedIn, world, type Station, type Who, type World } from "./world.ts";

export interface Options {
  /** Which of the two stations: journeys with and without scripts do not meet. */
  at: 0 | 1;
  /** Who looks. */
  who: Who;
}

interface Given {
  world: World;
  station: Station;
  /** Fails if not everybody can use a page as it stands. */
  expectUsable: (page: Page) => Promise<void>;
}

export const test = base.extend<Options & Given>({
  at: [0, { option: true }],
  who: ["head", { option: true }],
  // eslint-disable-next-line no-empty-pattern
  world: async ({}, use) => use(world()),
  station: async ({ world, at }, use) => use(world.stations[at]),
  expectUsable: async ({ javaScriptEnabled }, use) =>
    use(async (page) => {
      // axe is a script of the page; where none run, the page is the same.
      if (javaScriptEnabled !== false) await expectNoViolations(page);
      await expectNoSidewaysScroll(page);
    }),
  baseURL: async ({ world }, use) => use(world.url),
  storageState: async ({ world, station, who }, use) => use(signedIn(world, station, who)),
});

export { expect } from "@playwright/test";
