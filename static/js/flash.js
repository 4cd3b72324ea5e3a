// What the page tells once (.flashes): can be closed. On the desk good news leaves by itself after ten
// seconds, unless somebody is reading it. Sentences that a sending script has seen are handed over to
// the page that follows.
import { icon } from "./page.js";

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

function takeOver(region) {
  const handed = sessionStorage.getItem(HANDED);
  if (!handed) return;
  sessionStorage.removeItem(HANDED);
  for (const { look, sentence, symbol } of JSON.parse(handed)) {
    const alert = Object.assign(document.createElement("div"), { className: `alert ${look}` });
    alert.append(icon(symbol), Object.assign(document.createElement("div"), { textContent: sentence }));
    region.append(alert);
  }
}

const region = document.querySelector("[data-flashes]");
if (region) {
  takeOver(region);
  for (const alert of region.children) closable(alert);
}
// A form that came back with errors: the sum of them is read first.
document.querySelector("[data-errors]")?.focus();
