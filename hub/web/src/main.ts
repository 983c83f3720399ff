/** Finds the islands of a page and brings each to life when it is first looked at. */

/** What an island is given: the element that stands for it. */
export type Island = (element: HTMLDetailsElement) => Promise<void> | void;

const ISLANDS: Record<string, () => Promise<{ default: Island }>> = {
  map: () => import("./map.ts"),
};

const woken = new WeakSet<Element>();

function wake(): void {
  for (const element of document.querySelectorAll<HTMLDetailsElement>("details[data-island]")) {
    const load = ISLANDS[element.dataset["island"] ?? ""];
    if (!load || woken.has(element)) continue;
    woken.add(element);
    element.hidden = false;
    const open = async () => (await load()).default(element);
    const fail = () => {
      element.querySelector<HTMLElement>("[data-failed]")!.hidden = false;
    };
    element.addEventListener("toggle", () => void open().catch(fail), { once: true });
  }
}

wake();
// A live page puts new content in the place of what was there.
const main = document.getElementById("main");
if (main) new MutationObserver(wake).observe(main, { childList: true });
