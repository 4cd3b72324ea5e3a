// form[data-mail-text]: the preview of a mail follows its words. What the server makes of them takes the
// place of what is shown, piece by piece: a list that was opened stays open, the frame stays the frame.
import { onPart, all } from "./page.js";

const PAUSE = 400; // milliseconds without a key

function follow(form) {
  if ("ready" in form.dataset) return;
  form.dataset.ready = "";
  const shown = form.querySelector("[data-preview]");
  let timer;
  let asked;

  async function look() {
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(form.dataset.mailText, { method: "POST", body: new FormData(form), signal: asked.signal });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      show(shown, new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch (error) {
      if (error.name !== "AbortError") shown.querySelector("[data-told]").textContent = form.dataset.sayFailed;
    }
  }

  form.querySelector("[data-preview-now]").hidden = true;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
}

function show(shown, page) {
  for (const part of ["[data-told]", ".mail-lines", ".mail-as-text > pre"]) {
    const [now, before] = [page.querySelector(part), shown.querySelector(part)];
    if (now.innerHTML !== before.innerHTML) before.replaceChildren(...now.childNodes);
  }
  const { srcdoc } = page.querySelector("iframe");
  const frame = shown.querySelector("iframe");
  if (frame.srcdoc !== srcdoc) frame.srcdoc = srcdoc;
}

onPart((root) => all(root, "form[data-mail-text]").forEach(follow));
