// The dialogs behind the composer's buttons: saved replies are put where the cursor was, macros lead to
// a look at what they would do.
import { chooser } from "./chooser.js";
import { BLANK, put } from "./replies.js";
import { selected } from "./typing.js";

const choosers = new Map(); // by the address of their list: each ticket has its own
const found = () => document.querySelector("[data-open=palette]").dataset.sayFound;

function of(button, make) {
  const url = button.dataset.url;
  if (!choosers.get(url)?.dialog.isConnected) choosers.set(url, make(url));
  return choosers.get(url);
}

function asking(url) {
  return (words) => {
    const address = new URL(url, location);
    address.searchParams.set("find", words);
    return address;
  };
}

/** What stands below a list: the template beside the button that opened it. */
function footOf(button) {
  const foot = button.parentElement.querySelector(`template[data-foot="${button.dataset.chooser}"]`);
  return foot.content.firstElementChild.cloneNode(true);
}

const field = () => document.querySelector(".composer textarea");

/** Saved replies. */
export function replies(button, words) {
  const shown = of(button, (url) => {
    const foot = footOf(button);
    foot.querySelector("[data-keep-words]").addEventListener("click", (event) => keepWords(event.target.closest("button")));
    const { say: label, sayAsk: ask } = button.dataset;
    return chooser({ label, ask, found: found(), address: asking(url), elsewhere: url, take, foot });
  });
  shown.open(words);
}

/** Where a reply goes: to the cursor; where that is at a variable to fill in, to the end. */
function place(area) {
  const here = selected(area);
  if (!BLANK.test(here.words)) return here;
  return { start: area.value.length, end: area.value.length, before: area.value };
}

async function take(item, _event, dialog) {
  const { start, end, before } = place(field());
  try {
    const answer = await fetch(item.dataset.choose, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const reply = await answer.json();
    dialog.close();
    const space = !before || /\s$/.test(before) ? "" : reply.insert.includes("\n") ? "\n\n" : " ";
    put(field(), { ...reply, insert: space + reply.insert }, start, end);
  } catch {
    location.assign(item.dataset.choose.replace(/\/\d+$/, "")); // signed out, or it is gone: the page says so
  }
}

/** Take what is written to the form of a new saved reply; a form of its own, so nothing is ever sent. */
function keepWords(button) {
  const form = Object.assign(document.createElement("form"), { method: "post", action: button.dataset.keepWords, hidden: true });
  const { csrf_token: token } = field().form.elements;
  for (const [name, value] of [["csrf_token", token.value], ["message", field().value]]) {
    form.append(Object.assign(document.createElement("textarea"), { name, value }));
  }
  document.body.append(form);
  form.submit();
}

/** Macros. */
export function macros(button, words) {
  const { say: label, sayAsk: ask } = button.dataset;
  const take = (item, event) => event.type === "click" || item.click();
  of(button, (url) => chooser({ label, ask, found: found(), address: asking(url), elsewhere: url, take, foot: footOf(button) })).open(words);
}
