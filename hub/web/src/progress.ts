/** Shows how far a file is, by reading the page anew each second until it has ended. */

import type { Island } from "./island.ts";

const SECOND = 1000;

const progress: Island = async (element) => {
  while (element.dataset["ended"] === undefined) {
    await new Promise((done) => setTimeout(done, SECOND));
    // A line that is down for a moment is no news of the file.
    const answer = await fetch(location.href, { redirect: "error" }).catch(() => undefined);
    if (!answer?.ok) continue;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector<HTMLElement>("[data-island=progress]");
    if (!fresh) return;
    element.replaceChildren(...fresh.childNodes);
    if (fresh.dataset["ended"] !== undefined) element.dataset["ended"] = "";
  }
};

export default progress;
