// A form that was sent isn't sent again by a second click. It is free again when the page comes back.

const sent = new Set();

/** Let *form* be sent again. */
export function release(form) {
  sent.delete(form);
  form.removeAttribute("aria-busy");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || form.method === "get" || form.hasAttribute("hx-post") || "download" in form.dataset) return; // a file comes: the page stays
  if (sent.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  sent.add(form);
  form.setAttribute("aria-busy", "true");
  setTimeout(() => event.defaultPrevented && !form.dataset.sending && release(form));
});

addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of [...sent]) release(form);
});
