// The ticket on the page, when somebody else merges it, puts it away, closes it or renames it: what the
// page says above and below the words follows. Words that this person has begun to write stay.
import { icon, renewed } from "./page.js";

const live = document.getElementById("live");

/** Let the name of the ticket, where it lies and what can be written follow the page as it is now. */
export function placeFollows(shown, fresh, title) {
  const heading = shown.querySelector("h1");
  const name = fresh.querySelector("h1").textContent;
  if (heading.textContent !== name) heading.textContent = name;
  if (title && document.title !== title) document.title = title;
  const [old, new_] = [shown, fresh].map((one) => one.querySelector(".lying"));
  if (old.dataset.place !== new_.dataset.place) {
    take(old, new_);
    take(shown.querySelector(".beside"), fresh.querySelector(".beside"));
    speak(new_.textContent);
  }
  writingFollows(shown.querySelector(".writing"), fresh.querySelector(".writing"));
}

/** The ticket is deleted for good: nothing of it stays on the screen but what this person writes. */
export function purged(shown) {
  const alert = Object.assign(document.createElement("div"), { className: "alert is-warn" });
  alert.append(icon("trash-2"), Object.assign(document.createElement("div"), { textContent: live.dataset.gone }));
  shown.querySelector(".lying").replaceChildren(alert);
  for (const part of shown.querySelectorAll(".ticket-title .actions, .facts > *, .beside > *, .conversation > *")) part.remove();
  for (const part of shown.querySelectorAll(".thread > .panel, .arrived")) part.remove();
  shown.querySelector("h1").textContent = document.title = `TKT${shown.dataset.ticket}`;
  const writing = shown.querySelector(".writing");
  if (isBegun(writing)) warn(writing, live.dataset.away);
  else writing.replaceChildren();
  speak(live.dataset.gone);
}

function take(old, new_) {
  old.replaceWith(new_);
  renewed(new_);
}

function speak(text) {
  const says = document.querySelector("[data-live-says]");
  if (says) says.textContent = text.replace(/\s+/g, " ").trim();
}

const isBegun = (writing) => [...writing.querySelectorAll("textarea, input[type=file]")].some((field) => field.value);

/** What can be written is another now: a composer that is empty is exchanged, another one says so. */
function writingFollows(old, new_) {
  const can = new_.dataset.can;
  if (old.dataset.can === can) return;
  if (isBegun(old)) {
    old.dataset.can = can;
    return warn(old, can === "nothing" ? live.dataset.away : new_.querySelector(".writing-why")?.textContent);
  }
  const focused = old.contains(document.activeElement) && document.activeElement.name;
  take(old, new_);
  if (focused) new_.querySelector(`textarea[name="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function warn(writing, why) {
  writing.querySelector(".writing-why")?.remove();
  if (!why) return;
  const text = Object.assign(document.createElement("p"), { className: "writing-why hint is-remark", textContent: why });
  writing.prepend(text);
  speak(why);
}
