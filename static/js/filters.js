// The filter editor, while one chooses: the list beside it follows, and its count. Adding and removing a
// row are ordinary posts (panes.js); only what is chosen in a row comes here. Fetched when the editor is.
import { all, renewed } from "./page.js";

const PAUSE = 300; // milliseconds without a key
let timer = 0;
let asking;

function changed(event) {
  const form = event.target.closest?.("form[data-filters]");
  if (!form || event.target.closest(".filter-add, .save-view")) return;
  clearTimeout(timer);
  const isTyped = event.type === "input" && event.target.matches("input:not([type=checkbox])");
  timer = setTimeout(look, isTyped ? PAUSE : 0, form);
}

async function look(form) {
  if (!form.isConnected) return;
  asking?.abort();
  const mine = (asking = new AbortController());
  const body = new URLSearchParams(new FormData(form));
  body.set("do", "look");
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Background": "yes" }, signal: mine.signal });
    const html = await answer.text();
    if (!answer.ok || mine.signal.aborted || !form.isConnected) return;
    show(new DOMParser().parseFromString(html, "text/html"), form);
    const url = new URL(answer.url);
    history.replaceState(history.state, "", url.pathname + url.search);
  } catch {
    // A newer question, or no line: what is shown stays, and the button looks.
  }
}

function show(page, form) {
  const [old, now] = [document, page].map((one) => one.querySelector(".list-pane"));
  if (!old || !now || !page.querySelector("form[data-filters]")) return;
  old.replaceWith(now);
  renewed(now);
  const count = page.querySelector("[data-matching]").textContent;
  const told = form.querySelector("[data-matching]");
  if (told.textContent !== count) {
    told.textContent = count;
    form.querySelector("[data-matching-says]").textContent = count;
  }
  const rows = page.querySelectorAll(".filter-row");
  all(form, ".filter-row").forEach((row, at) => rows[at] && renew(row, rows[at]));
}

/** *row* as the server shows it *now*: whole where other controls belong to it, else only its trouble. */
function renew(row, now) {
  const was = (one) => one.querySelector('[name$="-was"]').value;
  if (was(row) !== was(now)) {
    const hadFocus = row.contains(document.activeElement);
    row.replaceWith(now);
    if (hadFocus) now.querySelector(".filter-op")?.focus();
    return;
  }
  const trouble = now.querySelector(".filter-trouble");
  row.querySelector(".filter-trouble").replaceWith(trouble);
  row.querySelector(".filter-remove").value = now.querySelector(".filter-remove").value;
  for (const input of all(row, ".filter-values input.input")) input.toggleAttribute("aria-invalid", !trouble.hidden);
}

/** Follow what is chosen, from now on. */
export function start() {
  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
}
