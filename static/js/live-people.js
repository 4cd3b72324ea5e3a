// Who else is at the ticket on the page, and who is writing; and telling them that one writes oneself.
import { shownTicket } from "./live.js";
import { say } from "./page.js";

const TELLS_EVERY = 4000; // milliseconds; the server forgets after twice as much

const live = document.getElementById("live");
const names = new Intl.ListFormat(document.documentElement.lang || undefined, { type: "conjunction" });
let known = { ticket: null, here: [] };
let told = { ticket: null, when: 0 };
let spoken = "";

function sentence(people, one, many) {
  if (!people.length) return "";
  const all = people.map((person) => person.name);
  return people.length > 1 ? say(many, { names: names.format(all) }) : say(one, { name: all[0] });
}

function element(tag, className, text = "") {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}

function show() {
  const article = document.querySelector("article[data-ticket]");
  if (!live || !article) return;
  const isKnown = known.ticket === shownTicket();
  const others = isKnown ? known.here.filter((person) => person.id !== Number(live.dataset.me)) : [];
  const writers = others.filter((person) => person.writing);
  const lookers = others.filter((person) => !person.writing);
  const { looks, look, writes, write } = live.dataset;
  const sentences = [sentence(writers, writes, write), sentence(lookers, looks, look)].filter(Boolean);
  const text = sentences.join(" · ");
  const line = article.querySelector(".together") || place(article);
  if (!line || line.dataset.said === text) return;
  line.dataset.said = text;
  line.classList.toggle("is-writing", writers.length > 0);
  line.replaceChildren(...[...writers, ...lookers].slice(0, 3).map(avatar), element("span", "", text));
  line.hidden = !text;
  article.querySelector(".together-writing")?.remove();
  if (writers.length) {
    article.querySelector(".composer .kinds")?.append(element("span", "together-writing", sentences[0]));
  }
  speak(text);
}

/** Tell a screen reader, but not again what it was told before. */
function speak(text) {
  const says = document.querySelector("[data-live-says]");
  if (says && text !== spoken) says.textContent = text;
  spoken = text;
}

function avatar(person) {
  const circle = element("span", "avatar is-staff is-small", person.initials);
  circle.setAttribute("aria-hidden", "true");
  return circle;
}

function place(article) {
  const line = element("span", "together");
  line.hidden = true;
  line.dataset.said = "";
  article.querySelector(".facts")?.append(line);
  return line;
}

document.addEventListener("live:people", ({ detail }) => {
  known = detail;
  show();
});
for (const name of ["htmx:afterSettle", "desk:ticket"]) document.addEventListener(name, show);

document.addEventListener("input", (event) => {
  const text = event.target.closest?.(".composer textarea");
  const ticket = shownTicket();
  if (!live || !ticket || !text?.value || !event.isTrusted) return;
  if (told.ticket === ticket && Date.now() - told.when < TELLS_EVERY) return;
  told = { ticket, when: Date.now() };
  const body = new URLSearchParams({ csrf_token: text.form.elements.csrf_token?.value || "" });
  const address = new URL(`/desk/tickets/${ticket}/writing`, location.href);
  fetch(address, { method: "POST", body, redirect: "manual" }).catch(() => {});
});
