// Proposals while one types in a text area: what stands before the cursor opens a list below it; arrow
// keys, mouse or finger choose. A source is an object, made known by completes():
//   at(before, field) → { from, query } where its list opens, or null; *before* is the text up to the cursor
//   find(query, field, signal) → a promise of [{ label, detail, insert, isOpen }]; isOpen: no space behind it
//   choose(item, field) → the text to put there (or nothing, if it did something else); by default item.insert
// The text area stays an ordinary one (ARIA knows no combobox of several lines): it names the list
// (aria-controls), the chosen line (aria-activedescendant), and a status says how many there are. In a
// field of one line nothing is chosen before an arrow key, for Enter sends it.
import { placeOf, type } from "./typing.js";
import { say } from "./page.js";

const PAUSE = 120; // milliseconds without a key before anybody is asked
const sources = [];
let lists = 0;

/** Let *source* propose in every editor, also those that are there already. */
export function completes(source) {
  sources.push(source);
}

/** Complete in *field*; *tell* says a sentence to screen readers: *sayFound*, with {n}. */
export function completeIn(field, tell, { sayProposals, sayFound }) {
  const list = Object.assign(document.createElement("ul"), { className: "proposals", id: `proposals-${++lists}`, hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", sayProposals);
  field.after(list);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-haspopup", "listbox");
  field.setAttribute("aria-controls", list.id);
  const isLine = field.localName === "input";

  let open = null; // { source, from, items, current }
  let refused = ""; // what stood there when somebody said no
  let asking;
  let timer;

  function close() {
    asking?.abort();
    clearTimeout(timer);
    if (!open) return;
    open = null;
    list.hidden = true;
    list.replaceChildren();
    field.removeAttribute("aria-activedescendant");
    tell("");
  }

  function point(index) {
    open.current = (index + open.items.length) % open.items.length;
    [...list.children].forEach((row, i) => row.setAttribute("aria-selected", i === open.current));
    const row = list.children[open.current];
    field.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  }

  function take(index) {
    const { source, from, items } = open;
    const to = field.selectionStart;
    close();
    const text = source.choose ? source.choose(items[index], field) : items[index].insert;
    if (!text) return;
    const space = items[index].isOpen || /^\s/.test(field.value.slice(to)) || /\s$/.test(text) ? "" : " ";
    type(field, text + space, from, to);
    refused = "";
  }

  function show(source, from, items) {
    if (!items.length) return close();
    open = { source, from, items, current: -1 };
    list.replaceChildren(
      ...items.map((item, i) => {
        const row = Object.assign(document.createElement("li"), { id: `${list.id}-${i}`, dir: "auto" });
        row.setAttribute("role", "option");
        row.append(Object.assign(document.createElement("span"), { className: "proposal", textContent: item.label }));
        if (item.detail) row.append(Object.assign(document.createElement("span"), { className: "detail", textContent: item.detail }));
        row.addEventListener("pointerdown", (event) => event.preventDefault()); // the cursor stays where it is
        row.addEventListener("click", () => take(i));
        return row;
      }),
    );
    list.hidden = false;
    const { left, top } = placeOf(field, from);
    list.style.top = `${field.offsetTop + (isLine ? field.offsetHeight : Math.min(top, field.clientHeight))}px`;
    if (isLine) list.style.maxInlineSize = `${field.form.offsetWidth}px`;
    list.style.left = `${field.offsetLeft + Math.max(0, Math.min(left, field.clientWidth - list.offsetWidth))}px`;
    if (!isLine) point(0);
    tell(say(sayFound, { n: items.length }));
  }

  function look() {
    const before = field.value.slice(0, field.selectionStart);
    for (const source of field.selectionStart === field.selectionEnd ? sources : []) {
      const found = source.at(before, field);
      if (!found || (refused && before.startsWith(refused))) continue;
      asking?.abort();
      const mine = (asking = new AbortController());
      source
        .find(found.query, field, mine.signal)
        .then((items) => !mine.signal.aborted && document.activeElement === field && show(source, found.from, items))
        .catch(() => mine.signal.aborted || close()); // a list that doesn't come is no trouble: one types on
      return;
    }
    close();
  }

  field.addEventListener("input", (event) => {
    if (event.isComposing) return;
    if (refused && !field.value.startsWith(refused)) refused = "";
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    if (!open || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown") point(open.current + 1);
    else if (event.key === "ArrowUp") point(Math.max(open.current, 0) - 1);
    else if (event.key === "Enter" && open.current < 0) return close();
    else if (event.key === "Enter" && !event.shiftKey) take(open.current);
    else if (event.key === "Escape") {
      refused = field.value.slice(0, field.selectionStart);
      close();
    } else return;
    event.preventDefault();
    event.stopImmediatePropagation(); // no new line, no other key of the page
  });
  field.addEventListener("blur", close);
  field.addEventListener("click", close);
}

/** A source's `find` for an address that answers with JSON. */
export async function fetched(url, parameters, signal) {
  const answer = await fetch(`${url}?${new URLSearchParams(parameters)}`, { signal, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}
