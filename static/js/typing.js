// Changes of a text area as if somebody had typed them: undo takes them back, drafts hear of them.

/** Put *text* in place of *start* to *end*, and select what lies from *from* to *to* in it. */
export function type(field, text, start, end, from = text.length, to = from) {
  field.focus();
  field.setSelectionRange(start, end);
  const did = text ? document.execCommand("insertText", false, text) : start === end || document.execCommand("delete");
  if (!did) {
    field.setRangeText(text, start, end, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: text }));
  }
  field.setSelectionRange(start + from, start + to);
}

/** What is selected: where, and the words before, in and after it. */
export function selected(field) {
  const { value, selectionStart: start, selectionEnd: end } = field;
  return { start, end, before: value.slice(0, start), words: value.slice(start, end), after: value.slice(end) };
}

/** The whole lines that the selection touches. */
export function lines(field) {
  const { value, selectionStart, selectionEnd } = field;
  const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const last = selectionEnd > selectionStart && value[selectionEnd - 1] === "\n" ? selectionEnd - 1 : selectionEnd;
  const end = value.indexOf("\n", last);
  return { start, end: end < 0 ? value.length : end, words: value.slice(start, end < 0 ? undefined : end) };
}

/** Where the character at *index* is drawn, in pixels from the corner of *field*. */
export function placeOf(field, index) {
  const mirror = document.createElement("div");
  const style = getComputedStyle(field);
  for (const name of ["boxSizing", "padding", "border", "font", "letterSpacing", "lineHeight", "tabSize", "direction"]) mirror.style[name] = style[name];
  Object.assign(mirror.style, { position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap", overflowWrap: "break-word", inlineSize: `${field.clientWidth}px` });
  const mark = document.createElement("span");
  mark.textContent = "\u200b";
  mirror.append(field.value.slice(0, index), mark);
  field.after(mirror);
  const place = { left: mark.offsetLeft, top: mark.offsetTop - field.scrollTop + mark.offsetHeight };
  mirror.remove();
  return place;
}
