// Words that were searched for are marked in the ticket that was opened from the list. No element is
// changed for it (CSS.highlights); a browser that can't do that shows the words as ever.
import { onPart } from "./page.js";

const TEXTS = ".ticket-head h1, .message-body";
const MOST = 500; // places
const LONGEST = 200_000; // characters that are looked through
const LETTER = "[\\p{L}\\p{N}]";
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ß", "ss");
const isSpaced = (word) => /^[\p{L}\p{N}]/u.test(word) && !UNSPACED.test(word);

/** What finds *found*, words and phrases in quotes as the server has folded them. */
function patternOf(found) {
  const parts = [...found.matchAll(/"([^"]+)"|\S+/g)].map(([word, phrase]) => {
    const words = (phrase ?? word).split(" ");
    const start = isSpaced(words[0]) ? `(?<!${LETTER})` : "";
    const end = !isSpaced(words.at(-1)) ? "" : phrase ? `(?!${LETTER})` : `${LETTER}*`;
    return start + words.map((one) => one.replace(/[^\p{L}\p{N}]/gu, "\\$&")).join("[^\\p{L}\\p{N}]+") + end;
  });
  return parts.length ? new RegExp(parts.join("|"), "gu") : null;
}

/** Where *pattern* matches in the text node *node*. */
function* rangesIn(node, pattern) {
  const text = node.data;
  const places = [];
  let folded = "";
  for (let at = 0; at < text.length; ) {
    const char = String.fromCodePoint(text.codePointAt(at));
    const piece = fold(char);
    folded += piece;
    for (let i = 0; i < piece.length; i++) places.push(at);
    at += char.length;
  }
  for (const match of folded.matchAll(pattern)) {
    const range = new Range();
    range.setStart(node, places[match.index]);
    range.setEnd(node, places[match.index + match[0].length] ?? text.length);
    yield range;
  }
}

function mark() {
  CSS.highlights.delete("found");
  const article = document.querySelector("article[data-found]");
  const pattern = article && patternOf(article.dataset.found);
  if (!pattern) return;
  const ranges = [];
  let left = LONGEST;
  for (const element of article.querySelectorAll(TEXTS)) {
    const nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (nodes.nextNode() && ranges.length < MOST && left > 0) {
      left -= nodes.currentNode.length;
      ranges.push(...rangesIn(nodes.currentNode, pattern));
    }
  }
  CSS.highlights.set("found", new Highlight(...ranges.slice(0, MOST)));
}

/** Mark them, now and in what is shown later. */
export function start() {
  if ("highlights" in CSS) onPart(mark);
}
