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

const sheets = {};

/** Open the sheet of keys. */
export const sheet = () => openSheet("sheet");

/** Open the sheet about searching. */
export const searchHelp = () => openSheet("searchHelp");

/** Show the sheet of the page that the link to *name* leads to. */
async function openSheet(name) {
  if (sheets[name]?.isConnected) return sheets[name].open || sheets[name].showModal();
  const link = document.querySelector(`[data-open="${name}"]`);
  const answer = await fetch(link.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.querySelector("[data-sheet]");
  if (!found) return location.assign(link.href);
  const dialog = (sheets[name] = Object.assign(document.createElement("dialog"), { className: "palette" }));
  dialog.setAttribute("aria-labelledby", `${name}-title`);
  const inside = Object.assign(document.createElement("div"), { className: "palette-sheet", tabIndex: 0 });
  const title = Object.assign(document.createElement("h1"), { id: `${name}-title`, textContent: page.querySelector("h1").textContent });
  const more = page.querySelector("[data-keys-switch]");
  inside.append(title, found, ...(more ? [more] : []));
  dialog.append(inside);
  document.body.append(dialog);
  prepareSwitch(dialog);
  dialog.addEventListener("click", (event) => (event.target === dialog || event.target.closest("a")) && dialog.close());
  return dialog.showModal();
}
