// Keeps what is typed into <form data-draft="key"> in this browser until the server has it: a lost
// connection or an ended session loses nothing. The page after a confirmed send carries
// <meta name="draft-sent" content="key">. The desk's composer, <form data-composer="key">, is kept on
// the server (composer-draft.js), and here only while that can't be reached.
import { all, onPart } from "./page.js";

const PREFIX = "draft:";
const PAUSE = 300; // milliseconds without a key before it is kept
const TEXTS = 'textarea, select, input:not([type="hidden"], [type="password"], [type="file"], [type="checkbox"], [type="radio"])';
// What was chosen beside a text comes back with it: a note never turns into a reply.
const RADIOS = 'input[type="radio"]';

const done = new Set(); // keys whose text arrived: the page that still shows it keeps it no more

const keyOf = (form) => form.dataset.draft || form.dataset.composer;
const texts = (form) => all(form, TEXTS).filter((field) => field.name);

/** Keep in this browser what *form* holds. */
export function keep(form) {
  if (done.has(keyOf(form))) return;
  const values = {};
  for (const field of texts(form)) if (field.value) values[field.name] = field.value;
  for (const radio of all(form, `${RADIOS}:checked`)) values[radio.name] = radio.value;
  try {
    // Choices alone are no draft; they are kept with the words that they belong to.
    if (texts(form).some((field) => field.value && field.tagName !== "SELECT")) {
      localStorage.setItem(PREFIX + keyOf(form), JSON.stringify(values));
    } else drop(form);
  } catch {
    // Full or forbidden: the form works without.
  }
}

/** What this browser keeps for *form*: values by name. */
export function local(form) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + keyOf(form))) || {};
  } catch {
    return {};
  }
}

/** Keep nothing of *form* any more: the server has it. */
export const drop = (form) => remove(keyOf(form));

/** Forget the draft of *key*. */
export function forget(key) {
  done.add(key);
  remove(key);
}

function remove(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // Nothing was kept then.
  }
}

/** Forget the drafts that *page*, a document, says were sent. */
export function forgetSent(page) {
  for (const meta of all(page, 'meta[name="draft-sent"]')) forget(meta.content);
}

function forgetAll() {
  for (const form of document.querySelectorAll("form[data-draft], form[data-composer]")) done.add(keyOf(form));
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch {
    // Nothing was kept then.
  }
}

/** Put what this browser keeps into *form*, where that is empty. */
export function restore(form) {
  const values = local(form);
  let restored = false;
  for (const field of texts(form)) {
    const isChoice = field instanceof HTMLSelectElement;
    if (!values[field.name] || (field.value && !isChoice)) continue; // the server's text is newer
    const before = field.value;
    field.value = values[field.name];
    restored ||= !isChoice;
    if (isChoice && field.selectedIndex < 0) field.value = before; // that choice is gone
  }
  if (!restored) return;
  for (const radio of all(form, RADIOS)) if (radio.value === values[radio.name]) radio.checked = true;
}

const waiting = new Map(); // forms with something that isn't kept yet → their timers

function keepNow(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  if (form.isConnected) keep(form);
}

for (const leaving of ["pagehide", "panes:leaving"]) {
  addEventListener(leaving, () => {
    for (const form of [...waiting.keys()]) keepNow(form);
  });
}

onPart((root) => {
  forgetSent(root);
  done.clear();
  for (const form of all(root, "form[data-draft]")) {
    restore(form);
    const later = () => {
      clearTimeout(waiting.get(form));
      waiting.set(form, setTimeout(() => keepNow(form), PAUSE));
    };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    form.addEventListener("submit", () => keepNow(form));
  }
  for (const form of all(root, "form[data-forget-drafts]")) form.addEventListener("submit", forgetAll);
});
