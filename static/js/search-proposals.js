// What the box of a list proposes while one types: names of filters and their values. Fetched with the
// first letter.
import { completeIn, completes, fetched } from "./completion.js";

const BOX = ".list-filters input[type=search]";
const LAST = /(?:^|\s)(-?\p{L}[\w.-]*(?::(?:"[^"]*|[^\s"]*))?)$/u; // what is being typed: sta, -tag:"ve
const ready = new WeakSet();

completes({
  at(before, field) {
    const found = field.matches(BOX) && LAST.exec(before);
    return found ? { from: before.length - found[1].length, query: found[1] } : null;
  },
  find: (q, field, signal) => fetched(field.form.dataset.proposals, { q }, signal),
});

/** Propose in *field*, from now on; false where it was done already. */
export function proposeIn(field) {
  if (ready.has(field)) return false;
  ready.add(field);
  const heard = Object.assign(document.createElement("span"), { className: "for-readers" });
  heard.setAttribute("role", "status");
  field.form.append(heard);
  completeIn(field, (sentence) => (heard.textContent = sentence), field.form.dataset);
  return true;
}
