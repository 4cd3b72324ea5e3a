// What the customers' pages do once somebody is at them.
import "./confirm.js";
import "./submit-once.js";
import "./flash.js";
import "./menu.js";
import { bringFor } from "./parts.js";

export const ready = bringFor({
  'form[data-draft], form[data-forget-drafts]': () => import("./draft.js"),
  "[data-drop]": () => import("./files.js"),
  "[data-passkey]": () => import("./passkey.js"),
  "[data-codes]": () => import("./codes.js"),
  "select[data-subcategory-of]": () => import("./subcategories.js"),
});
