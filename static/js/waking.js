// A page is whole without scripts, so most of them come with the first move of a person: a first page
// is light. What is clicked, sent or pressed before they are there waits for them, and is done then;
// without a line, the browser does what it does without scripts.

const MOVES = ["pointermove", "pointerdown", "keydown", "focusin", "wheel", "touchstart", "scroll", "dragenter"];
// What is on the page already and needs its script to be right.
const AT_ONCE = '[data-errors], .flashes > .alert, select[data-subcategory-of], [data-notify], [data-keys-switch], [data-earlier], [data-held], [data-unsaved], [data-checking], [data-other]:not([hidden])';
const HELD = { click, submit, keydown: press, dragover, drop };

const PANE = /^\/desk\/(tickets\/\d+|views\/[\w-]+)$/;

let bring;
let coming;

/** Whether *url* is a ticket or a list, which take the place of what is shown (panes.js). */
export const isPane = (url) => url.origin === location.origin && PANE.test(url.pathname);

/** Call *fetchRest* once somebody moves, or at once where the page can't wait for that. */
export function wake(fetchRest) {
  bring = fetchRest;
  forgetSent();
  for (const [name, hold] of Object.entries(HELD)) addEventListener(name, hold, true);
  for (const move of MOVES) addEventListener(move, begin, { capture: true, passive: true });
  if (document.querySelector(AT_ONCE) || hasKept()) begin();
}

function begin() {
  for (const move of MOVES) removeEventListener(move, begin, true);
  coming ||= bring()
    .then(tellOfTyping)
    .catch(reportError)
    .finally(() => {
      for (const [name, hold] of Object.entries(HELD)) removeEventListener(name, hold, true);
      document.documentElement.classList.add("awake"); // for whoever wants to know (tests do)
    });
  return coming;
}

/** What was typed meanwhile is news to those who came. */
function tellOfTyping() {
  const fields = document.querySelectorAll("form:is([data-draft], [data-composer]) :is(input, textarea)");
  for (const field of new Set([...fields, document.activeElement])) {
    if (field?.matches("input, textarea") && field.value !== field.defaultValue) {
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
  }
}

/** What the server has is no draft any more (draft.js), however soon this page is left. */
function forgetSent() {
  try {
    for (const meta of document.querySelectorAll('meta[name="draft-sent"]')) localStorage.removeItem(`draft:${meta.content}`);
  } catch {
    // Nothing was kept then.
  }
}

/** Whether this browser keeps a text for a form of the page, or words for the page itself. */
function hasKept() {
  try {
    const drafts = [...document.querySelectorAll("form[data-draft], form[data-composer]")].map(({ dataset }) => `draft:${dataset.draft || dataset.composer}`);
    return drafts.some((key) => localStorage.getItem(key)) || Boolean(sessionStorage.getItem("flashes")) || isBack();
  } catch {
    return false;
  }
}

/** Whether somebody comes back to a list, which list.js puts where it was. */
function isBack() {
  const [how] = performance.getEntriesByType("navigation");
  return how?.type !== "navigate" && Boolean(sessionStorage.getItem("list-place"));
}

/** Do *event* again by *again*, when the others are there to see it. */
function later(event, again) {
  event.preventDefault();
  event.stopImmediatePropagation();
  begin().then(again);
}

function click(event) {
  const isPlain = event.isTrusted && !event.button && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const target = event.target.closest?.("a[data-open], a[data-copy-link], [data-chooser], [data-select-many], [data-panes] a[href], button[type=button]:not([popovertarget])");
  if (!isPlain || !target || (target.href && !target.matches("[data-open], [data-copy-link], [data-chooser], [data-select-many]") && !isPane(target))) return;
  later(event, () => target.click());
}

function submit(event) {
  const { target, submitter } = event;
  if (!target.matches("[data-confirm], [data-panes] form")) return;
  later(event, () => target.isConnected && send(target, submitter));
}

/** Send *form* again by the same button, unless it has become one that does more here (a preview). */
function send(form, button) {
  if (button?.type === "button") button.click();
  else form.requestSubmit(button);
}

// A browser opens a dropped file in the place of the page, unless somebody takes it.
function dragover(event) {
  if (isDropped(event)) event.preventDefault();
}

function drop(event) {
  if (!isDropped(event) || !event.dataTransfer.files.length) return;
  const { target } = event;
  const dataTransfer = new DataTransfer(); // the event's own is empty afterwards
  for (const file of event.dataTransfer.files) dataTransfer.items.add(file);
  later(event, () => target.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer })));
}

const isDropped = ({ target, dataTransfer }) => dataTransfer?.types.includes("Files") && target.closest?.("form")?.querySelector("[data-drop]");

function press(event) {
  const { target, key, code, ctrlKey, metaKey, altKey, shiftKey } = event;
  const isPalette = (ctrlKey || metaKey) && key.toLowerCase() === "k";
  const isTyping = target.closest?.("input, textarea, select");
  const isLetter = !isTyping && !ctrlKey && !metaKey && !altKey && key.length === 1 && key !== " ";
  const isSending = isTyping && (ctrlKey || metaKey) && key === "Enter";
  if (!event.isTrusted || !(isPalette || isLetter || isSending)) return;
  const same = { key, code, ctrlKey, metaKey, shiftKey, bubbles: true, cancelable: true };
  later(event, () => target.dispatchEvent(new KeyboardEvent("keydown", same)));
}
