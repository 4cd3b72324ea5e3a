// Ctrl-K: a dialog that goes anywhere and does anything; and the sheet of keys in the same way. Both
// come from the server, where they are pages too.
import { can, prepareSwitch, run } from "./keys.js";
import { icon } from "./page.js";

const PAUSE = 90; // milliseconds without a key before the server is asked
const part = { headers: { "HX-Request": "true", "HX-Target": "palette", Accept: "text/html" } };
const go = document.querySelector("[data-open=palette]");
let dialog, input, list, status, asking, timer;

function build() {
  dialog = Object.assign(document.createElement("dialog"), { className: "palette" });
  dialog.setAttribute("aria-label", go.dataset.say);
  const box = Object.assign(document.createElement("div"), { className: "palette-ask" });
  input = Object.assign(document.createElement("input"), { type: "text", placeholder: go.dataset.sayAsk, maxLength: 200, autocomplete: "off", spellcheck: false });
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list", "aria-autocomplete": "list", "aria-label": go.dataset.sayAsk })) {
    input.setAttribute(name, value);
  }
  list = Object.assign(document.createElement("div"), { className: "palette-list", id: "palette-list" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", go.dataset.say);
  status = Object.assign(document.createElement("p"), { className: "for-readers" });
  status.setAttribute("role", "status");
  box.append(icon("search"), input);
  dialog.append(box, list, status);
  document.body.append(dialog);
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  input.addEventListener("keydown", move);
  list.addEventListener("click", (event) => {
    const item = event.target.closest(".palette-item");
    if (item) take(item, event);
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}

const items = () => [...list.querySelectorAll(".palette-item")];

function point(item) {
  for (const one of items()) one.setAttribute("aria-selected", one === item);
  if (item) input.setAttribute("aria-activedescendant", item.id);
  else input.removeAttribute("aria-activedescendant");
  item?.scrollIntoView({ block: "nearest" });
}

function move(event) {
  const all = items();
  const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") point(all[(at + 1) % all.length]);
  else if (event.key === "ArrowUp") point(all.at(at - 1));
  else if (event.key === "Enter" && !event.isComposing) {
    if (all[at]) take(all[at], event);
  } else return;
  event.preventDefault();
}

/** Do what *item* is for; a link stays one for whoever wants another tab. */
function take(item, event) {
  const command = item.closest("[data-command]")?.dataset.command;
  const newTab = event.ctrlKey || event.metaKey || event.shiftKey;
  if (event.type === "click" && !command) return void (newTab || dialog.close());
  if (!newTab) dialog.close();
  if (command) run(command);
  else if (newTab) window.open(item.href, "_blank", "noopener");
  else item.click();
}

async function look() {
  asking?.abort();
  const mine = (asking = new AbortController());
  try {
    const answer = await fetch(`${go.href}?q=${encodeURIComponent(input.value)}`, { ...part, signal: mine.signal });
    const html = await answer.text();
    if (mine.signal.aborted) return;
    if (answer.redirected || !answer.ok) return location.assign(go.href); // signed out, say
    show(html);
  } catch {
    // A newer question, or no line: what is shown stays, and the next letter asks again.
  }
}

function show(html) {
  list.replaceChildren(document.createRange().createContextualFragment(html));
  for (const row of list.querySelectorAll("[data-command]")) {
    row.hidden = false;
    if (!can(row.dataset.command)) row.remove();
  }
  for (const group of list.querySelectorAll(".palette-group")) {
    if (!group.querySelector("li")) group.remove();
    else group.setAttribute("role", "group");
    for (const row of group.querySelectorAll("ul, li")) row.setAttribute("role", "presentation");
  }
  items().forEach((item, i) => {
    item.id = `palette-${i}`;
    item.tabIndex = -1;
    item.setAttribute("role", "option");
  });
  point(items()[0]);
  status.textContent = go.dataset.sayFound.replace("{n}", items().length);
}

/** Open the palette. */
export function palette() {
  if (!dialog) build();
  if (dialog.open) return;
  input.value = "";
  dialog.showModal();
  input.focus();
  look();
}

let shownSheet;

/** Open the sheet of keys. */
export async function sheet() {
  if (shownSheet?.isConnected) return shownSheet.open || shownSheet.showModal();
  const link = document.querySelector("[data-open=sheet]");
  const answer = await fetch(link.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.querySelector("[data-sheet]");
  if (!found) return location.assign(link.href);
  shownSheet = Object.assign(document.createElement("dialog"), { className: "palette" });
  shownSheet.setAttribute("aria-labelledby", "sheet-title");
  const inside = Object.assign(document.createElement("div"), { className: "palette-sheet", tabIndex: 0 });
  const title = Object.assign(document.createElement("h1"), { id: "sheet-title", textContent: page.querySelector("h1").textContent });
  inside.append(title, found, page.querySelector("[data-keys-switch]"));
  shownSheet.append(inside);
  document.body.append(shownSheet);
  prepareSwitch(shownSheet);
  shownSheet.addEventListener("click", (event) => event.target === shownSheet && shownSheet.close());
  return shownSheet.showModal();
}
