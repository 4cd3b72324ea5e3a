// The desk as one page: what is opened takes the place of what was, the list stays where it is. Links
// to tickets and lists, and forms of the desk, do this wherever they stand; each part has the address
// of its whole page, so reload, back and "open in a new tab" do what one expects.
import { handOver, tell, undone } from "./flash.js";
import { forgetSent } from "./draft.js";
import { htmx } from "./htmx.js";
import { release } from "./submit-once.js";
import { opened, readList } from "./list.js";
import { isPane } from "./waking.js";

const FORM = /^\/desk\/(?!settings\/)/;
const UNDO = /\/desk\/undo\//;
const SLOW = 300; // milliseconds: before that nothing moves

const panes = document.querySelector("[data-panes]");
const pageOf = (url) => url.pathname + url.search;
const isTicket = (url) => url.pathname.startsWith("/desk/tickets/");

let shown = panes && pageOf(location);
let asking; // the request that a newer one ends

const listOnScreen = () => document.querySelector("[data-list]").dataset.list;

/** The address of *url* in the list that is shown, unless it says another one. */
function inThisList(url) {
  if (isTicket(url) && !url.searchParams.has("view")) url.search = listOnScreen();
  return url;
}

/** Whether the list of *url* is there already, wherever it is paged. */
function isListOnScreen(url) {
  const asked = new URLSearchParams(url.search);
  asked.delete("cursor");
  const view = isTicket(url) ? [] : [["view", url.pathname.split("/").pop()]];
  return new URLSearchParams([...view, ...asked]).toString() === new URLSearchParams(listOnScreen()).toString();
}

/** Which part an address needs; whoever goes back to a list finds it as it was left. */
function partFor(url, isBack = false) {
  if (!isListOnScreen(url)) return "panes";
  return isTicket(url) ? "pane" : isBack ? "beside" : "panes";
}

const headers = (part) => ({ "HX-Request": "true", "HX-Target": part, Accept: "text/html" });

function waiting(on) {
  panes.toggleAttribute("data-waiting", on);
}

/** Fetch *url*; null when a newer request came in between, or when it failed and that was said. */
async function ask(url, options, again) {
  asking?.abort();
  const mine = (asking = new AbortController());
  const slow = setTimeout(waiting, SLOW, true);
  try {
    const signal = options.method === "POST" ? undefined : mine.signal; // what was sent is sent
    const [answer] = await Promise.all([fetch(url, { ...options, signal }), htmx()]);
    const html = await answer.text();
    return mine.signal.aborted && signal ? null : { url: new URL(answer.url), status: answer.status, html };
  } catch (error) {
    if (error.name === "AbortError") return null;
    failed(again);
    return null;
  } finally {
    clearTimeout(slow);
    if (asking === mine) waiting(false);
  }
}

/** Whatever was asked last is wanted no more, unless it was sent. */
export function forget() {
  asking?.abort();
}

/** Say that the line is bad; nothing on the page has changed, and one button tries again. */
function failed(again) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: panes.dataset.sayAgain });
  const alert = tell(panes.dataset.sayFailed, { look: "is-warn", symbol: "circle-alert", button });
  button.addEventListener("click", () => {
    alert.remove();
    again();
  });
}

/** Show an answer of the server. *push*: "push", "replace" or "" (the address is there already). */
async function show({ url, status, html }, { push = "push", part, again } = {}) {
  const jump = url.searchParams.get("jump");
  if (jump) url.searchParams.delete("jump");
  if (/^\s*<!doctype/i.test(html)) return elsewhere(url, status, html);
  const from = shown;
  dispatchEvent(new Event("panes:leaving"));
  (await htmx()).swap(part === "rows" ? "#rows" : "#pane", html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
  if (status < 400) {
    shown = pageOf(url);
    if (push === "push" && shown !== from) history.pushState({ desk: true }, "", shown);
    else if (push) history.replaceState({ desk: true }, "", shown);
  }
  const isAnother = from?.split("?")[0] !== url.pathname;
  if (status < 400) opened(url, { isAnother });
  again?.(document.getElementById("pane"));
  look(url, { jump, isAnother, part, from });
}

/** A whole page: somewhere else on the desk, the sign-in, or an error in words. */
function elsewhere(url, status, html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  if (status >= 400) {
    const sentence = page.querySelector("[data-sentence]")?.textContent.trim();
    const way = page.querySelector("a[data-way]"); // out of what is in between
    return tell(sentence || panes.dataset.sayFailed, { look: "is-bad", symbol: "circle-alert", button: way && document.importNode(way, true) });
  }
  forgetSent(page);
  handOver(page);
  location.assign(url);
}

/** Put the eye and the screen reader where the news is. */
function look(url, { jump, isAnother, part, from }) {
  if (part === "rows") return;
  const pane = document.getElementById("pane");
  const place = jump && document.getElementById(jump);
  const wrong = pane.querySelector("[data-errors]");
  const narrow = getComputedStyle(panes).display === "block";
  if (place) {
    if (place.tabIndex < 0) place.tabIndex = -1;
    place.focus({ preventScroll: true });
    place.setSelectionRange?.(place.value.length, place.value.length);
    return place.scrollIntoView({ block: "center" });
  }
  if (wrong) return wrong.focus();
  const row = !isTicket(url) && rowLeft(url, from);
  if (row) return row.focus({ preventScroll: narrow });
  if (!isTicket(url)) return narrow ? undefined : focusList();
  if (isAnother) (narrow ? window : pane.parentElement).scrollTo(0, 0);
  pane.querySelector("h1")?.focus({ preventScroll: true });
}

/** The row of the ticket that one comes back from to its list at *url*. */
function rowLeft(url, from) {
  const left = new URL(from, location);
  if (!isTicket(left) || left.searchParams.get("view") !== url.pathname.split("/").pop()) return null;
  return document.getElementById(`row-${left.pathname.split("/").pop()}`)?.querySelector(".row-link");
}

function focusList() {
  const heading = document.querySelector("#list h1, #list h2");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** Open *address*, a ticket or a list. */
export async function go(address, { push = "push", part } = {}) {
  const url = inThisList(new URL(address, location));
  part ||= partFor(url);
  const answer = await ask(url, { headers: headers(part) }, () => go(address, { push, part }));
  if (answer) await show(answer, { push, part });
}

/** Where *form* goes; a form may have a field called "action", so it can't be asked itself. */
function actionOf(form, submitter) {
  return submitter?.hasAttribute("formaction") ? submitter.formAction : new URL(form.getAttribute("action"), location).href;
}

/** Send *form* and show what comes of it; whether it was done. */
export async function send(form, submitter) {
  const action = actionOf(form, submitter);
  form.dataset.sending = "yes";
  const body = form.enctype === "multipart/form-data" ? new FormData(form, submitter) : new URLSearchParams(new FormData(form, submitter));
  const answer = await ask(action, { method: "POST", body, headers: headers("pane") }, () => form.requestSubmit(submitter));
  delete form.dataset.sending;
  release(form);
  if (!answer) return false;
  if (answer.status < 400 && UNDO.test(action)) undone(action);
  await show(answer);
  const isIn = pageOf(answer.url) === shown;
  // The ticket is there, and somebody may write on it already: only the list beside it is another.
  if (isIn && isTicket(answer.url) && partFor(answer.url) === "panes") await readList(answer.url.search).catch(() => location.reload());
  return answer.status < 400;
}

/** The address that a form of the list asks for. */
export function addressOf(form) {
  const url = new URL(actionOf(form));
  const values = [...new FormData(form)].filter(([, value]) => value !== "");
  url.search = new URLSearchParams(values);
  return url;
}

function clicked(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const url = new URL(link.href);
  if (link.target || link.hasAttribute("download") || link.matches(".list-news") || !isPane(url)) return; // live-list.js reads it
  if (url.hash && pageOf(url) === shown) return;
  event.preventDefault();
  link.closest("[popover]")?.hidePopover?.();
  go(url);
}

function submitted(event) {
  const form = event.target;
  const action = new URL(actionOf(form, event.submitter));
  if (event.defaultPrevented || form.target || action.origin !== location.origin) return;
  if (form.method === "get" && isPane(action)) {
    event.preventDefault();
    go(addressOf(form));
  } else if (form.method === "post" && FORM.test(action.pathname)) {
    event.preventDefault();
    send(form, event.submitter);
  }
}

function moved() {
  if (pageOf(location) === shown) return; // only the part after # is another
  if (isPane(location)) go(location.href, { push: "", part: partFor(new URL(location), true) });
  else location.reload();
}

if (panes) {
  document.addEventListener("click", clicked);
  document.addEventListener("submit", submitted);
  addEventListener("popstate", moved);
  document.addEventListener("files:sending", ({ detail: { request } }) => {
    for (const [name, value] of Object.entries(headers("pane"))) request.setRequestHeader(name, value);
  });
  document.addEventListener("files:answered", (event) => {
    const { request, again } = event.detail;
    event.preventDefault();
    const back = request.status >= 400 ? again : undefined;
    show({ url: new URL(request.responseURL), status: request.status, html: request.responseText }, { again: back });
  });
}
