// Saved replies and macros where somebody writes on a ticket: "/" at the start of a word proposes
// replies, the composer's buttons open a dialog to choose from, and [data-variable] writes its name.
import { completes, fetched } from "./completion.js";
import { all, onPart } from "./page.js";
import { typedAhead } from "./typed-ahead.js";
import { selected, type } from "./typing.js";

const SLASH = /(?:^|\s)(\/((?:[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}'’ -]{0,40})?))$/u;
export const BLANK = /(?<!\\)\{\{[^{}\n]+\}\}/;

const at = (before, field) => {
  const found = field.closest("[data-replies]") && before.match(SLASH);
  return found && { from: before.length - found[1].length, query: found[2].trim() };
};

/** Put a filled-in reply in place of *start* to *end*; a variable without a value is selected, and told. */
export function put(field, { insert, says }, start, end) {
  const editor = field.closest("[data-editor]");
  const write = editor.querySelector('[data-mode="write"]');
  if (field.hidden) write.click(); // from the preview
  const blank = insert.match(BLANK);
  type(field, insert, start, end, ...(blank ? [blank.index, blank.index + blank[0].length] : []));
  const told = editor.querySelector("[data-says]");
  const tell = (sentence) => {
    told.textContent = sentence;
    told.classList.toggle("is-bad", Boolean(sentence));
  };
  tell(says);
  if (!blank) return;
  field.addEventListener("input", function filled() {
    if (BLANK.test(field.value)) return;
    field.removeEventListener("input", filled);
    if (told.textContent === says) tell("");
  });
}

completes({
  at,
  find: (q, field, signal) => {
    const editor = field.closest("[data-replies]");
    return fetched(editor.dataset.replies, { q, ticket: editor.dataset.ticket }, signal);
  },
  choose(item, field) {
    const { from } = at(field.value.slice(0, field.selectionStart), field);
    put(field, item, from, field.selectionStart);
  },
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-chooser]");
  if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const [choosers, words] = await typedAhead(() => import("./replies-chooser.js"));
  choosers?.[button.dataset.chooser](button, words);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-variable]");
  if (!button) return;
  const field = document.getElementById(button.closest("[data-variables]").dataset.variables);
  const { start, end } = selected(field);
  type(field, `{{${button.dataset.variable}}}`, start, end);
});

onPart((root) => {
  for (const button of all(root, "[data-variable]")) button.disabled = false;
});
