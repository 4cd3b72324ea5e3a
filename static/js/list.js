// The list beside what is open: which row is the current one, the tickets before and after it, and the
// rows that follow, fetched before one gets to them.
import { all, onPart, renewed } from "./page.js";

const rowLinks = () => [...document.querySelectorAll("#list .row-link")];

/** The page shows *url* now: mark its row, and lead to the ones beside it. */
export function opened(url, { isAnother }) {
  const panes = document.querySelector("[data-panes]");
  const isTicket = !url.pathname.startsWith("/desk/views/"); // or the filters of a list, in its place
  const before = panes.classList.contains("is-list");
  if (isTicket && before) panes.listScroll = scrollY;
  panes.classList.toggle("is-ticket", isTicket);
  panes.classList.toggle("is-list", !isTicket);
  if (!isTicket && !before && isAnother) scrollTo(0, panes.listScroll || 0);
  entitle(isTicket ? "h2" : "h1");
  renewRow();
  mark(url);
}

/** A page has one <h1>: the ticket's subject, or else what the list is called. */
function entitle(tag) {
  const old = document.querySelector("#list .list-title > :is(h1, h2)");
  if (!old || old.localName === tag) return;
  const heading = document.createElement(tag);
  heading.append(...old.childNodes);
  old.replaceWith(heading);
}

/** Read the list anew from its own address, wherever it is paged; or another one, which *search* asks for. */
export async function readList(search = document.querySelector("[data-list]").dataset.list) {
  const asked = new URLSearchParams(search);
  const [view, cursor] = [asked.get("view"), new URLSearchParams(location.search).get("cursor")];
  asked.delete("view");
  if (cursor) asked.set("cursor", cursor);
  const answer = await fetch(`/desk/views/${view}?${asked}`, { headers: { "X-Background": "yes" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [old, fresh] = [document, page].map((one) => one.querySelector(".list-pane"));
  if (!answer.ok || !old || !fresh) throw new Error("There is no list.");
  const [hadFocus, tag] = [old.contains(document.activeElement), old.querySelector(".list-title > h1") ? "h1" : "h2"];
  old.replaceWith(fresh);
  entitle(tag);
  renewed(fresh);
  window.htmx?.process(fresh);
  mark(location);
  if (hadFocus) fresh.querySelector(".row-link")?.focus();
}

/** The row of the ticket as the server shows it now, in place of the old one. */
function renewRow() {
  const now = document.querySelector("#pane template[data-row]")?.content.firstElementChild;
  const old = now && document.getElementById(now.id);
  if (!old) return;
  const wasSelected = old.querySelector("input[type=checkbox]")?.checked;
  const hadFocus = old.contains(document.activeElement);
  old.replaceWith(now);
  const box = now.querySelector("input[type=checkbox]");
  if (box) box.checked = wasSelected;
  if (hadFocus) now.querySelector("a").focus();
  renewed(now);
}

function mark(url) {
  const links = rowLinks();
  for (const link of links) link.removeAttribute("aria-current");
  const here = links.findIndex((link) => link.pathname === url.pathname);
  if (here >= 0) {
    links[here].setAttribute("aria-current", "true");
    links[here].scrollIntoView({ block: "nearest" });
  }
  const steps = document.querySelector("#pane .steps-by");
  if (!steps || (here < 0 && steps.querySelector("[href]"))) return;
  for (const [rel, link] of [["prev", here > 0 && links[here - 1]], ["next", links[here + 1]]]) {
    const step = steps.querySelector(`[rel=${rel}]`);
    step.hidden = !link;
    if (link) step.href = link.href;
  }
}

const fetching = new WeakMap();

/** Put the rows that follow where *box* says that they are. */
function fetchMore(box) {
  if (!box.hasAttribute("aria-busy")) fetching.set(box, fetchRows(box));
  return fetching.get(box);
}

async function fetchRows(box) {
  box.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(box.querySelector("a").href, { headers: { "HX-Request": "true", "HX-Target": "more" } });
    const html = await answer.text();
    if (!answer.ok || /^\s*<!doctype/i.test(html) || !box.isConnected) return;
    const rows = document.createRange().createContextualFragment(html);
    const fresh = [...rows.children].filter((row) => !row.id || !document.getElementById(row.id)); // it may have moved
    const hadFocus = box.contains(document.activeElement);
    box.replaceWith(...fresh);
    if (hadFocus) fresh[0]?.querySelector("a").focus();
    for (const row of fresh) renewed(row);
    mark(location);
  } catch {
    // The link is still there, for a click.
  } finally {
    box.removeAttribute("aria-busy");
  }
}

const coming = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) fetchMore(target);
  },
  { root: null, rootMargin: "600px" },
);

onPart((root) => {
  for (const box of all(root, ".rows > .more")) coming.observe(box);
});
document.addEventListener("click", (event) => {
  const more = event.target.closest?.(".rows > .more a");
  if (!more || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  fetchMore(more.parentElement);
});

// Who reloads a page, or comes back to it, finds the list where it was, however far it was paged.
const PLACE = "list-place";
const MOST_ROWS = 1000;
const listShown = () => `${document.querySelector("[data-list]")?.dataset.list} ${new URLSearchParams(location.search).get("cursor")}`;

async function restore() {
  const place = JSON.parse(sessionStorage.getItem(PLACE) || "{}");
  if (place.list !== listShown() || performance.getEntriesByType("navigation")[0]?.type === "navigate") return;
  for (let count = -1; count < rowLinks().length && rowLinks().length < Math.min(place.rows, MOST_ROWS); ) {
    count = rowLinks().length;
    const box = document.querySelector(".rows > .more");
    if (box) await fetchMore(box);
  }
  document.getElementById("list").scrollTop = place.top;
  if (place.y) scrollTo(0, place.y);
}

if (document.querySelector("[data-list]")) {
  restore();
  addEventListener("pagehide", () => {
    const place = { list: listShown(), rows: rowLinks().length, top: document.getElementById("list").scrollTop, y: scrollY };
    sessionStorage.setItem(PLACE, JSON.stringify(place));
  });
}
