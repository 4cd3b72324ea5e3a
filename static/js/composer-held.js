// [data-held]: a reply that is about to leave. Its seconds are counted; then the page is asked for the
// message that it has become (live-ticket.js), in its place.
import { shownTicket } from "./live.js";
import { lookAgain } from "./live-ticket.js";
import { all, say } from "./page.js";
import { go } from "./panes.js";

const SOON = 700; // milliseconds after its time: the server lets it leave in between
const MOST_LOOKS = 20;

const held = new Map(); // elements → when they leave, by this page's own clock

/** Count down what is held in *root*. */
export function look(root) {
  for (const one of all(root, "[data-held]")) {
    if (!held.size) setTimeout(tick);
    if (!held.has(one)) held.set(one, { at: performance.now() + Number(one.dataset.seconds) * 1000, looks: 0 });
  }
  for (const form of all(root, "[data-held] form")) form.addEventListener("submit", calledBack);
}

const toastOf = (one) => document.querySelector(`.flashes [data-call-back="${one.dataset.held}"]`)?.closest(".alert");

function tick() {
  for (const [one, { at, looks }] of [...held]) {
    if (!one.isConnected) held.delete(one);
    else show(one, Math.max(0, Math.ceil((at - performance.now()) / 1000)), looks);
  }
  if (held.size) setTimeout(tick, 1000);
}

function show(one, seconds, looks) {
  const words = one.querySelector("[data-leaves]");
  const { say: sentence, sayNow } = words.dataset;
  words.textContent = seconds ? say(sentence, { n: seconds }) : sayNow;
  if (seconds) return;
  one.classList.add("is-leaving");
  one.querySelector("[data-call-back]")?.remove();
  toastOf(one)?.remove();
  held.get(one).looks += 1;
  if (looks < MOST_LOOKS && (looks < 3 || looks % 4 === 0)) setTimeout(lookAgain, SOON);
}

document.addEventListener("live:news", ({ detail: { news } }) => {
  const isBack = news?.some((one) => one.kind === "reply_returned" && one.ticket === shownTicket());
  if (!isBack || !document.querySelector("[data-held][data-mine]") || document.querySelector(".composer textarea")?.value) return;
  go(location.href, { push: "", part: "pane" }); // it is in the composer again, which says why
});

/** What was called back in the conversation, a toast needn't offer. */
function calledBack({ target }) {
  toastOf(target.closest("[data-held]"))?.remove();
}
