/**
 * Shows what is new at the station, or at all of them, while a page is open. The server says how much changed; the page is then read
 * anew and its content put in place, unless somebody is in the middle of something there: then a bar says so, and
 * leads to the same page anew.
 */

/** How much changed since the page was made, by what it is. */
interface News {
  records?: number;
  [what: string]: number | undefined;
}

/** A page that listens: its content, and the bar that says what is new, or that nothing new will be heard. */
export default function live(main: HTMLElement, bar: HTMLElement): void {
  let source: EventSource | undefined;
  let hasEnded = false;

  // A browser keeps few connections to one server: a page that nobody looks at gives its own back.
  const listen = () => {
    source?.close();
    source = undefined;
    const from = bar.dataset["live"];
    if (document.hidden || !from) return;
    source = new EventSource(from);
    source.addEventListener("changed", heard);
    source.addEventListener("error", lost);
    source.addEventListener("open", found);
  };

  // What broke off is asked for again by the browser itself, unless the answer was that nobody may listen here any more.
  const lost = () => {
    if (source?.readyState !== EventSource.CLOSED) return;
    hasEnded = true;
    tell(bar, bar.dataset["ended"] ?? "");
  };

  // What was missed is told again, as the page says since when it knows nothing.
  const found = () => {
    if (hasEnded) bar.hidden = true;
    hasEnded = false;
  };

  const heard = ({ data }: MessageEvent<string>) => {
    const news = JSON.parse(data) as News;
    if (!Object.values(news).some((many) => many)) return;
    if (isBusy(main)) say(bar, news);
    else refresh(news).catch(() => say(bar, news));
  };

  const refresh = async (news: News) => {
    // Nobody looked just now: the hub need not write it down once more.
    const answer = await fetch(location.href, { redirect: "error", headers: { "x-xuncha-reads-anew": "1" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [content, places, fresh] = [page.getElementById("main"), placesOf(page), page.getElementById("news")];
    if (!answer.ok || !content || !fresh || isBusy(main)) return say(bar, news);
    main.replaceChildren(...content.childNodes);
    placesOf(document)?.replaceChildren(...(places?.childNodes ?? []));
    bar.dataset["live"] = fresh.dataset["live"] ?? "";
    bar.hidden = true;
    listen();
  };

  document.addEventListener("visibilitychange", listen);
  listen();
}

/** The ways to other pages, with the counts of what waits there. */
function placesOf(page: Document): Element | null {
  return page.querySelector(".top nav");
}

/** Whether somebody types, has typed or picked something, reads an opened part or marks a text. */
function isBusy(main: HTMLElement): boolean {
  return (
    main.contains(document.activeElement) ||
    [...main.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")].some(isFilled) ||
    main.querySelector("details[open], input[type=checkbox]:checked") !== null ||
    document.getSelection()?.isCollapsed === false
  );
}

function isFilled(field: HTMLInputElement | HTMLTextAreaElement): boolean {
  return field.type !== "hidden" && field.value !== field.defaultValue;
}

function say(bar: HTMLElement, { records = 0 }: News): void {
  const { records: some, other = "" } = bar.dataset;
  tell(bar, records > 0 && some ? some.replace("{n}", String(records)) : other);
}

/** Shows the bar with these words, and the way to the same page anew. */
function tell(bar: HTMLElement, words: string): void {
  const link = document.createElement("a");
  link.href = location.href;
  link.textContent = bar.dataset["show"] ?? "";
  bar.replaceChildren(`${words} — `, link);
  bar.hidden = false;
}
