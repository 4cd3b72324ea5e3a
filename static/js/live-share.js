// One page of all that a browser has open leads: it has the stream, and tells the others what comes.
// Browsers allow six connections to a host, so a stream for each page would leave none for the seventh.
//
// Who leads holds a lock; when that page closes, the next in the queue gets it. Each page holds a lock
// of its own too: the leader waits for it, and so knows when a page is gone. What pages say:
//   page  where one is: {page, at, isLooked}; the leader answers it with
//   lead  {to, mark}: how far it has heard. Who knows another mark catches up by themselves
//   who   a new leader asks where everybody is
//   told  {name, data, mark}: what came
// Where there are no locks (the page isn't served by https), each page leads itself.
import { stream } from "./live-stream.js";

const GATHERS = 100; // milliseconds for what the pages say to come together
const ANSWERS_WITHIN = 2000; // or the leader was put to sleep by the browser

/** Whether one page can lead others here. */
export const canShare = Boolean(globalThis.navigator.locks && globalThis.BroadcastChannel);

/**
 * Hear with the other pages of *name*. *paths* are for the stream, *mark* is what the page knows,
 * *hear(told, isLeading)* gets what comes, *reached(mark)* what others have heard before.
 */
export function share({ name, paths, mark, hear, reached }) {
  const me = String(Math.random());
  let state = { page: me, at: null, isLooked: false };
  let heard = mark;
  let channel = null;
  let place = null; // in the queue, or at its head
  let way = null; // the stream, while this page leads
  let leave = () => {};
  let release = () => {};
  let watching = null;
  let waits, gathers;
  let shown = "";
  const pages = new Map(); // the others, for the leader
  const people = new Map(); // at each ticket, as it was told last

  const say = (kind, words) => channel?.postMessage({ kind, ...words });
  const lockOf = (page) => `${name} ${page}`;

  function join() {
    if (!canShare) return lead();
    channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }) => receive(data);
    const held = new Promise((resolve) => (leave = resolve));
    navigator.locks.request(lockOf(me), () => {
      announce();
      return held;
    });
    queue();
  }

  function part() {
    place?.abort();
    place = null;
    leave();
    release();
    stepDown();
    channel?.close();
    channel = null;
  }

  async function queue(steal = false) {
    const mine = (place = new AbortController());
    const options = steal ? { steal } : { signal: mine.signal };
    const held = new Promise((resolve) => (release = resolve));
    try {
      await navigator.locks.request(name, options, () => {
        if (place !== mine) return undefined;
        lead();
        return held;
      });
    } catch {
      if (place !== mine) return;
      stepDown(); // another page has taken it
      queue();
    }
  }

  function lead() {
    clearTimeout(waits);
    watching = new AbortController();
    way = stream(paths, told);
    say("who");
    tune();
  }

  function stepDown() {
    clearTimeout(waits);
    clearTimeout(gathers);
    watching?.abort();
    way?.close();
    way = null;
    pages.clear();
    people.clear();
  }

  function told(news) {
    if (news.name === "people") people.set(news.data.ticket, news);
    if (news.name !== "notice") say("told", news); // one page looks, and tells the others
    receive({ kind: "told", ...news });
  }

  /** Tell the others where this page is; one that is looked at needs somebody who hears for it. */
  function announce() {
    if (way) return update();
    say("page", state);
    clearTimeout(waits);
    if (state.isLooked) waits = setTimeout(takeOver, ANSWERS_WITHIN);
  }

  function takeOver() {
    place?.abort();
    if (channel) queue(true);
  }

  function receive({ kind, ...words }) {
    if (kind === "page" && way) admit(words);
    if (kind === "who") announce();
    if (kind === "lead" && words.to === me) {
      clearTimeout(waits);
      reached(words.mark);
    }
    if (kind === "told") {
      heard = words.mark || heard;
      hear(words, Boolean(way));
    }
  }

  function admit(page) {
    if (!pages.has(page.page)) watch(page.page);
    pages.set(page.page, page);
    say("lead", { to: page.page, mark: heard });
    if (people.has(page.at)) say("told", people.get(page.at));
    update();
  }

  function watch(page) {
    const gone = () => {
      pages.delete(page);
      update();
    };
    navigator.locks.request(lockOf(page), { signal: watching.signal }, gone).catch(() => {}); // leads no more
  }

  function update() {
    clearTimeout(gathers);
    gathers = setTimeout(tune, GATHERS);
  }

  /** Let the stream be at the tickets of all pages, for as long as anybody looks at one of them. */
  function tune() {
    const all = [state, ...pages.values()];
    if (!all.some((page) => page.isLooked) && !(canShare && mayNotify())) return way.close();
    const tickets = [...new Set(all.map((page) => page.at))].filter(Boolean).sort();
    if (way.isOpen() && shown === String(tickets)) return;
    shown = String(tickets);
    people.clear();
    way.open(tickets, heard);
  }

  /** This page is *at* a ticket or none, and looked at or not. */
  function be(at, isLooked) {
    const isBack = isLooked && !state.isLooked;
    state = { page: me, at, isLooked };
    announce();
    if (!way) return;
    if (isBack) reached(heard);
    if (people.has(at)) hear(people.get(at), true);
  }

  return { join, part, be };
}

const mayNotify = () => globalThis.Notification?.permission === "granted";
