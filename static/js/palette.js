// Ctrl-K: a dialog that goes anywhere and does anything; and the sheet of keys in the same way. Both
// come from the server, where they are pages too.
import { chooser } from "./chooser.js";
import { can, prepareSwitch, run } from "./keys.js";

const go = document.querySelector("[data-open=palette]");
let shown;

/** Do what *item* is for; a link stays one for whoever wants another tab. */
function take(item, event, dialog) {
  const command = item.closest("[data-command]")?.dataset.command;
  const newTab = event.ctrlKey || event.metaKey || event.shiftKey;
  if (event.type === "click" && !command) return void (newTab || dialog.close());
  if (!newTab) dialog.close();
  if (command) run(command);
  else if (newTab) window.open(item.href, "_blank", "noopener");
  else item.click();
}

/** Show the commands that make sense on the page as it is. */
function trim(list) {
  for (const row of list.querySelectorAll("[data-command]")) {
    row.hidden = false;
    if (!can(row.dataset.command)) row.remove();
  }
}

/** Open the palette, with *words* in its box. */
export function palette(words = "") {
  const { say, sayAsk, sayFound } = go.dataset;
  const address = (asked) => `${go.href}?q=${encodeURIComponent(asked)}`;
  shown ||= chooser({ label: say, ask: sayAsk, found: sayFound, address, elsewhere: go.href, trim, take });
  shown.open(words);
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
