// Hears what happens on the desk and tells the page, by events on the document:
//   live:news    detail.news: [{ticket, kind, by: {id, name} or null, event, message}], or null where
//                too much happened to tell
//   live:notice  there is something new under the bell
//   live:people  detail: {ticket, here: [{id, name, initials, writing}]}, who is at the ticket shown
// One EventSource a page, and only while somebody can see it: browsers allow six connections to a
// host. Where the server keeps no connections, it is asked now and then. Whoever puts another
// ticket on the page without htmx says so by a "desk:ticket" event.

const live = document.getElementById("live");
const HIDDEN_STAYS = 60_000; // milliseconds for which a hidden page goes on listening
const ASKS_EVERY = 20_000;
const ASKS_IDLY = 60_000;
const IDLE_AFTER = 300_000;
const SETTLES = 400; // who walks through a list is at none of its tickets
const FIRST_PAUSE = 2000; // doubled each time that the stream fails at once

let source = null;
let mark = live?.dataset.mark || "";
let at = null; // the ticket that was told to the server
let asks = false; // now and then, instead of listening
let over = false;
let failures = 0;
let hasListened = false;
let timer, hiding, settling, letGo;
let touched = Date.now();

/** The id of the ticket on the page, or null. */
export function shownTicket() {
  const article = document.querySelector("article[data-ticket]");
  return article ? Number(article.dataset.ticket) : null;
}

const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));

function address(path) {
  const url = new URL(path, location.href);
  if (at) url.searchParams.set("ticket", at);
  if (mark) url.searchParams.set("since", mark);
  return url;
}

function stop() {
  clearTimeout(timer);
  source?.close();
  source = null;
}

function start() {
  stop();
  if (over || document.hidden) return;
  at = shownTicket();
  if (asks) ask();
  else listen();
}

function listen() {
  const mine = new EventSource(address(live.dataset.stream));
  source = mine;
  const on = (name, hear) =>
    mine.addEventListener(name, (event) => {
      if (source !== mine) return;
      mark = event.lastEventId || mark;
      hear(JSON.parse(event.data));
    });
  on("ticket", (news) => tell("news", { news: [news] }));
  on("missed", () => tell("news", { news: null }));
  on("people", (people) => tell("people", people));
  on("notice", () => tell("notice", null));
  on("bye", ({ why }) => {
    over = why === "signed-out";
    stop(); // of too many pages the oldest rests until it is looked at again
  });
  const opened = Date.now();
  mine.onopen = () => {
    if (hasListened) tell("notice", null); // one that came meanwhile isn't told again
    hasListened = true;
  };
  mine.onerror = () => {
    // It tries again by itself after a lost connection, but not after an answer that is no stream.
    if (source !== mine || mine.readyState !== EventSource.CLOSED) return;
    failures = Date.now() - opened > ASKS_IDLY ? 0 : failures + 1;
    asks = true;
    stop();
    timer = setTimeout(ask, Math.min(FIRST_PAUSE * 2 ** (failures - 1), ASKS_IDLY));
  };
}

async function ask() {
  clearTimeout(timer);
  try {
    const answer = await fetch(address(live.dataset.together), { redirect: "manual" });
    over = answer.type === "opaqueredirect" || answer.status === 403; // signed out
    if (answer.ok && hear(await answer.json())) return;
  } catch {
    // No connection: the next time, perhaps.
  }
  if (over || document.hidden) return;
  timer = setTimeout(ask, Date.now() - touched > IDLE_AFTER ? ASKS_IDLY : ASKS_EVERY);
}

/** Pass on what was answered; true where listening can be tried again. */
function hear(answer) {
  if (!answer.news || answer.news.length) {
    tell("news", { news: answer.news });
    tell("notice", null); // perhaps
  }
  mark = answer.mark;
  if (at) tell("people", { ticket: at, here: answer.people });
  if (!answer.stream || document.hidden) return false;
  asks = false;
  listen();
  return true;
}

function settle() {
  clearTimeout(settling);
  settling = setTimeout(() => shownTicket() !== at && start(), SETTLES);
}

// Where the browser may show notices, one hidden page of all goes on listening for them.
function hide() {
  if (globalThis.Notification?.permission !== "granted" || !navigator.locks) return stop();
  navigator.locks.request("live-hidden", { ifAvailable: true }, (lock) => {
    if (!lock || !document.hidden) return void (document.hidden && stop());
    return new Promise((resolve) => (letGo = resolve));
  });
}

if (live) {
  start();
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiding);
    letGo?.();
    if (document.hidden) hiding = setTimeout(hide, HIDDEN_STAYS);
    else if (!source) start();
  });
  for (const name of ["htmx:afterSettle", "htmx:historyRestore", "desk:ticket"]) {
    document.addEventListener(name, settle);
  }
  for (const name of ["pointerdown", "keydown"]) {
    addEventListener(name, () => (touched = Date.now()), { passive: true, capture: true });
  }
  addEventListener("pagehide", stop);
  addEventListener("pageshow", (event) => event.persisted && start());
}
