// What the staff's pages do once somebody is at them.
import "./confirm.js";
import "./submit-once.js";
import "./flash.js";
import "./menu.js";
import "./notices.js";
import "./list.js";
import "./panes.js";
import "./selection.js";
import "./search.js";
import "./keys.js";
import "./live-people.js";
import { bringFor } from "./parts.js";

/** The style sheet of what takes a list's place, or opens over it, which a list does without until then. */
function styles() {
  const href = document.querySelector("[data-styles]").dataset.styles;
  if (document.querySelector(`link[href="${href}"]`)) return null;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  document.head.append(link);
  return new Promise((resolve) => (link.onload = link.onerror = resolve));
}

const modules = bringFor({
  'form[data-draft], form[data-forget-drafts], meta[name="draft-sent"]': () => import("./draft.js"),
  "form[data-composer]": () => import("./composer.js"),
  "[data-editor]": () => import("./editor.js"),
  "[data-replies], [data-variable]": () => import("./replies.js"),
  "[data-drop]": () => import("./files.js"),
  "select[data-subcategory-of]": () => import("./subcategories.js"),
  "[data-found]": () => import("./found.js").then((found) => found.start()),
  "[data-earlier]": () => import("./earlier.js"),
  "[data-checking]": () => import("./checking.js"),
  "form[data-mail-text]": () => import("./mail-text.js"),
  "form[data-filters]": () => import("./filters.js").then((filters) => filters.start()),
});

export const ready = Promise.all([modules, styles()]);
