// A dialog in which somebody finds one of many by a few letters: a box, and below it a list that the
// server makes (.palette-item) and that arrow keys, mouse or finger choose from.
import { icon, say } from "./page.js";

const PAUSE = 90; // milliseconds without a key before the server is asked
const part = { headers: { "HX-Request": "true", "HX-Target": "palette", Accept: "text/html" } };
let made = 0;

/** A chooser that isn't open yet.
 *  *label*, *ask* and *found* (with {n}) are its words; *address* gives what to ask for some letters,
 *  and *elsewhere* is the page that does the same where that fails. *trim* takes away from a new list
 *  what makes no sense here, *take* does what an item is for, *foot* is an element below. */
export function chooser({ label, ask, found, address, elsewhere, trim = () => {}, take, foot }) {
  const id = `palette-${++made}`;
  const dialog = Object.assign(document.createElement("dialog"), { className: "palette" });
  dialog.setAttribute("aria-label", label);
  const box = Object.assign(document.createElement("div"), { className: "palette-ask" });
  const input = Object.assign(document.createElement("input"), { type: "text", placeholder: ask, maxLength: 200, autocomplete: "off", spellcheck: false });
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "true", "aria-controls": id, "aria-autocomplete": "list", "aria-label": ask })) {
    input.setAttribute(name, value);
  }
  const list = Object.assign(document.createElement("div"), { className: "palette-list", id });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label);
  const status = Object.assign(document.createElement("p"), { className: "for-readers" });
  status.setAttribute("role", "status");
  box.append(icon("search"), input);
  dialog.append(box, list, ...(foot ? [foot] : []), status);
  document.body.append(dialog);

  let asking, timer;
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
      if (all[at]) take(all[at], event, dialog);
    } else return;
    event.preventDefault();
  }

  async function look() {
    asking?.abort();
    const mine = (asking = new AbortController());
    try {
      const answer = await fetch(address(input.value), { ...part, signal: mine.signal });
      const html = await answer.text();
      if (mine.signal.aborted) return;
      if (answer.redirected || !answer.ok) return location.assign(elsewhere); // signed out, say
      show(html);
    } catch {
      // A newer question, or no line: what is shown stays, and the next letter asks again.
    }
  }

  function show(html) {
    list.replaceChildren(document.createRange().createContextualFragment(html));
    trim(list);
    for (const group of list.querySelectorAll(".palette-group")) {
      if (!group.querySelector("li")) group.remove();
      group.setAttribute("role", "group");
      const heading = group.querySelector("h2");
      if (heading) group.setAttribute("aria-label", heading.textContent);
      for (const row of group.querySelectorAll("h2, ul, li")) row.setAttribute("role", "presentation");
    }
    items().forEach((item, i) => {
      item.id = `${id}-${i}`;
      item.tabIndex = -1;
      item.setAttribute("role", "option");
    });
    point(items()[0]);
    status.textContent = say(found, { n: items().length });
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  input.addEventListener("keydown", move);
  list.addEventListener("click", (event) => {
    const item = event.target.closest(".palette-item");
    if (item) take(item, event, dialog);
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

  return {
    dialog,
    /** Open it, with *words* in its box. */
    open(words = "") {
      if (dialog.open) return;
      input.value = words;
      dialog.showModal();
      input.focus();
      look();
    },
  };
}
