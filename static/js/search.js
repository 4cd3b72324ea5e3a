// The list follows what is typed and chosen in form.list-filters.
import { addressOf, go } from "./panes.js";

const PAUSE = 250; // milliseconds without a key
let timer;

function look(event) {
  const form = event.target.form;
  if (!form?.matches(".list-filters") || !document.querySelector("[data-panes]")) return;
  clearTimeout(timer);
  const isTyped = event.type === "input" && event.target.matches("input");
  if (event.type === "change" && event.target.matches('input[type="search"]')) return; // it followed already
  timer = setTimeout(() => form.isConnected && go(addressOf(form), { part: "rows", push: "replace" }), isTyped ? PAUSE : 0);
}

document.addEventListener("input", look);
document.addEventListener("change", look);
