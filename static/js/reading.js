// A ticket counts as read once it was on a visible page for a moment; its row loses the dot at once.
// What comes while it is open is read when it was on the screen (live-ticket.js). "Mark as unread"
// puts it aside: back to the list, so that nothing reads it again behind one's back.
import { shownTicket } from "./live.js";

const AFTER = 500; // milliseconds: who walks through a list has read none of it
const background = { "X-Background": "yes" };
let timer;
let told = ""; // what the server knows already

const rowOf = (ticket) => document.getElementById(`row-${ticket}`);
const idOf = (message) => Number(message.id.replace("message-", ""));

/** The newest message that the person has seen of *article*. */
function seenIn(article) {
  const messages = [...article.querySelectorAll(".conversation > .message")];
  const unseen = messages.filter((one) => one.matches(".is-fresh:not(.is-read)")).map(idOf);
  return Math.max(0, ...messages.map(idOf).filter((id) => id < Math.min(Infinity, ...unseen)));
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(look, AFTER);
}

async function look() {
  const article = document.querySelector("article[data-ticket]");
  const csrf = article?.querySelector('input[name="csrf_token"]')?.value;
  if (!csrf || document.hidden) return;
  const ticket = shownTicket();
  const seen = seenIn(article);
  if (told === `${ticket} ${seen}`) return;
  told = `${ticket} ${seen}`;
  try {
    const body = new URLSearchParams({ csrf_token: csrf, up_to: seen });
    const answer = await fetch(`/desk/tickets/${ticket}/read`, { method: "POST", body, headers: background, redirect: "manual" });
    if (!answer.ok) throw new Error(answer.status);
    if (!article.querySelector(".is-fresh:not(.is-read)")) rowOf(ticket)?.classList.remove("is-unread");
    article.querySelector("form[data-read]")?.remove();
    if ((await answer.json()).seen) document.dispatchEvent(new CustomEvent("live:notice"));
  } catch {
    told = ""; // the dot stays; the next look tries again
  }
}

async function putAside(form) {
  const ticket = shownTicket();
  const list = document.querySelector(".ticket-nav .back").href;
  clearTimeout(timer);
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: background, redirect: "manual" });
    if (!answer.ok) throw new Error(answer.status);
  } catch {
    return form.submit(); // the page says what is wrong
  }
  const [{ tell }, { go }] = await Promise.all([import("./flash.js"), import("./panes.js")]);
  told = "";
  rowOf(ticket)?.classList.add("is-unread");
  tell(form.dataset.unread, { look: "is-good", symbol: "circle-check" });
  await go(list, { part: "beside" });
  rowOf(ticket)?.querySelector("a").focus();
}

document.addEventListener(
  "submit",
  (event) => {
    if (!("unread" in event.target.dataset) || !rowOf(shownTicket())) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    putAside(event.target);
  },
  true,
);

for (const name of ["htmx:afterSettle", "desk:ticket", "desk:read", "visibilitychange"]) document.addEventListener(name, soon);
soon();
