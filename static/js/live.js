// Hears what happens on the desk and tells the page, by events on the document:
//   live:news    detail.news: [{ticket, kind, by: {id, name} or null, event, message}], or null where
//                too much happened to tell
//   live:notice  there may be something new under the bell (told to one page of a browser)
//   live:people  detail: {ticket, here: [{id, name, initials, writing}]}, who is at the ticket shown
// Who listens to them is fetched when there is something to tell.
// A page that nobody looks at hears nothing, and catches up when somebody does. Whoever puts another
// ticket on the page without htmx says so by a "desk:ticket" event.
import { canShare, share } from "./live-share.js";

const live = document.getElementById("live");
const HIDDEN_STAYS = canShare ? 60_000 : 1500; // milliseconds for which a hidden page counts as looked at
const SETTLES = 400; // who walks through a list is at none of its tickets

let mark = live?.dataset.mark || ""; // up to where the page has been told
let at = null; // the ticket that was told to the others
let isLooked = false;
let hasOpened = false;
let hiding, settling;

/** When a part of the page was last swapped: who follows the news is loaded with the first of them. */
export let settled = 0;
document.addEventListener("htmx:afterSettle", () => (settled = Date.now()));

/** The id of the ticket on the page, or null. */
export function shownTicket() {
  const article = document.querySelector("article[data-ticket]");
  return article ? Number(article.dataset.ticket) : null;
}

const LISTENERS = {
  news: () => Promise.all([import("./live-list.js"), import("./live-ticket.js"), import("./notices.js")]),
  notice: () => import("./notices.js"),
  people: () => import("./live-people.js"),
};
let others = false; // whether anybody else was at a ticket yet

async function tell(name, detail) {
  if (name === "people") others ||= detail.here.some((person) => person.id !== Number(live.dataset.me));
  if (name === "people" && !others) return;
  await LISTENERS[name]();
  document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));
}

function hear(told, isLeading) {
  if (told.name === "over") return pages.part();
  if (told.name === "notice" && isLeading) {
    // The first says only that the line is open: the page is new, and notices.js looks when it comes.
    if (hasOpened) tell("notice", null);
    hasOpened = true;
  }
  if (!isLooked) return;
  mark = told.mark || mark;
  if (told.name === "ticket") tell("news", { news: [told.data] });
  if (told.name === "missed") tell("news", { news: null });
  if (told.name === "people" && told.data.ticket === shownTicket()) tell("people", told.data);
}

/** The others have heard up to *newest*: ask for what this page doesn't know of it. */
async function catchUp(newest) {
  if (!isLooked || newest === mark) return;
  try {
    const url = new URL(live.dataset.together, location.href);
    url.searchParams.set("since", mark);
    const answer = await fetch(url, { redirect: "manual" });
    if (!answer.ok) return;
    const { news, mark: reached } = await answer.json();
    mark = reached;
    if (!news || news.length) tell("news", { news });
  } catch {
    // No connection: the next time, perhaps.
  }
}

const pages = live && share({
  name: `${live.dataset.stream} ${live.dataset.me}`,
  paths: live.dataset,
  mark,
  hear,
  reached: catchUp,
});

/** Say where this page is. */
function be(looked) {
  clearTimeout(hiding);
  isLooked = looked;
  at = looked ? shownTicket() : null;
  pages.be(at, isLooked);
}

function settle() {
  clearTimeout(settling);
  settling = setTimeout(() => isLooked && shownTicket() !== at && be(true), SETTLES);
}

if (pages) {
  be(!document.hidden);
  pages.join();
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiding);
    if (document.hidden) hiding = setTimeout(be, HIDDEN_STAYS, false);
    else if (!isLooked) be(true);
    else pages.be(at, true); // whoever leads may have been put to sleep
  });
  for (const name of ["htmx:afterSettle", "htmx:historyRestore", "desk:ticket"]) {
    document.addEventListener(name, settle);
  }
  addEventListener("pagehide", () => pages.part());
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    be(!document.hidden);
    pages.join();
  });
}
