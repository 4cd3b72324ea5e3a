// Plots of the reports, drawn by uPlot from the cells of their tables: <figure data-plot="bars|line"
// data-table="id" data-columns="1,2">. They are drawn anew when the theme or the width changes.

const language = document.documentElement.lang || undefined;
const number = new Intl.NumberFormat(language);
const HEIGHT = { bars: 220, line: 150 };
const plots = new Map();

/** What the table of *figure* says: labels of its rows, and name and numbers of each column. */
function read(figure) {
  const table = document.getElementById(figure.dataset.table);
  const rows = [...(table?.tBodies?.[0]?.rows ?? [])];
  if (!rows.length) return null;
  const headings = [...table.tHead.rows[0].cells].filter((cell) => !cell.hidden);
  const columns = figure.dataset.columns.split(",").map(Number);
  return {
    heading: headings[0].textContent.trim(),
    labels: rows.map((row) => row.cells[0].textContent.trim()),
    series: columns.map((column) => ({
      name: headings[column].textContent.trim(),
      values: rows.map((row) => Number(row.cells[column].dataset.value)),
    })),
  };
}

/** A colour of the style sheet as canvas takes it, in the theme of the moment. */
function colour(figure, token) {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  figure.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/** Labels for the axis: a few in two lines, of many only every so many, so that none meet. */
function axisLabels(labels, width) {
  if (labels.length < 8) return labels.map(inTwoLines);
  const widest = 16 + 7 * Math.max(...labels.map((label) => label.length));
  const every = Math.ceil((labels.length * widest) / Math.max(width - 60, widest));
  return labels.map((label, index) => (index % every ? "" : label));
}

/** *label* broken at the space nearest to its middle, if it is long. */
function inTwoLines(label) {
  if (label.length < 9) return label;
  const spaces = [...label.matchAll(/ /g)].map((found) => found.index);
  spaces.sort((one, other) => Math.abs(one - label.length / 2) - Math.abs(other - label.length / 2));
  return spaces.length ? `${label.slice(0, spaces[0])}\n${label.slice(spaces[0] + 1)}` : label;
}

function options(figure, kind, data, width) {
  const line = colour(figure, "--line");
  const muted = colour(figure, "--muted");
  const font = `12px ${getComputedStyle(figure).fontFamily}`;
  const shown = axisLabels(data.labels, width);
  const many = data.series.length;
  const series = data.series.map(({ name }, index) => {
    const stroke = colour(figure, `--plot-${index + 1}`);
    const shared = { label: name, stroke, value: (_, value) => (value == null ? "–" : number.format(value)) };
    if (kind === "line") return { ...shared, width: 2, points: { show: data.labels.length === 1 } };
    const side = many === 1 ? 0 : index ? 1 : -1;
    return {
      ...shared,
      fill: stroke,
      width: 0,
      points: { show: false },
      paths: uPlot.paths.bars({ size: [0.7 / many, 28], align: side, gap: 1 }),
    };
  });
  return {
    width,
    height: HEIGHT[kind],
    cursor: { y: false, drag: { x: false, y: false } },
    legend: { live: true },
    scales: {
      x: { time: false, range: [-0.6, data.labels.length - 0.4] },
      y: { range: (_, _low, high) => [0, Math.max(4, high * 1.08)] },
    },
    axes: [
      {
        font,
        stroke: muted,
        grid: { show: false },
        ticks: { show: false },
        size: 46,
        splits: () => shown.map((_, index) => index).filter((index) => shown[index]),
        values: (_, splits) => splits.map((index) => shown[index] ?? ""),
      },
      {
        font,
        stroke: muted,
        size: 44,
        grid: { stroke: line, width: 1 },
        ticks: { show: false },
        incrs: [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10000, 20000, 50000],
        values: (_, splits) => splits.map((value) => number.format(value)),
      },
    ],
    series: [{ label: data.heading, value: (_, index) => data.labels[index] ?? "" }, ...series],
  };
}

function draw(figure) {
  const kind = figure.dataset.plot;
  const data = read(figure);
  if (!data) return;
  figure.hidden = false;
  const style = getComputedStyle(figure);
  const width = Math.floor(figure.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight));
  plots.get(figure)?.destroy();
  const columns = [data.labels.map((_, index) => index), ...data.series.map((one) => one.values)];
  plots.set(figure, new uPlot(options(figure, kind, data, width), columns, figure));
  figure.dataset.drawn = String(Number(figure.dataset.drawn || 0) + 1);
}

function drawAll() {
  for (const figure of document.querySelectorAll("[data-plot]")) draw(figure);
}

let waiting = 0;
function soon() {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(drawAll);
}

if (window.uPlot) {
  drawAll();
  new MutationObserver(soon).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", soon);
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === width) return; // a phone's address bar that comes and goes
    width = innerWidth;
    soon();
  });
}
