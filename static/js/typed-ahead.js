// What is typed while a dialog with a box is still on its way is for that box: no letter of it is
// lost, and none is taken for a command.
let typed = null;

/** Wait for *load*; resolves to what it brought and the words that were typed meanwhile. */
export async function typedAhead(load) {
  typed = "";
  try {
    const brought = await load();
    return [brought, typed];
  } finally {
    typed = null;
  }
}

addEventListener("keydown", (event) => {
  if (typed === null || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Backspace") typed = typed.slice(0, -1);
  else if (event.key.length === 1) typed += event.key;
  else if (event.key !== "Enter") return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
