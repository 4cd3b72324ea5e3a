// The fields of a ticket, when somebody else has changed them. One that this person hasn't touched
// follows, and says who set it. One that they have touched stays as it is and says what it is now:
// `seen_…` beside it stays, too, so the server asks before it replaces what the other has set.
import { say } from "./page.js";

const live = document.getElementById("live");
const KINDS = { subcategory: "category" }; // events that are about a field of another name

/** Let the fields in *shown* follow those in *fresh*, because of *news*. */
export function fieldsFollow(shown, fresh, news) {
  const [old, new_] = [".properties", ".properties"].map((form, n) => [shown, fresh][n].querySelector(form));
  if (old && new_) for (const name of names(old)) follows(old, new_, name, news);
  composerFollows(shown.querySelector(".composer"), fresh.querySelector(".composer"));
}

/** The fields that have a `seen_…` beside them: the desk's own, and those that the shop has made. */
const names = (form) => [...form.elements].filter((one) => one.name.startsWith("seen_")).map((one) => one.name.slice(5));

/** What a field holds, as its `seen_…` has it. */
const held = (field) => (field.type === "checkbox" ? (field.checked ? "true" : "") : field.value);

function follows(old, new_, name, news) {
  const [field, seen] = [old.elements[name], old.elements[`seen_${name}`]];
  const [now, seenNow] = [new_.elements[name], new_.elements[`seen_${name}`]];
  if (!field || !seen || !now || !seenNow || seen.value === seenNow.value) return;
  if (field.dataset.now === seenNow.value) return; // that was said already
  field.dataset.now = seenNow.value;
  const isTouched = normal(name, held(field)) !== normal(name, seen.value) || field === document.activeElement;
  if (!isTouched) {
    if (field instanceof HTMLSelectElement) field.replaceChildren(...[...now.options].map((option) => option.cloneNode(true)));
    seen.value = seenNow.value;
    if (field.type === "checkbox") field.checked = now.checked;
    else field.value = seenNow.value;
  }
  const kind = name.startsWith("fields.") ? "field" : name;
  const by = news.findLast((one) => (KINDS[one.kind] || one.kind) === kind)?.by;
  if (by?.id !== Number(live.dataset.me)) remark(field, by?.name || live.dataset.desk, words(now));
}

const normal = (name, value) => (name === "tags" ? value.toLowerCase().split(/\s*,\s*/).filter(Boolean).sort().join() : value);

function words(field) {
  if (field.type === "checkbox") return field.dataset[field.checked ? "yes" : "no"];
  const text = field instanceof HTMLSelectElement ? field.selectedOptions[0]?.textContent : field.value;
  return text || live.dataset.empty;
}

function remark(field, name, value) {
  const box = field.closest(".field, .check");
  const hint = box.querySelector(".hint.is-remark") || document.createElement("p");
  hint.className = "hint is-remark";
  hint.id = `${field.id}-remark`;
  hint.textContent = say(live.dataset.set, { name, value });
  field.setAttribute("aria-describedby", hint.id);
  box.append(hint);
}

/** Who hasn't begun to write has on the screen what the page shows now. */
function composerFollows(old, new_) {
  if (!old || !new_ || [...old.querySelectorAll("textarea")].some((text) => text.value)) return;
  for (const name of ["seen_status", "seen_assignee"]) {
    if (old.elements[name] && new_.elements[name]) old.elements[name].value = new_.elements[name].value;
  }
}
