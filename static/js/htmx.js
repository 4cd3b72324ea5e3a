// htmx, fetched with the first move of a person: the page is whole without it, and first pages are light.

const MOVES = ["pointermove", "pointerdown", "keydown", "focusin", "wheel", "touchstart", "scroll"];
let coming;

/** htmx itself, as soon as it is there. */
export function htmx() {
  coming ||= new Promise((resolve, reject) => {
    const src = document.querySelector('meta[name="htmx-script"]')?.content;
    const script = Object.assign(document.createElement("script"), { src });
    script.addEventListener("load", () => resolve(window.htmx));
    script.addEventListener("error", () => {
      coming = undefined;
      script.remove();
      reject(new TypeError("htmx did not come"));
    });
    document.head.append(script);
  });
  return coming;
}

function moved() {
  for (const move of MOVES) removeEventListener(move, moved, true);
  htmx().catch(() => {}); // whoever needs it asks again
}

if (document.querySelector('[hx-trigger*="load"], [hx-trigger*="every"]')) moved();
else for (const move of MOVES) addEventListener(move, moved, { capture: true, passive: true });
