/** Whether a page can be used by everybody: axe's rules, width, keyboard. */

import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** WCAG 2.2, levels A and AA. */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];

/** Fails with each violation and the elements it is about. */
export async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  const told = violations.map((v) => `${v.id}: ${v.help}\n${v.nodes.map((n) => `    ${n.html}\n    ${n.failureSummary}`).join("\n")}`);
  expect(told, page.url()).toEqual([]);
}

/** A page may scroll down, never aside; wide tables scroll in a box of their own. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const [wide, wanted] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth] as const);
  expect(wide, `${page.url()} is wider than its window`).toBeLessThanOrEqual(wanted);
}

/** Nothing stands where it can be neither seen nor scrolled to. */
export async function expectNothingCutOff(page: Page): Promise<void> {
  const cut = await page.evaluate(() => {
    // What only screen readers are to read is a dot.
    const hides = (one: Element) => getComputedStyle(one).overflowY === "hidden" && one.clientHeight > 1;
    const all = [...document.querySelectorAll("main *")].filter((one) => hides(one) && one.scrollHeight > one.clientHeight + 1);
    return all.map((one) => one.outerHTML.slice(0, 200));
  });
  expect(cut, `${page.url()} cuts something off`).toEqual([]);
}

/** Opens what is folded away: its forms are part of the page. Not the map, which a test of its own opens. */
export async function openAll(page: Page): Promise<void> {
  await page.locator("details:not([data-island])").evaluateAll((all) => all.forEach((one) => ((one as HTMLDetailsElement).open = true)));
}

/** Where one gets to by Tab, and how it shows. */
interface Stop {
  /** The element's place among all that can have the focus. */
  at: number;
  what: string;
  shows: boolean;
}

/** Tab reaches everything that can be operated, in the order in which it stands, and shows where it is. */
export async function expectKeyboardReachesAll(page: Page): Promise<void> {
  const count = await page.evaluate(() => {
    const can = 'a[href], button, input:not([type="hidden"]), select, textarea, summary, [tabindex="0"]';
    const shown = [...document.querySelectorAll<HTMLElement>(can)].filter((one) => one.checkVisibility({ visibilityProperty: true }));
    shown.forEach((one, at) => (one.dataset["stop"] = String(at)));
    // From the very beginning, also where a field has the focus at once.
    document.body.tabIndex = -1;
    document.body.focus();
    return shown.length;
  });
  const stops: Stop[] = [];
  // A field for a month has several stops of its own, so there are more of them than elements.
  for (let presses = 0; presses < count * 4 + 10; presses++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const one = document.activeElement as HTMLElement | null;
      if (!one?.dataset["stop"]) return undefined;
      const style = getComputedStyle(one);
      const box = one.getBoundingClientRect();
      const shows = style.outlineStyle !== "none" && box.bottom > 0 && box.top < innerHeight && box.right > 0;
      return { at: Number(one.dataset["stop"]), what: one.outerHTML.slice(0, 120), shows };
    });
    if (!stop) break;
    stops.push(stop);
  }
  const order = stops.map((stop) => stop.at);
  expect(order, "the order in which Tab goes").toEqual([...order].sort((a, b) => a - b));
  expect(new Set(order).size, `reached of ${count} that can be operated`).toBe(count);
  expect(stops.filter((stop) => !stop.shows).map((stop) => stop.what), "focus that does not show").toEqual([]);
}
