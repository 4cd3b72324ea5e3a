// details.menu closes by Escape and by a click elsewhere, and arrows walk through it;
// [data-copy="#id"] copies an element's text, a[data-copy-link] the address that it leads to.

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    button.textContent = button.dataset.copied || button.textContent;
  } catch {
    getSelection().selectAllChildren(source); // an http address has no clipboard: Ctrl-C does it
  }
});

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const menu = step && event.target.closest?.("details.menu");
  if (!menu || event.target.matches("input, select, textarea")) return;
  event.preventDefault();
  menu.open = true;
  const entries = [...menu.querySelectorAll(".menu-items :is(a, button)")];
  const here = entries.indexOf(document.activeElement);
  entries[(here + step + entries.length + (here < 0 && step < 0 ? 1 : 0)) % entries.length]?.focus();
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-copy-link]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || !navigator.clipboard) return;
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(link.href);
    link.querySelector("span").textContent = link.dataset.copied;
  } catch {
    location.assign(link.href);
  }
});
