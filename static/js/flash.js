// What the page tells once (.flashes): can be closed. On the desk good news leaves by itself after ten
// seconds, unless somebody is reading it. Sentences that a sending script has seen are handed over to
// the page that follows.
import { all, icon, onPart } from "./page.js";

const HANDED = "flashes";
const STAYS = 10_000; // milliseconds

function closable(alert) {
  if (alert.querySelector(".close")) return;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "close" });
  button.setAttribute("aria-label", document.documentElement.dataset.close);
  button.append(icon("x"));
  button.addEventListener("click", () => alert.remove());
  alert.append(button);
  if (document.body.classList.contains("desk") && alert.classList.contains("is-good")) leave(alert);
}

function leave(alert) {
  const go = () => (alert.matches(":hover, :focus-within") ? setTimeout(go, STAYS) : alert.remove());
  setTimeout(go, STAYS);
}

/** Keep the flashes of *page*, a document that a script fetched, for the page that is opened next. */
export function handOver(page) {
  const found = [...page.querySelectorAll(".flashes > .alert")].map((alert) => ({
    look: [...alert.classList].find((name) => name.startsWith("is-")) || "is-info",
    sentence: alert.querySelector("div")?.textContent || "",
    symbol: alert.querySelector("use")?.getAttribute("href").split("#")[1] || "info",
  }));
  if (found.length) sessionStorage.setItem(HANDED, JSON.stringify(found));
}

/** The deed that a form with the address *action* takes back was: it isn't offered any more. */
export function undone(action) {
  for (const form of all(region, ".alert form")) if (form.action === action) form.closest(".alert").remove();
}

function takeOver() {
  const handed = sessionStorage.getItem(HANDED);
  if (!handed) return;
  sessionStorage.removeItem(HANDED);
  for (const { look, sentence, symbol } of JSON.parse(handed)) tell(sentence, { look, symbol });
}

// What a toast offered has been taken; if that fails, another one says so.
document.addEventListener("submit", ({ target }) => {
  const alert = target.closest(".flashes > .alert");
  if (alert) setTimeout(() => (alert.hidden = true));
});

const region = document.querySelector("[data-flashes]");

/** Say *sentence* to whoever looks at the page; *button*, if any, stands beside it. */
export function tell(sentence, { look = "is-info", symbol = "info", button } = {}) {
  const alert = Object.assign(document.createElement("div"), { className: `alert ${look}` });
  const words = Object.assign(document.createElement("div"), { textContent: sentence });
  if (button) words.append(" ", button);
  alert.append(icon(symbol), words);
  closable(alert);
  region.append(alert);
  return alert;
}

if (region) takeOver();
onPart((root) => {
  for (const alert of all(root, "[data-flashes] > .alert")) closable(alert);
});
// A form that came back with errors: the sum of them is read first.
document.querySelector("[data-errors]")?.focus();
