// What is typed while a dialog with a box is still on its way is for that box: no letter of it is
// lost, none is taken for a command, and Escape closes what isn't there yet.
let waiting = null;

/** Wait for *load*; resolves to what it brought and the words that were typed meanwhile, or to
 *  nothing where Escape was among them. */
export async function typedAhead(load) {
  const mine = (waiting = { typed: "" });
  try {
    const brought = await load();
    return mine.typed === null ? [] : [brought, mine.typed];
  } finally {
    if (waiting === mine) waiting = null;
  }
}

addEventListener("keydown", (event) => {
  if (!waiting || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    waiting.typed = null;
    waiting = null;
  } else if (event.key === "Backspace") waiting.typed = waiting.typed.slice(0, -1);
  else if (event.key.length === 1) waiting.typed += event.key;
  else if (event.key !== "Enter") return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
