/** Finds the islands of a page and brings each to life when it is first looked at. */

/** What an island is given: the element that stands for it. */
export type Island = (element: HTMLDetailsElement) => Promise<void> | void;

const ISLANDS: Record<string, () => Promise<{ default: Island }>> = {
  map: () => import("./map.ts"),
};

for (const element of document.querySelectorAll<HTMLDetailsElement>("details[data-island]")) {
  const load = ISLANDS[element.dataset["island"] ?? ""];
  if (!load) continue;
  element.hidden = false;
  const open = async () => {
    const island = await load();
    await island.default(element);
  };
  const fail = () => {
    element.querySelector<HTMLElement>("[data-failed]")!.hidden = false;
  };
  element.addEventListener("toggle", () => void open().catch(fail), { once: true });
}
