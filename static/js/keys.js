// Single keys, for whoever answers all day: what each does. The words for them are in web/desk/keys.py;
// a test compares the two. Nothing fires while somebody types, or with a modifier, or where the agent
// has switched single keys off (WCAG 2.1.4).
import { onPart } from "./page.js";
import * as selection from "./selection.js";
import { typedAhead } from "./typed-ahead.js";

const OFF = "keys-off";
const pane = () => document.getElementById("pane");
const find = (selector) => pane()?.querySelector(selector) ?? null;
const links = () => [...document.querySelectorAll("#list .row-link")];

function isOff() {
  try {
    return localStorage.getItem(OFF) === "yes";
  } catch {
    return false;
  }
}

function walk(step) {
  const all = links();
  const at = all.indexOf(document.activeElement);
  const from = at >= 0 ? at : all.findIndex((link) => link.matches("[aria-current]"));
  const next = all[Math.max(0, Math.min(all.length - 1, from + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function write(kind) {
  const radio = find(`.composer input[name="kind"][value="${kind}"]`);
  if (radio && !radio.checked) radio.click();
  find(".composer textarea").focus();
}

/** Open a field of the ticket; what is chosen there is kept at once, and can be undone. */
function choose(name) {
  const field = find(`.properties [name="${name}"]`);
  field.focus();
  if (field.tagName !== "SELECT") return field.select();
  const keep = () => field.form.requestSubmit();
  field.addEventListener("change", keep, { once: true });
  field.addEventListener("blur", () => field.removeEventListener("change", keep), { once: true });
  try {
    field.showPicker();
  } catch {
    // An older browser: the field has the focus, arrow keys choose.
  }
}

const view = (name) => document.querySelector(`.views a[href*="/desk/views/${name}"]`);
const resolve = () => find('.ticket-head form:has(input[name="status"][value="resolved"]) button');
// What was done last says so in a toast; a reply that waits can be called back for as long as it does.
const undos = () => {
  const toasts = [...document.querySelectorAll('#flashes .post:not([hidden] *) button')];
  return toasts.length ? toasts : [...document.querySelectorAll("#pane [data-call-back] button")];
};
const field = (name) => () => selection.count() || find(`.properties [name="${name}"]`);
/** With tickets selected, a key is for them; else for the one that is open. */
const change = (name) => () => (selection.count() ? selection.offer(name) : choose(name));

const macros = () => find('[data-chooser="macros"]');

/** Look at what the macro of this number would do to the ticket. */
function lookAtMacro(id) {
  const url = new URL(macros().href);
  url.pathname += `/${id}`;
  location.assign(url);
}

// command → [is it possible here?, do it]
const COMMANDS = {
  palette: [() => true, () => open("palette")],
  keys: [() => true, () => open("sheet")],
  search: [() => document.querySelector('#list [name="q"]'), () => document.querySelector('#list [name="q"]').focus()],
  undo: [() => undos().length, () => undos().at(-1).click()],
  down: [() => links().length, () => walk(1)],
  up: [() => links().length, () => walk(-1)],
  open: [() => document.activeElement?.matches("#list .row-link"), () => document.activeElement.click()],
  reply: [() => find('.composer [name="kind"][value="reply"]'), () => write("reply")],
  note: [() => find('.composer [name="kind"][value="note"]'), () => write("note")],
  select: [selection.canSelect, () => selection.toggleHere()],
  "select-to": [selection.canSelect, () => selection.toggleHere(true)],
  assignee: [field("assignee"), change("assignee")],
  status: [field("status"), change("status")],
  tags: [field("tags"), change("tags")],
  category: [field("category"), change("category")],
  resolve: [() => selection.count() || resolve(), () => (selection.count() ? selection.resolveAll() : resolve().click())],
  macros: [macros, () => macros().click()],
  unread: [() => find("form[data-unread]"), () => find("form[data-unread] button").click()],
};
for (const name of ["mine", "unassigned", "open", "pending", "resolved", "closed", "all", "spam", "bin"]) {
  COMMANDS[`view-${name}`] = [() => view(name), () => view(name).click()];
}
const KEYS = {
  "/": "search", "?": "keys", z: "undo", j: "down", k: "up", r: "reply", n: "note", a: "assignee",
  s: "status", t: "tags", c: "category", e: "resolve", u: "unread", m: "macros",
  x: "select", X: "select-to",
  "g m": "view-mine", "g u": "view-unassigned", "g o": "view-open", "g p": "view-pending", "g r": "view-resolved",
  "g c": "view-closed", "g a": "view-all", "g s": "view-spam", "g d": "view-bin",
};

const of = (command) => (/^macro-\d+$/.test(command) ? [macros, () => lookAtMacro(command.slice(6))] : COMMANDS[command]);

/** Whether *command* makes sense on the page as it is. */
export const can = (command) => Boolean(of(command)?.[0]());

/** Do it. */
export const run = (command) => can(command) && of(command)[1]();

// Fetched when somebody asks for it: a first page is light.
async function open(what) {
  const [palette, words] = await typedAhead(() => import("./palette.js"));
  palette?.[what](words);
}

const PAUSE = 1200; // milliseconds between the two keys of a pair
let first = "";
let forget;

function isTyping(target) {
  return target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog, [role=listbox]");
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat && !/^[jk]$/.test(event.key)) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    return void open("palette");
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isOff() || isTyping(event.target)) return;
  const command = KEYS[first ? `${first} ${event.key}` : event.key];
  clearTimeout(forget);
  first = "";
  if (command) {
    if (!can(command)) return;
    event.preventDefault();
    run(command);
  } else if (event.key === "g") {
    first = "g";
    forget = setTimeout(() => (first = ""), PAUSE);
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-open]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  open(link.dataset.open);
});

/** The switch for single keys, on the sheet and on its page. */
export function prepareSwitch(root) {
  for (const part of root.querySelectorAll("[data-keys-switch]")) {
    const box = part.querySelector("input");
    part.hidden = false;
    box.checked = !isOff();
    box.onchange = () => {
      try {
        if (box.checked) localStorage.removeItem(OFF);
        else localStorage.setItem(OFF, "yes");
      } catch {
        box.checked = true; // this browser keeps nothing
      }
    };
  }
}
onPart(prepareSwitch);
