// What is written in a ticket's composer, kept on the server while one types and when one leaves: it is
// there on every device. Where the server can't be reached this browser keeps it (draft.js) and tries
// again. Words of another window are shown beside, never replaced unseen.
import { drop, keep, local, restore } from "./draft.js";
import { icon } from "./page.js";
import { type } from "./typing.js";

const PAUSE = 1000; // milliseconds without a key before it is saved
const TAKEN = 300; // until a part of the page that came in its place has the words
const AGAIN = 5000; // before the next try where the server wasn't reached
const LEAVING = ["pagehide", "panes:leaving"];
const KEPT = ["kind", "message", "reply_status", "note_status", "assign", "kept"];

const contentOf = (form) => new URLSearchParams([...new FormData(form)].filter(([name]) => KEPT.includes(name)));

/** Keep what is written in *form* from now on; *isTouched*: the server hasn't got all of it yet. */
export function watch(form, isTouched) {
  if ("watched" in form.dataset) return;
  form.dataset.watched = "";
  const field = form.elements.message;
  const seen = form.elements.draft_seen;
  const says = form.querySelector("[data-draft-says]");
  const discard = form.querySelector("[data-discard]");
  const other = form.querySelector("[data-other]");
  let saved = isTouched ? null : contentOf(form).toString();
  let saving = null;
  let settled = false;
  let sent = form.hasAttribute("aria-busy"); // what is on its way as a message is no draft any more
  let timer;

  const isChanged = () => settled || contentOf(form).toString() !== saved;
  const later = (pause = PAUSE) => {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };

  function tell(sentence, isBad = false) {
    if (says.textContent !== sentence) says.textContent = sentence; // read out once, not each second
    says.parentElement.classList.toggle("is-bad", isBad);
  }

  function showOther(words) {
    other.hidden = !words;
    other.querySelector("[data-other-words]").textContent = words;
  }

  async function send(keepalive = false) {
    const content = contentOf(form);
    const body = new URLSearchParams([...content, ["csrf_token", form.elements.csrf_token.value], ["draft_seen", seen.value]]);
    if (settled) body.set("settled", "yes");
    settled = false;
    const answer = await fetch(form.dataset.keep, { method: "POST", body, keepalive, redirect: "manual", headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const told = await answer.json();
    const shown = form.isConnected ? form : document.querySelector(`form[data-composer="${form.dataset.composer}"]`);
    if (shown) shown.elements.draft_seen.value = told.revision;
    saved = content.toString();
    if (form.isConnected || !shown) drop(form); // else the form in its place may not have taken it yet
    showOther(told.other);
    discard.hidden = !told.revision;
    tell(told.revision ? form.dataset.saySaved : "");
    mark(form, told.revision > 0);
  }

  async function save() {
    clearTimeout(timer);
    if (saving || sent || !form.isConnected || !isChanged()) return;
    saving = send().catch(() => {
      keep(form);
      tell(form.dataset.sayKept, true);
      later(AGAIN);
    });
    await saving;
    saving = null;
    if (isChanged() && !says.parentElement.classList.contains("is-bad")) later();
  }

  /** Keep the words for a form of the same ticket; where none comes, the server's are enough. */
  function handOver() {
    const isKept = !isChanged();
    keep(form);
    const isAnother = () => !document.querySelector(`form[data-composer="${form.dataset.composer}"]`);
    if (isKept) setTimeout(() => isAnother() && drop(form), TAKEN);
  }

  function leave({ type: how }) {
    clearTimeout(timer);
    if (!form.isConnected) for (const what of LEAVING) removeEventListener(what, leave);
    if (sent || !form.isConnected) return;
    const isGone = how === "pagehide";
    // A part of this page that comes in its place takes it from here at once: the server may have made
    // it before it had the words, even if it has them by now.
    if (!isGone && field.value.trim()) handOver();
    if (!isChanged()) return;
    if (isGone) keep(form); // a browser that is busy may not send it any more
    send(isGone).catch(() => keep(form));
  }

  form.addEventListener("input", () => {
    sent = false;
    if (says.parentElement.classList.contains("is-bad")) keep(form);
    later();
  });
  form.addEventListener("change", () => later()); // a file that a script has added, too
  for (const what of LEAVING) addEventListener(what, leave);
  form.addEventListener("focusout", save); // whatever is done next, the page that follows has all of it
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (saving) {
      event.preventDefault(); // a save that comes later would bring back what was sent
      event.stopImmediatePropagation();
      return void saving.finally(() => setTimeout(() => form.requestSubmit(event.submitter)));
    }
    sent = true;
  });
  for (const button of other.querySelectorAll("button")) {
    button.hidden = false;
    button.type = "button";
    button.addEventListener("click", () => {
      const words = other.querySelector("[data-other-words]").textContent;
      const end = field.value.length;
      if (button.dataset.otherDo === "take") type(field, words, 0, end);
      if (button.dataset.otherDo === "add") type(field, `${field.value.trim() ? "\n\n" : ""}${words}`, end, end);
      settled = true;
      showOther("");
      field.focus();
      save();
    });
  }

  const words = local(form).message || "";
  if (words.trim() && words.trim() !== field.value.trim()) {
    if (!field.value.trim()) restore(form);
    else if (words.trim().startsWith(field.value.trim())) field.value = words;
    else showOther(words);
  } else if (words) drop(form);
  if (isChanged()) later(form.contains(document.activeElement) ? PAUSE : 0);
}

/** Mark the ticket of *form* in the list as one that has a draft, or no longer. */
function mark(form, has) {
  const row = document.getElementById(`row-${form.querySelector("[data-editor]").dataset.ticket}`);
  const marks = row?.querySelector(".row-marks");
  const shown = marks?.querySelector(".row-draft");
  if (!marks || Boolean(shown) === has) return;
  if (shown) return shown.remove();
  const made = Object.assign(document.createElement("span"), { className: "row-draft" });
  made.append(icon("pencil"), form.dataset.sayMark);
  marks.prepend(made);
}
