// Shows what is new at the station while a page is open. The server says how much changed; the page is
// then read anew and its content put in place, unless somebody is in the middle of something there: then
// a bar says so, and leads to the same page anew. Without this script a page is as it was made.

const main = document.getElementById("main");
const bar = document.getElementById("news");
let source;

const isFilled = (field) => field.type !== "hidden" && field.value !== field.defaultValue;

/** Whether somebody types, has typed or picked something, reads an opened part or marks a text. */
const isBusy = () =>
  main.contains(document.activeElement) ||
  [...main.querySelectorAll("input, textarea")].some(isFilled) ||
  main.querySelector("details[open], input[type=checkbox]:checked") !== null ||
  !document.getSelection().isCollapsed;

const show = ({ records }) => {
  const words = records > 0 ? bar.dataset.records.replace("{n}", records) : bar.dataset.other;
  const link = document.createElement("a");
  link.href = location.href;
  link.textContent = bar.dataset.show;
  bar.replaceChildren(`${words} — `, link);
  bar.hidden = false;
};

const refresh = async (news) => {
  const answer = await fetch(location.href, { redirect: "error" });
  if (!answer.ok) return show(news);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [content, places] = [page.getElementById("main"), page.querySelector(".top nav")];
  if (!content || isBusy()) return show(news);
  main.replaceChildren(...content.childNodes);
  document.querySelector(".top nav").replaceChildren(...places.childNodes);
  bar.dataset.live = page.getElementById("news").dataset.live;
  bar.hidden = true;
  listen();
};

const heard = (event) => {
  const news = JSON.parse(event.data);
  if (news.records + news.reviews + news.findings === 0) return;
  if (isBusy()) show(news);
  else refresh(news).catch(() => show(news));
};

// A browser keeps few connections to one server: a page that nobody looks at gives its own back.
const listen = () => {
  source?.close();
  source = undefined;
  if (document.hidden) return;
  source = new EventSource(bar.dataset.live);
  source.addEventListener("changed", heard);
};

document.addEventListener("visibilitychange", listen);
listen();
