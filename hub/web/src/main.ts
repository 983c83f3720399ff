/** Finds the islands of a page and brings each to life when it is first looked at. */

import type { Island } from "./island.ts";

const ISLANDS: Record<string, () => Promise<{ default: Island }>> = {
  area: () => import("./area.ts"),
  chart: () => import("./charts.ts"),
  map: () => import("./map.ts"),
  progress: () => import("./progress.ts"),
};

const woken = new WeakSet<Element>();

function wake(): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-island]")) {
    const load = ISLANDS[element.dataset["island"] ?? ""];
    if (!load || woken.has(element)) continue;
    woken.add(element);
    element.hidden = false;
    const open = async () => (await load()).default(element);
    whenLookedAt(element, () => void open().catch(() => fail(element)));
  }
}

/** Of an island that opens: when it is opened; of any other: when it comes into sight. */
function whenLookedAt(element: HTMLElement, open: () => void): void {
  if (element instanceof HTMLDetailsElement) return element.addEventListener("toggle", open, { once: true });
  const watcher = new IntersectionObserver((seen) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    watcher.disconnect();
    open();
  });
  watcher.observe(element);
}

/** An island that has no words for it goes: the page is whole without. */
function fail(element: HTMLElement): void {
  const told = element.querySelector<HTMLElement>("[data-failed]");
  if (told) told.hidden = false;
  else element.hidden = true;
}

wake();
const main = document.getElementById("main");
// A live page puts new content in the place of what was there.
if (main) new MutationObserver(wake).observe(main, { childList: true });
// The bar of news is no island to look at: it shows itself when there is something to say.
const news = document.getElementById("news");
if (main && news) void import("./live.ts").then((live) => live.default(main, news));
