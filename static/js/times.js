// <time data-ago>: "12 min" stays true while the page is open, the exact time on hover is in the
// reader's own zone. <time data-exact>: shown in the reader's zone.
import { all, onPart, say } from "./page.js";

const words = document.documentElement.dataset;
const exact = new Intl.DateTimeFormat(document.documentElement.lang || undefined, { dateStyle: "medium", timeStyle: "short" });

/** The words of templating.py's `ago` for less than a day; after that they change too seldom to matter. */
function relative(seconds) {
  if (seconds < 60) return words.now;
  if (seconds < 3600) return say(words.minutes, { n: Math.floor(seconds / 60) });
  return seconds < 86400 ? say(words.hours, { n: Math.floor(seconds / 3600) }) : null;
}

function refresh(time) {
  const text = relative(Math.max(0, (Date.now() - new Date(time.dateTime)) / 1000));
  if (text && text !== time.textContent) time.textContent = text;
}

onPart((root) => {
  for (const time of all(root, "time[data-ago]")) time.title = exact.format(new Date(time.dateTime));
  for (const time of all(root, "time[data-exact]")) time.textContent = exact.format(new Date(time.dateTime));
});

setInterval(() => {
  if (!document.hidden) for (const time of document.querySelectorAll("time[data-ago]")) refresh(time);
}, 30_000);
