// What runs for the page, and again for a part of it that was replaced (by files.js or htmx).

const enhancers = [];

/** Call *enhance* with every root: the document now, and each new part later. */
export function onPart(enhance) {
  enhancers.push(enhance);
  enhance(document);
}

/** Tell all that *root* is new on the page. */
export function renewed(root) {
  for (const enhance of enhancers) enhance(root);
}

// Once htmx has come it tells so of the whole page, which is not new.
document.addEventListener("htmx:load", ({ detail: { elt } }) => elt !== document.body && renewed(elt));

/** The elements in *root* that match, *root* itself among them. */
export function all(root, selector) {
  const inside = [...root.querySelectorAll(selector)];
  return root instanceof Element && root.matches(selector) ? [root, ...inside] : inside;
}

/** *sentence* with its {names} filled in. */
export function say(sentence, values) {
  return (sentence || "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Bytes as people say them, like the server does. */
export function size(bytes) {
  const language = document.documentElement.lang || undefined;
  const [value, unit, digits] =
    bytes < 1024 ? [bytes, "byte", 0] : bytes < 1024 ** 2 ? [bytes / 1024, "kilobyte", 0] : [bytes / 1024 ** 2, "megabyte", 1];
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: digits }).format(value);
}

/** An icon of the sprite that the page uses already. */
export function icon(name) {
  const used = document.querySelector('svg.icon use[href*="icons.svg"]');
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  if (used) {
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${used.getAttribute("href").split("#")[0]}#${name}`);
    svg.append(use);
  }
  return svg;
}
