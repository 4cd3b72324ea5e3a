// The counts of the side bar follow what happens; the list says that it has changed, and is read
// anew when it is asked to: no row moves under anybody's pointer.
import { readList } from "./list.js";
import { all, onPart, say } from "./page.js";

const SOON = 400; // milliseconds, and up to as much again by chance: not every page in one moment
const NOT_OFTENER = 5000;
const MOST_ASKED = 100; // tickets
const UNCOUNTED = new Set(["reply_held", "reply_called_back"]); // kinds that change nothing in a list

const live = document.getElementById("live");
const changed = new Set(); // tickets of the list that something happened to
let asked; // those of them that a list will show which is read anew
let timer = 0;
let last = 0;

document.addEventListener("live:news", ({ detail: { news } }) => {
  if (news && news.every((one) => UNCOUNTED.has(one.kind))) return;
  for (const one of news || []) if (one.by?.id !== Number(live?.dataset.me)) changed.add(one.ticket);
  if (timer || !live) return;
  const pause = Math.max(SOON, last + NOT_OFTENER - Date.now());
  timer = setTimeout(look, pause + Math.random() * SOON);
});

async function look() {
  timer = 0;
  last = Date.now();
  try {
    const touched = [...changed];
    const answer = await fetch(live.dataset.changes + listed(touched), { redirect: "manual" });
    if (!answer.ok) return;
    const { counts, rows, unread } = await answer.json();
    count(counts);
    dot(touched, unread);
    compare(rows);
  } catch {
    // No connection: the next news bring it.
  }
}

/** What the list on the page asks for, and which of its tickets something happened to. */
function listed(touched) {
  const asked = new URLSearchParams(document.querySelector("[data-list]")?.dataset.list);
  if (touched.length) asked.set("touched", touched.slice(-MOST_ASKED));
  return `?${asked}`;
}

/** Of the tickets *touched*, those *unread* have a dot; the one that is open is being read. */
function dot(touched, unread) {
  for (const id of touched) {
    const row = document.getElementById(`row-${id}`);
    if (row && !row.querySelector("[aria-current]")) row.classList.toggle("is-unread", unread.includes(id));
  }
}

function count(counts) {
  for (const link of document.querySelectorAll(".views a")) {
    const number = link.querySelector(".count");
    const now = counts[new URL(link.href).pathname];
    if (number && now !== undefined && number.textContent !== String(now)) number.textContent = now;
  }
}

const idOf = (link) => Number(new URL(link.href).pathname.split("/").pop());

function compare(rows) {
  const pane = document.querySelector(".list-pane");
  if (!pane) return;
  const links = [...pane.querySelectorAll(".rows .row-link")];
  const shown = new Map(links.map((link) => [idOf(link), link]));
  const added = rows.filter((id) => !shown.has(id)).length;
  let touched = 0;
  for (const id of changed) {
    const link = shown.get(id);
    if (!link || link.matches("[aria-current]")) continue;
    link.closest(".row").classList.add("is-changed");
    touched += 1;
  }
  if (added) offer(pane, say(live.dataset.rows, { n: added }));
  else if (touched) offer(pane, live.dataset.moved);
}

function offer(pane, words) {
  const pill = pane.querySelector(".list-news") || document.createElement("a");
  pill.className = "button small list-news";
  pill.href = location.href;
  pill.textContent = words;
  pane.querySelector(".list-head")?.append(pill);
}

document.addEventListener("click", async (event) => {
  const pill = event.target.closest(".list-news");
  if (!pill || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  asked = [...changed];
  try {
    await readList();
  } catch {
    location.reload();
  }
});

// A list that was read anew has nothing to tell, but for what happened while it came.
onPart((root) => {
  if (!all(root, ".list-pane, .rows").length) return;
  for (const id of asked || changed) changed.delete(id);
  asked = undefined;
});
