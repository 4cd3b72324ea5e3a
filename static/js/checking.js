// The test of a mailbox, while it goes on: the page is asked for again, and its steps take the place of
// these. Without this script the page is loaded again by itself.
const PAUSE = 1000; // milliseconds

async function look() {
  const shown = document.querySelector("[data-checking]");
  if (!shown) return;
  try {
    const answer = await fetch(location.href, { headers: { "X-Background": "yes" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector(".checking");
    if (answer.ok && now) show(shown, now);
  } catch {
    // No line just now: the next look finds out.
  }
  setTimeout(look, PAUSE);
}

/** *shown* as it is *now*; what says how it went stays where it is, so that it is read out. */
function show(shown, now) {
  shown.toggleAttribute("data-checking", now.hasAttribute("data-checking"));
  const told = shown.querySelector(".check-outcome");
  const news = now.querySelector(".check-outcome");
  if (told.innerHTML !== news.innerHTML) told.replaceChildren(...news.childNodes);
  for (const part of [...shown.children]) if (part !== told) part.remove();
  shown.append(...[...now.children].filter((part) => part !== news));
}

setTimeout(look, PAUSE);
