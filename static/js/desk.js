// The staff's pages: everything here only makes pleasant what works without it.
import "./confirm.js";
import "./submit-once.js";
import "./draft.js";
import "./composer.js";
import "./editor.js";
import "./replies.js";
import "./files.js";
import "./subcategories.js";
import "./times.js";
import "./flash.js";
import "./menu.js";
import "./notices.js";
import "./list.js";
import "./panes.js";
import "./search.js";
import "./keys.js";
import "./live.js";
import "./live-people.js";
import "./live-ticket.js";
import "./live-list.js";
import "./reading.js";
import { all, onPart } from "./page.js";

// Fetched where it is used.
onPart((root) => {
  if (all(root, "form[data-filters]").length) import("./filters.js").then((filters) => filters.start());
});
