// [data-drop]: the file input of a form. Files are dropped, pasted or picked, several times; the list
// shows each with its size and can take it out again. A form with files is sent by XMLHttpRequest so
// that progress shows; without files, or without script, it is an ordinary form.
import { forgetSent } from "./draft.js";
import { handOver } from "./flash.js";
import { all, icon, onPart, renewed, say, size } from "./page.js";
import { release } from "./submit-once.js";

const dropOf = (form) => form.querySelector("[data-drop]");
const inputOf = (drop) => drop.querySelector('input[type="file"]');
const same = (a, b) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;

function complain(drop, sentence) {
  let error = drop.querySelector('.error[role="alert"]'); // the server's own sentence stays
  if (!sentence) return error?.remove();
  if (!error) {
    error = Object.assign(document.createElement("p"), { className: "error" });
    error.setAttribute("role", "alert");
    drop.append(error);
  }
  error.replaceChildren(icon("circle-alert"), Object.assign(document.createElement("span"), { textContent: sentence }));
}

/** The files that may go, by the limits of *drop*; says which may not. */
function allowed(drop, files) {
  const { maxFiles, maxBytes, sayMany, sayLarge } = drop.dataset;
  const taken = [];
  let bytes = 0;
  let sentence = "";
  for (const file of files) {
    if (taken.some((other) => same(other, file))) continue;
    if (taken.length >= Number(maxFiles || Infinity)) sentence = say(sayMany, { most: maxFiles });
    else if (bytes + file.size > Number(maxBytes || Infinity)) {
      sentence = say(sayLarge, { name: file.name, most: size(Number(maxBytes)) });
    } else {
      taken.push(file);
      bytes += file.size;
    }
  }
  complain(drop, sentence);
  return taken;
}

function keep(drop, files) {
  const transfer = new DataTransfer();
  for (const file of allowed(drop, files)) transfer.items.add(file);
  inputOf(drop).files = transfer.files;
  drop.picked = [...transfer.files];
  list(drop);
}

function list(drop) {
  const rows = drop.picked.map((file) => {
    const row = document.createElement("li");
    const name = Object.assign(document.createElement("span"), { className: "name", textContent: file.name, title: file.name });
    const bytes = Object.assign(document.createElement("span"), { className: "size", textContent: size(file.size) });
    const remove = Object.assign(document.createElement("button"), { type: "button" });
    remove.setAttribute("aria-label", say(drop.dataset.sayRemove, { name: file.name }));
    remove.append(icon("x"));
    remove.addEventListener("click", () => {
      const next = row.nextElementSibling || row.previousElementSibling;
      keep(drop, drop.picked.filter((other) => other !== file));
      (next ? drop.querySelector(".picked button") : inputOf(drop)).focus();
    });
    row.append(icon(file.type.startsWith("image/") ? "image" : "file"), name, bytes, remove);
    return row;
  });
  drop.querySelector(".picked").replaceChildren(...rows);
}

function prepare(drop) {
  const input = inputOf(drop);
  const form = input.form;
  drop.picked = [];
  drop.append(Object.assign(document.createElement("ul"), { className: "picked" }));
  for (const words of drop.querySelectorAll("[data-drop-words]")) words.hidden = false;
  const add = (files) => keep(drop, [...drop.picked, ...files]);
  if (input.files.length) add(input.files); // a browser that came back with them

  input.addEventListener("change", () => add(input.files));
  drop.addEventListener("files:add", (event) => add(event.detail)); // from editor.js
  form.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files || [])];
    if (!files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    add(files);
  });
  form.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    drop.classList.add("is-over");
  });
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) drop.classList.remove("is-over");
  });
  form.addEventListener("drop", (event) => {
    drop.classList.remove("is-over");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    add(event.dataTransfer.files);
  });
}

/** Bars that fill one after the other, as the files leave one after the other. */
function bars(drop) {
  const rows = [...drop.querySelectorAll(".picked li")].map((row, i) => {
    const bar = Object.assign(document.createElement("progress"), { max: drop.picked[i].size || 1, value: 0 });
    bar.setAttribute("aria-label", say(drop.dataset.saySending, {}));
    row.append(bar);
    row.querySelector("button").hidden = true;
    return bar;
  });
  return {
    show(loaded, total) {
      const payload = drop.picked.reduce((sum, file) => sum + file.size, 0);
      let left = Math.max(0, loaded - (total - payload)); // the text goes first
      for (const bar of rows) {
        bar.value = Math.min(bar.max, left);
        left = Math.max(0, left - bar.max);
      }
    },
    remove() {
      for (const bar of rows) {
        bar.closest("li").querySelector("button").hidden = false;
        bar.remove();
      }
    },
  };
}

function failed(form, sentence) {
  const drop = dropOf(form);
  complain(drop, sentence || drop.dataset.sayFailed);
}

/** The server's page in place of ours, with the picked files still there. */
function replaceMain(form, page) {
  const { picked } = dropOf(form);
  const main = document.querySelector("main");
  main.replaceChildren(...page.querySelector("main").childNodes);
  document.title = page.title;
  renewed(main);
  pickAgain(main, picked);
  (main.querySelector("[data-errors]") || main).focus();
  scrollTo(0, 0);
}

function pickAgain(root, picked) {
  const drop = root.querySelector("[data-drop]");
  if (drop && !root.querySelector("[data-kept]")) keep(drop, picked); // or the server has them
}

/** Whether another module (panes.js) shows the answer. */
function isShownByOthers(form, request) {
  const { picked } = dropOf(form);
  const detail = { request, again: (root) => pickAgain(root, picked) };
  return !form.dispatchEvent(new CustomEvent("files:answered", { bubbles: true, cancelable: true, detail }));
}

function answered(form, request) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const isForm = (other) => other.getAttribute("action") === form.getAttribute("action") && other.querySelector("[data-drop]");
  const comesBack = [409, 413, 422].includes(request.status) && [...page.forms].some(isForm);
  if ((request.status < 400 || comesBack) && isShownByOthers(form, request)) return;
  if (request.status < 400) {
    forgetSent(page);
    handOver(page);
    location.assign(request.responseURL);
  } else if (comesBack) replaceMain(form, page);
  else failed(form, page.querySelector("[data-sentence]")?.textContent.trim());
}

function send(form, submitter) {
  const drop = dropOf(form);
  const progress = bars(drop);
  const request = new XMLHttpRequest();
  request.open("POST", submitter?.hasAttribute("formaction") ? submitter.formAction : form.action);
  request.setRequestHeader("Accept", "text/html");
  form.dispatchEvent(new CustomEvent("files:sending", { bubbles: true, detail: { request } }));
  request.upload.addEventListener("progress", (event) => progress.show(event.loaded, event.total));
  request.addEventListener("load", () => answered(form, request));
  request.addEventListener("error", () => failed(form));
  request.addEventListener("loadend", () => {
    delete form.dataset.sending;
    progress.remove();
    release(form);
  });
  form.dataset.sending = "yes";
  complain(drop, "");
  request.send(new FormData(form, submitter));
}

document.addEventListener("submit", (event) => {
  const drop = event.defaultPrevented ? null : dropOf(event.target);
  if (!drop?.picked?.length) return;
  event.preventDefault();
  send(event.target, event.submitter);
});

onPart((root) => {
  for (const drop of all(root, "[data-drop]")) prepare(drop);
});
