// [data-editor]: a text area for Markdown gets tools, lists that go on, a preview in place, pictures
// among the words, and proposals for people (@) and tickets (TKT). Tab leaves it, as it does everywhere.
import { completeIn, completes, fetched } from "./completion.js";
import { all, onPart } from "./page.js";
import { takePictures } from "./pictures.js";
import { lines, selected, type } from "./typing.js";

const MAC = /Mac|iP(hone|ad|od)/.test(navigator.platform);
const ITEM = /^(\s*)([-*+]|(\d{1,9})([.)])|>)[ \t]+/;
const KEYS = { b: "bold", i: "italic", e: "code" };
const SHIFTED = { KeyK: "link", Digit7: "numbers", Digit8: "list", Digit9: "quote" };
const ADDRESS = /^(https?:\/\/|mailto:)\S+$/i;

/** Put *mark* around the selection, or take it away. */
function around(field, mark) {
  const { start, end, before, words, after } = selected(field);
  if (before.endsWith(mark) && after.startsWith(mark)) {
    return type(field, words, start - mark.length, end + mark.length, 0, words.length);
  }
  // Markdown wants the marks at the words: spaces stay outside of them.
  const [, first, inner, last] = words.match(/^(\s*)([^]*?)(\s*)$/);
  const from = first.length + mark.length;
  type(field, first + mark + inner + mark + last, start, end, from, from + inner.length);
}

/** Begin each line with what *sign* gives for it, or end that. */
function begin(field, pattern, sign) {
  const { start, end, words } = lines(field);
  const rows = words.split("\n");
  const isDone = rows.every((row) => pattern.test(row) || (!row.trim() && rows.length > 1));
  let n = 0;
  const text = rows.map((row) => (isDone ? row.replace(pattern, "") : !row.trim() && rows.length > 1 ? row : sign(n++) + row.replace(ITEM, ""))).join("\n");
  type(field, text, start, end, rows.length > 1 ? 0 : text.length, text.length);
}

const TOOLS = {
  bold: (field) => around(field, "**"),
  italic: (field) => around(field, "*"),
  link(field) {
    const { start, end, words } = selected(field);
    if (ADDRESS.test(words)) return type(field, `[](${words})`, start, end, 1);
    type(field, `[${words}](https://)`, start, end, words ? words.length + 3 : 1, words ? words.length + 11 : 1);
  },
  list: (field) => begin(field, /^\s*[-*+] +/, () => "- "),
  numbers: (field) => begin(field, /^\s*\d{1,9}[.)] +/, (n) => `${n + 1}. `),
  quote: (field) => begin(field, /^\s*> ?/, () => "> "),
  code(field) {
    const { start, end, words } = selected(field);
    if (!words.includes("\n")) return around(field, "`");
    type(field, `\`\`\`\n${words.replace(/\n$/, "")}\n\`\`\`\n`, start, end, 4, words.replace(/\n$/, "").length + 4);
  },
};

/** A new line in a list begins with the next sign; in an empty one the list ends. */
function goOn(field, event) {
  const { start, end, before } = selected(field);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const found = start === end && line.match(ITEM);
  if (!found) return;
  event.preventDefault();
  const [sign, space, bullet, number, dot] = found;
  if (line === sign) return type(field, "\n", start - line.length, end); // an empty line, or it would go on
  type(field, `\n${space}${number ? `${Number(number) + 1}${dot}` : bullet} `, start, end);
}

/** One stop for Tab, arrow keys inside (the ARIA toolbar). */
function arrows(tools) {
  const buttons = [...tools.querySelectorAll("button")];
  buttons[0].tabIndex = 0;
  tools.addEventListener("keydown", (event) => {
    const turned = getComputedStyle(tools).direction === "rtl" ? -1 : 1;
    const step = { ArrowRight: turned, ArrowLeft: -turned }[event.key];
    const now = buttons.indexOf(document.activeElement);
    const next = event.key === "Home" ? 0 : event.key === "End" ? buttons.length - 1 : step ? (now + step + buttons.length) % buttons.length : -1;
    if (next < 0) return;
    event.preventDefault();
    for (const button of buttons) button.tabIndex = button === buttons[next] ? 0 : -1;
    buttons[next].focus();
  });
}

function keyOf(event) {
  if (event.altKey || !(MAC ? event.metaKey : event.ctrlKey) || event.isComposing) return null;
  return event.shiftKey ? SHIFTED[event.code] : KEYS[event.key.toLowerCase()];
}

function prepare(editor) {
  if ("ready" in editor.dataset) return; // a part around it that is told of twice
  editor.dataset.ready = "";
  const field = editor.querySelector("textarea");
  const tools = editor.querySelector("[data-tools]");
  const shown = editor.querySelector("[data-shown]");
  const write = editor.querySelector('[data-mode="write"]');
  const preview = editor.querySelector('[data-mode="preview"]');
  const says = editor.querySelector("[data-says]");
  const tell = (sentence, isBad = false) => {
    says.textContent = sentence;
    says.classList.toggle("is-bad", isBad);
  };

  tools.hidden = write.hidden = false;
  preview.type = "button"; // it shows here what the server would send back
  preview.setAttribute("aria-pressed", "false");
  shown.hidden = true;
  if (MAC) for (const button of tools.children) button.title = button.title.replace("Ctrl+", "⌘").replace("Shift+", "⇧");
  arrows(tools);

  function mode(isPreview) {
    shown.hidden = !isPreview;
    field.hidden = isPreview;
    for (const button of tools.children) button.disabled = isPreview;
    write.setAttribute("aria-pressed", String(!isPreview));
    preview.setAttribute("aria-pressed", String(isPreview));
  }

  async function show() {
    const body = new FormData();
    body.append("csrf_token", field.form.elements.csrf_token.value);
    body.append("message", field.value);
    body.append("ticket", editor.dataset.ticket);
    for (const kept of field.form.querySelectorAll('[name="kept"]:checked')) body.append("kept", kept.value);
    try {
      const answer = await fetch(editor.dataset.preview, { method: "POST", body, headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      shown.innerHTML = await answer.text(); // the server's own, clean HTML (helpdesk/markdown)
      shown.style.minBlockSize = `${field.offsetHeight}px`;
      tell("");
      mode(true);
    } catch {
      tell(editor.dataset.sayNoPreview, true);
    }
  }

  tools.addEventListener("pointerdown", (event) => event.preventDefault()); // the selection stays
  tools.addEventListener("click", (event) => TOOLS[event.target.closest("button")?.dataset.tool]?.(field));
  preview.addEventListener("click", show);
  write.addEventListener("click", () => {
    mode(false);
    field.focus();
  });
  const heard = editor.querySelector("[data-heard]");
  completeIn(field, (sentence) => (heard.textContent = sentence), editor.dataset);
  field.addEventListener("invalid", () => mode(false)); // what is asked for must be seen
  field.addEventListener("keydown", (event) => {
    const tool = keyOf(event);
    if (tool) {
      event.preventDefault();
      TOOLS[tool](field);
    } else if (event.key === "Enter" && !event.isComposing && !(event.shiftKey || event.ctrlKey || event.metaKey || event.altKey)) goOn(field, event);
  });
  takePictures(editor, field, tell);
}

const of = (field, name) => field.closest("[data-editor]")?.dataset[name];
const after = (pattern) => (before) => {
  const found = before.match(pattern);
  return found && { from: before.length - found[1].length, query: found[2].trim() };
};

completes({ at: after(/(?:^|[\s(])(@([\p{L}\p{M}\d.'’-]{0,30}(?: [\p{L}\p{M}\d.'’-]{0,30})?))$/u), find: (q, field, signal) => fetched(of(field, "people"), { q }, signal) });
completes({ at: after(/(?:^|[\s(])((TKT\d{0,15}))$/i), find: (q, field, signal) => fetched(of(field, "tickets"), { q }, signal) });

onPart((root) => {
  for (const editor of all(root, "[data-editor]")) prepare(editor);
});
