// Modules that only some pages need: each comes when what it is for is on the page.
import { onPart } from "./page.js";

const coming = [];

/** Bring each module of *parts* (a selector and a function that imports it) when its selector is there. */
export function bringFor(parts) {
  const left = new Map(Object.entries(parts));
  onPart((root) => {
    for (const [selector, bring] of left) {
      if (!root.matches?.(selector) && !root.querySelector(selector)) continue;
      left.delete(selector);
      coming.push(bring());
    }
  });
  return Promise.all(coming);
}
