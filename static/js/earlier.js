// The messages in the middle of a long conversation: fetched into their place when somebody asks for
// them, or follows a link to one of them.
import { all, onPart, renewed } from "./page.js";

const headers = { "X-Background": "yes", "HX-Request": "true", "HX-Target": "pane" };

async function unfold(link) {
  if (link.hasAttribute("aria-busy")) return;
  link.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href, { headers, redirect: "manual" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = between(page, link.closest("li"));
    if (!answer.ok || !found.length) throw new Error("The messages are not there.");
    link.closest("li").replaceWith(...found);
    for (const one of found) renewed(one);
    const message = found.find((one) => one.id);
    message.tabIndex = -1;
    message.focus({ preventScroll: true });
  } catch {
    location.assign(link.href);
  }
}

/** What lies in *page* between the messages that are before and after *fold*. */
function between(page, fold) {
  const before = page.getElementById(fold.previousElementSibling.id);
  const after = page.getElementById(fold.parentElement.querySelector(":scope > .earlier ~ [id]").id);
  const parts = [...before.parentElement.children];
  return parts.slice(parts.indexOf(before) + 1, parts.indexOf(after));
}

/** Follow the address to a message that is folded away. */
async function follow(link) {
  const id = /^#(message-\d+)$/.exec(location.hash)?.[1];
  if (!id || document.getElementById(id)) return;
  await unfold(link);
  document.getElementById(id)?.scrollIntoView({ block: "center" });
}

addEventListener("hashchange", () => {
  for (const link of all(document, "[data-earlier]")) follow(link);
});

onPart((root) => {
  for (const link of all(root, "[data-earlier]")) {
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      unfold(link);
    });
    follow(link);
  }
});
