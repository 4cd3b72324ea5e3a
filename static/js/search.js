// The list follows what is typed and chosen in form.list-filters. Its box proposes filters.
import { addressOf, forget, go } from "./panes.js";

const PAUSE = 250; // milliseconds without a key
const UNFINISHED = /(?:^|\s)-?\p{L}[\w.-]*:"?$/u; // the name of a filter, its value is still to come
let timer;

function look(event) {
  const form = event.target.form;
  if (!form?.matches(".list-filters") || !document.querySelector("[data-panes]")) return;
  clearTimeout(timer);
  const isTyped = event.type === "input" && event.target.matches("input");
  if (event.target.matches("input[type=search]")) {
    if (!isTyped) return; // it followed already
    propose(event.target);
    if (UNFINISHED.test(event.target.value)) return;
  }
  forget(); // an older answer would take the words away that are typed now
  timer = setTimeout(() => form.isConnected && go(addressOf(form), { part: "rows", push: "replace" }), isTyped ? PAUSE : 0);
}

/** With the first letter; whoever completes then hears of it. */
async function propose(box) {
  if (box.hasAttribute("aria-controls")) return;
  const { proposeIn } = await import("./search-proposals.js");
  if (!box.isConnected || !proposeIn(box)) return;
  box.dispatchEvent(new InputEvent("input"));
}

document.addEventListener("input", look);
document.addEventListener("change", look);
document.addEventListener("submit", () => clearTimeout(timer)); // it asks for the same, and more
