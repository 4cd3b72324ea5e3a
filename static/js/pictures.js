// Pictures that are pasted or dropped into an editor are uploaded at once, kept with the form, and
// shown where the cursor is. Other files go where all files of the form go (files.js).
import { say } from "./page.js";
import { selected, type } from "./typing.js";

const isPicture = (file) => /^image\/(png|jpeg|gif|webp)$/.test(file.type);

/** The list of what the server keeps for the form, as kept_files.html makes it. */
function keptList(form, legend) {
  const found = form.querySelector("[data-kept]");
  if (found) return found;
  const list = Object.assign(document.createElement("fieldset"), { className: "kept" });
  list.dataset.kept = "";
  list.append(Object.assign(document.createElement("legend"), { textContent: legend }));
  form.querySelector("[data-drop]").before(list);
  return list;
}

function keep(form, legend, { key, name }) {
  const row = Object.assign(document.createElement("label"), { className: "check" });
  const box = Object.assign(document.createElement("input"), { type: "checkbox", name: "kept", value: key, checked: true });
  row.append(box, Object.assign(document.createElement("span"), { textContent: name }));
  keptList(form, legend).append(row);
  box.dispatchEvent(new Event("change", { bubbles: true })); // a draft that counts files hears of it
}

function show(field, { key, name, isPicture: isShown }) {
  const { start, end, before, after } = selected(field);
  const words = name.replace(/[[\]\\`*_<>]/g, " ").trim();
  const space = before && !/\s$/.test(before) ? " " : "";
  type(field, `${space}${isShown ? "!" : ""}[${words}](attachment:${key})${/^\s/.test(after) ? "" : " "}`, start, end);
}

async function upload(editor, field, file) {
  const body = new FormData();
  body.append("csrf_token", field.form.elements.csrf_token.value);
  body.append("ticket", editor.dataset.ticket);
  body.append("file", file, file.name || "picture.png");
  const answer = await fetch(editor.dataset.uploads, { method: "POST", body, headers: { Accept: "application/json" } });
  if (answer.status !== 201) throw new Error(answer.status);
  return answer.json();
}

/** Take what is pasted or dropped into *field*; *tell* says how it goes. */
export function takePictures(editor, field, tell) {
  const { sayKept, sayUploading, sayNotUploaded } = editor.dataset;
  const form = field.form;
  if (!form.querySelector("[data-drop]")) return; // words that are kept without files
  const coming = new Set();
  const others = (files) => form.querySelector("[data-drop]").dispatchEvent(new CustomEvent("files:add", { detail: files }));

  async function one(file) {
    tell(say(sayUploading, { name: file.name }));
    try {
      const kept = await upload(editor, field, file);
      keep(form, sayKept, kept);
      show(field, kept);
      tell("");
    } catch {
      others([file]);
      tell(say(sayNotUploaded, { name: file.name }), true);
    }
  }

  function take(event, files) {
    if (!files.some(isPicture)) return; // files.js has them
    event.preventDefault();
    event.stopPropagation();
    form.querySelector("[data-drop]").classList.remove("is-over");
    const rest = files.filter((file) => !isPicture(file));
    if (rest.length) others(rest);
    // One after the other, so that they stand in their order.
    const work = files.filter(isPicture).reduce((before, file) => before.then(() => one(file)), Promise.resolve());
    coming.add(work);
    work.finally(() => coming.delete(work));
  }

  field.addEventListener("paste", (event) => {
    if (!event.clipboardData?.types.includes("text/plain")) take(event, [...(event.clipboardData?.files || [])]);
  });
  field.addEventListener("drop", (event) => take(event, [...(event.dataTransfer?.files || [])]));
  form.addEventListener("submit", (event) => {
    if (!coming.size) return;
    event.preventDefault(); // what is on its way goes with it
    event.stopImmediatePropagation();
    Promise.allSettled([...coming]).then(() => form.requestSubmit(event.submitter));
  });
}
