// The ticket on the page, when something happens to it: new words appear at the end of the
// conversation, facts and fields follow. The page is asked for again in the background, and what has
// changed is taken from it; what this person is writing or choosing is never touched.
//
// `last_message_id` says up to where the person has read: the server shows what came after it before
// a reply is sent. So it follows a new message only once that was on the screen for a second.
import { settled, shownTicket } from "./live.js";
import { fieldsFollow } from "./live-fields.js";
import { placeFollows, purged } from "./live-place.js";
import { renewed, say } from "./page.js";

const SOON = 250; // milliseconds: what belongs together comes together
const READ_AFTER = 1000;

const OWN_SHOWN = 5000; // what this page did itself, it shows itself

const live = document.getElementById("live");
let pending = [];
let timer;
let isAsking = false;

document.addEventListener("live:news", ({ detail: { news } }) => {
  const ticket = shownTicket();
  if (!ticket) return;
  const here = news ? news.filter((one) => one.ticket === ticket) : [{ ticket, kind: "", by: null }];
  if (!here.length) return;
  pending.push(...here);
  later();
});

/** Ask for the ticket on the page anew: something is due to have happened. */
export function lookAgain() {
  pending.push({ ticket: shownTicket(), kind: "", by: null });
  later();
}

const isMine = (one) => one.by?.id === Number(live.dataset.me);

function later() {
  clearTimeout(timer);
  timer = setTimeout(renew, SOON);
}

async function renew() {
  if (isAsking) return later();
  const ticket = shownTicket();
  const news = pending.filter((one) => one.ticket === ticket);
  pending = [];
  if (!news.length || (Date.now() - settled < OWN_SHOWN && news.every(isMine))) return;
  isAsking = true;
  try {
    const { page, isGone } = await fetched();
    // Meanwhile another ticket may be open, or the form be on its way.
    const fresh = page?.querySelector(`article[data-ticket="${ticket}"]`);
    const shown = document.querySelector(`article[data-ticket="${ticket}"]`);
    if (isGone && shown) return purged(shown);
    if (fresh && shown && !shown.querySelector(".composer[aria-busy]")) follow(shown, fresh, news, page.title);
  } catch {
    // No connection: the next news, or the next page, shows it.
  } finally {
    isAsking = false;
  }
}

/** The page as it is now, or its pane alone where the server can give that. */
async function fetched() {
  const headers = { "X-Background": "yes", "HX-Request": "true", "HX-Target": "pane" };
  const answer = await fetch(location.pathname + location.search, { headers, redirect: "manual" });
  if (!answer.ok) return { isGone: answer.status === 404 };
  return { page: new DOMParser().parseFromString(await answer.text(), "text/html") };
}

function follow(shown, fresh, news, title) {
  const keepsPlace = holdStill(shown);
  for (const part of [".facts", ".ticket-title .actions"]) exchange(shown, fresh, part);
  const arrived = conversation(shown.querySelector(".conversation"), fresh.querySelector(".conversation"));
  placeFollows(shown, fresh, title);
  fieldsFollow(shown, fresh, news);
  keepsPlace();
  const mine = new Set(news.filter(isMine).map((one) => `message-${one.message}`));
  if (arrived.length) announce(shown, arrived, mine);
  document.dispatchEvent(new CustomEvent("desk:ticket"));
}

/** Keep what the person looks at where it is on the screen: the field they are in, if any. */
function holdStill(shown) {
  const focused = document.activeElement;
  const form = shown.contains(focused) && focused.closest(".composer");
  const scroller = scrollerOf(shown);
  if (!form || !scroller) return () => {};
  const before = form.getBoundingClientRect().top;
  return () => scroller.scrollBy({ top: form.getBoundingClientRect().top - before, behavior: "instant" });
}

function scrollerOf(element) {
  for (let one = element.parentElement; one; one = one.parentElement) {
    const flow = getComputedStyle(one).overflowY;
    if ((flow === "auto" || flow === "scroll") && one.scrollHeight > one.clientHeight) return one;
  }
  return document.scrollingElement;
}

/** Take *part* over from the fresh page, unless it is the same or somebody is in it. */
function exchange(shown, fresh, part) {
  const [old, new_] = [shown.querySelector(part), fresh.querySelector(part)];
  if (!old || !new_ || bare(old) === bare(new_)) return;
  if (old.contains(document.activeElement) || old.querySelector("[open]")) return;
  old.replaceWith(new_);
  renewed(new_);
}

/** The HTML of *part* without what differs each time, or is ours. */
function bare(part) {
  const copy = part.cloneNode(true);
  for (const one of copy.querySelectorAll('.together, input[name="csrf_token"]')) one.remove();
  for (const time of copy.querySelectorAll("time")) time.replaceWith(time.dateTime);
  return copy.innerHTML.replace(/\s+/g, " ").trim();
}

const messagesIn = (list) => [...list.querySelectorAll(":scope > .message:not(.is-held)")];

/** Bring the list *shown* to what *fresh* has; returns the messages that are new in it. */
function conversation(shown, fresh) {
  if (!shown || !fresh) return [];
  const [old, new_] = [messagesIn(shown), messagesIn(fresh)];
  // Of a long one the middle can be left out, here or there: what both have since then is compared.
  const middle = fresh.querySelector(":scope > .earlier") ? 1 : 0;
  const start = old.findIndex((message) => message.id === new_[middle]?.id);
  const isContinued = start >= 0 && old.slice(start).every((message, n) => message.id === new_[middle + n]?.id);
  const known = new Set(old.map((message) => message.id));
  const last = isContinued && old.length ? old.at(-1) : null;
  // What happened between messages has no name: after the last known one it is taken anew.
  if (last) {
    const unfolded = last.nextElementSibling?.querySelector("details[open]");
    while (last.nextElementSibling) last.nextElementSibling.remove();
    const here = fresh.querySelector(`#${last.id}`);
    const rest = [...here.parentElement.children].slice([...here.parentElement.children].indexOf(here) + 1);
    shown.append(...rest);
    if (unfolded) last.nextElementSibling?.querySelector("details")?.setAttribute("open", "");
    for (const one of rest) renewed(one);
  } else {
    shown.replaceChildren(...fresh.children);
    renewed(shown);
  }
  return messagesIn(shown).filter((message) => !known.has(message.id));
}

/** Say that messages have come, show where, and note which are read; *mine* are, by whoever wrote them. */
function announce(article, arrived, mine) {
  for (const message of arrived) {
    message.classList.add("is-fresh");
    if (mine.has(message.id)) message.classList.add("is-read");
    else reading.observe(message);
  }
  if (arrived.every((message) => mine.has(message.id))) return haveRead(article);
  const unread = [...article.querySelectorAll(".message.is-fresh:not(.is-read)")];
  const author = arrived.at(-1).querySelector(".author")?.textContent || live.dataset.desk;
  const words = unread.length > 1 ? say(live.dataset.several, { n: unread.length }) : say(live.dataset.came, { name: author });
  const says = document.querySelector("[data-live-says]");
  if (says) says.textContent = words;
  pointTo(article, unread[0], words);
}

/** A button over the page that leads to *message*, for as long as that isn't on the screen. */
function pointTo(article, message, words) {
  article.querySelector(".arrived")?.remove();
  if (!message) return;
  const place = Object.assign(document.createElement("div"), { className: "arrived", hidden: true });
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button small primary", textContent: words });
  button.addEventListener("click", () => message.scrollIntoView({ block: "center" }));
  place.append(button);
  article.querySelector(".conversation").after(place);
}

const visible = new Map(); // messages on the screen, and since when they count as read
const reading = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting, intersectionRatio, intersectionRect, rootBounds } of entries) {
      // Of a message that is taller than the screen, half a screen.
      const isLarge = rootBounds && intersectionRect.height > rootBounds.height / 2;
      if (isIntersecting && (intersectionRatio >= 0.6 || isLarge)) appear(target);
      else vanish(target);
    }
  },
  { threshold: [0, 0.2, 0.4, 0.6, 0.8, 1] },
);

function appear(message) {
  if (!visible.has(message)) visible.set(message, setTimeout(read, READ_AFTER, message));
}

function vanish(message) {
  clearTimeout(visible.get(message));
  visible.delete(message);
  const pointer = message.closest("article")?.querySelector(".arrived");
  if (pointer && !message.classList.contains("is-read")) pointer.hidden = false;
}

function read(message) {
  visible.delete(message);
  if (document.hidden) {
    document.addEventListener("visibilitychange", () => appear(message), { once: true });
    return;
  }
  message.classList.add("is-read");
  reading.unobserve(message);
  const article = message.closest("article");
  if (!article) return;
  const unread = article.querySelector(".message.is-fresh:not(.is-read)");
  if (!unread) article.querySelector(".arrived")?.remove();
  haveRead(article);
}

/** Let the composer say up to where the person has read: to before the first that they haven't. */
function haveRead(article) {
  document.dispatchEvent(new CustomEvent("desk:read"));
  const field = article.querySelector('.composer [name="last_message_id"]');
  if (!field) return;
  for (const message of article.querySelectorAll(".message.is-fresh")) {
    if (!message.classList.contains("is-read")) break;
    const id = Number(message.id.replace("message-", ""));
    if (!message.classList.contains("is-note") && id > Number(field.value)) field.value = id;
  }
}
