// form[data-composer]: where replies and notes are written on the desk. Ctrl-Enter sends; what is typed
// is kept on the server (composer-draft.js, fetched with the first key); replies that are about to leave
// are counted down (composer-held.js, fetched where there is one).
import { all, onPart } from "./page.js";
import { keep as keepHere, local } from "./draft.js";

const kindOf = (form) => form.elements.kind.value || "note";
const splitOf = (form, kind) => form.querySelector(`[data-send="${kind}"]`);

/** The button that sends what is written as it is. */
export const mainButton = (form) => splitOf(form, kindOf(form)).querySelector("[data-main]");

/** Let the buttons say what the form holds, after a script has set `reply_status` or `note_status`. */
export function relabel(form) {
  for (const kind of ["reply", "note"]) {
    const split = splitOf(form, kind);
    const chosen = split.querySelector(`[value="${CSS.escape(form.elements[`${kind}_status`].value)}"]`);
    const { plain, andSet } = split.dataset;
    split.querySelector("[data-main]").textContent = chosen ? andSet.replace("{status}", chosen.dataset.words) : plain;
  }
}

function prepare(form) {
  if ("ready" in form.dataset) return; // a part around it that is told of twice
  form.dataset.ready = "";
  const keep = (isTouched) => import("./composer-draft.js").then(({ watch }) => watch(form, isTouched)).catch(() => {});
  const isUnsaved = "unsaved" in form.dataset;
  if (isUnsaved || !form.querySelector("[data-other]").hidden || local(form).message) keep(isUnsaved);
  form.addEventListener("focusin", () => import("./composer-draft.js").catch(() => {}), { once: true });
  for (const what of ["input", "change"]) form.addEventListener(what, () => keep(true), { once: true });
  // Whoever leaves while the module is on its way, or a part of the page, loses nothing either.
  const stay = () => "watched" in form.dataset || keepHere(form);
  form.addEventListener("input", () => {
    for (const what of ["panes:leaving", "pagehide"]) addEventListener(what, stay, { once: true });
  }, { once: true });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit(mainButton(form));
  });
  form.addEventListener("click", ({ target }) => {
    const menu = target.closest(".split .menu-items button")?.closest("details");
    if (menu) menu.open = false;
  });
}

onPart((root) => {
  for (const form of all(root, "form[data-composer]")) prepare(form);
  if (all(root, "[data-held]").length) import("./composer-held.js").then(({ look }) => look(root)).catch(() => {});
});
