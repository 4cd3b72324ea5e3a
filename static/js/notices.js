// The bell: its number follows what happens, and the browser tells of it where the agent allows that.
// One page of several looks (the one that live.js tells of notices), and shares what it sees.
import { all, onPart } from "./page.js";

const KEY = "notices-told"; // the newest notice that this browser knows of
const bell = document.querySelector("[data-bell]");
const others = bell && globalThis.BroadcastChannel && new BroadcastChannel(`${bell.dataset.bell} ${document.getElementById("live")?.dataset.me}`);

function known() {
  try {
    return localStorage.getItem(KEY) || "";
  } catch {
    return "";
  }
}

function remember(id) {
  try {
    localStorage.setItem(KEY, String(id));
  } catch {
    // Then a notice may be told by two tabs.
  }
}

function show(unseen) {
  const count = bell.querySelector("[data-unseen]");
  count.hidden = !unseen;
  count.firstChild.textContent = unseen > 99 ? "99+" : String(unseen);
}

function tell({ id, title, text, url }) {
  const note = new Notification(title, { body: text, tag: `notice-${id}` });
  note.addEventListener("click", () => {
    window.focus();
    location.assign(url);
    note.close();
  });
}

async function look() {
  const after = known();
  const answer = await fetch(`${bell.dataset.bell}?after=${after}`, { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) return;
  const { unseen, newest, tell: told } = await answer.json();
  show(unseen);
  others?.postMessage(unseen);
  remember(newest);
  if (after && globalThis.Notification?.permission === "granted") told.forEach(tell);
}

/** Look for new notices now. */
export function refresh() {
  if (!bell) return;
  const quietly = () => look().catch(() => {}); // the next news brings another chance
  if (navigator.locks) navigator.locks.request("notices", quietly);
  else quietly();
}

refresh(); // what came since the page was made; and from now on, not from the beginning
document.addEventListener("live:notice", refresh);
others?.addEventListener("message", ({ data }) => show(data));

// Settings: whether this browser may, and the question if it was never asked.
onPart((root) => {
  for (const part of all(root, "[data-notify]")) {
    if (!("Notification" in globalThis)) continue;
    const ask = part.querySelector("[data-notify-ask]");
    const state = () => {
      const permission = Notification.permission;
      part.hidden = false;
      ask.hidden = permission !== "default";
      part.querySelector("[data-notify-state]").textContent =
        permission === "granted" ? part.dataset.sayOn : permission === "denied" ? part.dataset.sayOff : "";
    };
    ask.addEventListener("click", () => Notification.requestPermission().then(state));
    state();
  }
});
