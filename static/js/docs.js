// The docs page's "Try it": sends a request to this desk and shows the answer as it came.
const words = document.querySelector("[data-words]").dataset;
const tokenInput = document.getElementById("token");
const shownHeaders = ["content-type", "x-total-count", "link", "www-authenticate", "retry-after", "allow", "x-request-id"];

// A tab's memory: gone when it closes. A browser that keeps nothing has the field itself.
function remembered() {
  try {
    return sessionStorage.getItem("api-token") || "";
  } catch {
    return "";
  }
}

function remember(token) {
  tokenInput.value = token;
  try {
    sessionStorage.setItem("api-token", token);
  } catch {
    // The field keeps it as long as the page is open.
  }
}

function addressOf(form) {
  let path = form.dataset.path;
  for (const input of form.querySelectorAll("[data-path]:not(form)")) {
    path = path.replace(`{${input.dataset.path}}`, encodeURIComponent(input.value));
  }
  const query = new URLSearchParams();
  for (const input of form.querySelectorAll("[data-query]")) {
    if (input.value) query.set(input.dataset.query, input.value);
  }
  return query.size ? `${path}?${query}` : path;
}

// JSON, or where files are chosen a form with the same names.
function bodyOf(form, headers) {
  const text = form.querySelector("[data-body]")?.value;
  const files = form.querySelector("[data-file]")?.files ?? [];
  if (text === undefined && !files.length) return undefined;
  const fields = text ? JSON.parse(text) : {};
  if (!files.length) {
    headers["Content-Type"] = "application/json";
    return text;
  }
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (name === form.dataset.files || value === null) continue;
    data.append(name, typeof value === "object" ? String(value) : value);
  }
  for (const file of files) data.append(form.dataset.files, file);
  return data;
}

async function show(form, answer, took) {
  const result = form.querySelector("[data-result]");
  const part = document.getElementById("result").content.cloneNode(true);
  const status = part.querySelector("[data-status]");
  status.textContent = `${answer.status} ${answer.statusText}`;
  status.className = answer.ok ? "is-good" : "is-bad";
  part.querySelector("[data-took]").textContent = `${Math.round(took)} ms`;
  part.querySelector("[data-headers]").textContent = shownHeaders
    .filter((name) => answer.headers.has(name))
    .map((name) => `${name}: ${answer.headers.get(name)}`)
    .join("\n");
  const box = part.querySelector("[data-answer]");
  if ((answer.headers.get("content-type") ?? "").startsWith("application/json")) {
    const body = await answer.json();
    box.textContent = JSON.stringify(body, null, 2);
    if (body.data?.token) remember(body.data.token);
  } else {
    const link = part.querySelector("[data-download]");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = "";
    link.hidden = false;
    box.remove();
  }
  result.replaceChildren(part);
}

async function send(form) {
  const result = form.querySelector("[data-result]");
  const button = form.querySelector("button");
  const headers = {};
  let body;
  try {
    body = bodyOf(form, headers);
  } catch {
    result.textContent = words.badJson;
    return;
  }
  const token = tokenInput.value.trim();
  if (token && (!("public" in form.dataset) || form.dataset.method === "GET")) {
    headers.Authorization = `Bearer ${token}`;
  }
  button.disabled = true;
  result.textContent = words.sending;
  const began = performance.now();
  try {
    const options = { method: form.dataset.method, headers, body, credentials: "omit", cache: "no-store" };
    const answer = await fetch(addressOf(form), options);
    await show(form, answer, performance.now() - began);
  } catch {
    result.textContent = words.noAnswer;
  } finally {
    button.disabled = false;
  }
}

tokenInput.value = remembered();
tokenInput.addEventListener("input", () => remember(tokenInput.value.trim()));
document.querySelector("[data-forget]").addEventListener("click", () => remember(""));
for (const part of document.querySelectorAll("[data-token-form], [data-try]")) part.hidden = false;
document.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.target.matches("[data-method]")) send(event.target);
});
