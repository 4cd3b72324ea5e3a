// Several tickets of the list at once: boxes before the rows, and over the list's head what can be done
// with those that are ticked (from the server: /desk/bulk, which is also the page for it without
// scripts). What is selected outlives more rows, newer rows and tickets that are opened beside it.
import { readList } from "./list.js";
import { all, onPart, say } from "./page.js";
import { send } from "./panes.js";

const chosen = new Set(); // ids
let everything = false; // all that the list asks for, shown or not
let isOn = false; // boxes and bar are there
let list; // which list it is
let anchor; // the row from which Shift selects
let bar;

const pane = () => document.getElementById("list");
const rows = () => [...document.querySelectorAll("#list .rows > .row")];
const idOf = (row) => row.id.slice("row-".length);
const listNow = () => pane()?.querySelector("[data-list]")?.dataset.list;
const here = () => (document.activeElement.closest?.("#list .row") || document.querySelector("#list .row:has([aria-current])"));

/** How many tickets the list has, shown or not. */
const total = () => Number(pane()?.querySelector("[data-total]")?.textContent) || rows().length;

/** How many are selected. */
export const count = () => (everything ? total() : chosen.size);

const isChosen = (row) => everything || chosen.has(idOf(row));

function put(row, on) {
  if (everything && !on) {
    everything = false;
    for (const one of rows()) chosen.add(idOf(one));
  }
  if (on) chosen.add(idOf(row));
  else chosen.delete(idOf(row));
}

/** Select *row* or not; with *isRange* all from the last one to it. */
function toggle(row, on, isRange) {
  const shown = rows();
  const [from, to] = [shown.indexOf(anchor), shown.indexOf(row)].sort((a, b) => a - b);
  if (isRange && from >= 0) for (const one of shown.slice(from, to + 1)) put(one, on);
  else put(row, on);
  anchor = row;
  show();
}

/** Select the row that one is at, or no longer. */
export function toggleHere(isRange = false) {
  const row = here();
  if (row) toggle(row, isRange || !isChosen(row), isRange);
}

export const canSelect = () => Boolean(here());

function clear() {
  chosen.clear();
  everything = isOn = false;
  anchor = undefined;
}

function show() {
  isOn ||= chosen.size > 0 || everything;
  pane()?.classList.toggle("is-selecting", isOn);
  for (const row of rows()) dress(row);
  if (!isOn) return bar?.remove();
  if (bar?.dataset.list === list) lay();
  else fetchBar();
}

function lay() {
  const head = pane().querySelector(".list-head");
  if (bar.parentElement !== head) head.append(bar);
  const number = say(bar.dataset.sayCount, { n: count() });
  const told = bar.querySelector("[data-count]");
  if (told.textContent !== number) told.textContent = number;
  const whole = bar.querySelector('[data-select="everything"]');
  whole.hidden = everything || !pane().querySelector(".rows > .more");
  whole.textContent = say(bar.dataset.sayAll, { n: total() });
  bar.querySelector('[data-select="shown"]').hidden = everything || rows().every(isChosen);
  for (const part of bar.querySelectorAll(".bulk-bar > *")) part.toggleAttribute("inert", !count());
  bar.classList.toggle("is-empty", !count());
}

let fetching;

async function fetchBar() {
  const wanted = list;
  if (fetching === wanted) return;
  fetching = wanted;
  try {
    const answer = await fetch(`/desk/bulk${wanted}`, { headers: { "HX-Request": "true", "HX-Target": "bar" } });
    const html = await answer.text();
    if (!answer.ok || /^\s*<!doctype/i.test(html)) return location.assign(`/desk/bulk${wanted}`);
    if (wanted !== list || !isOn) return;
    bar?.remove();
    bar = document.createRange().createContextualFragment(html).querySelector(".select-bar");
    bar.dataset.list = wanted;
    const form = bar.querySelector("form");
    form.addEventListener("formdata", ({ formData }) => fill(formData));
    form.addEventListener("submit", doIt);
    form.addEventListener("keydown", chooseByEnter);
    lay();
  } catch {
    // No line: the boxes are there, the next tick asks again.
  } finally {
    fetching = undefined;
  }
}

/** Enter in a choice takes it, as it would in a line of text. */
function chooseByEnter(event) {
  if (event.key !== "Enter" || event.target.tagName !== "SELECT") return;
  event.preventDefault();
  event.target.closest(".bulk-choice").querySelector("button").click();
}

function fill(data) {
  if (everything) data.append("everything", "1");
  else for (const id of chosen) data.append("ids", id);
  data.append("next", location.pathname + location.search);
}

async function doIt(event) {
  event.preventDefault();
  const at = rows().findIndex(isChosen);
  if (!count() || !(await send(event.target, event.submitter))) return;
  clear();
  show();
  await readList().catch(() => location.reload());
  const links = document.querySelectorAll("#list .row-link");
  (links[Math.min(Math.max(at, 0), links.length - 1)] || pane().querySelector("h1, h2"))?.focus();
}

/** Open what the bar offers for *name*. */
export function offer(name) {
  const field = bar?.querySelector(`[name="${name}"]`);
  if (!field) return;
  field.closest("details").open = true;
  field.focus();
}

/** Call the selected tickets resolved. */
export function resolveAll() {
  const field = bar?.querySelector('[name="status"]');
  if (!field) return;
  field.value = "resolved";
  bar.querySelector("form").requestSubmit(bar.querySelector('button[value="status"]'));
}

/** A row with its box, ticked or not. */
function dress(row) {
  let box = row.querySelector(".row-box");
  if (!box) {
    const tick = Object.assign(document.createElement("label"), { className: "row-tick" });
    box = Object.assign(document.createElement("input"), { type: "checkbox", className: "row-box" });
    const words = document.querySelector("[data-select-many]")?.dataset.sayOne;
    box.setAttribute("aria-label", say(words, { subject: row.querySelector(".row-subject").textContent }));
    tick.append(box);
    row.prepend(tick);
  }
  box.checked = isChosen(row);
  box.tabIndex = isOn ? 0 : -1;
  row.classList.toggle("is-selected", box.checked);
}

document.addEventListener("click", (event) => {
  const row = event.target.closest?.("#list .row");
  if (row && event.target.matches(".row-box")) return toggle(row, event.target.checked, event.shiftKey);
  if (row && event.shiftKey && anchor && event.target.closest(".row-link")) {
    event.preventDefault(); // a range, not a window of its own
    return toggle(row, true, true);
  }
  const many = event.target.closest?.("[data-select-many]");
  if (many && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    isOn = true;
    return show();
  }
  const which = event.target.closest?.("[data-select]")?.dataset.select;
  if (which === "shown") for (const one of rows()) put(one, true);
  else if (which === "everything") everything = true;
  else if (which === "none") clear();
  else return;
  show();
  if (which === "none") pane().querySelector(".row-link")?.focus();
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !isOn || event.defaultPrevented || document.querySelector("dialog[open], details.menu[open]")) return;
  if (event.target.matches("textarea, input:not(.row-box), select")) return;
  clear();
  show();
});

onPart((root) => {
  if (listNow() !== list) {
    clear();
    list = listNow();
    return show();
  }
  for (const row of all(root, "#list .row")) dress(row);
  if (!isOn) return;
  if (all(root, "#list, .rows").length) show();
  else if (bar?.dataset.list === list) lay();
});
