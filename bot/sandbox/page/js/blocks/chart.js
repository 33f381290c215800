/** data_visualization blocks: the frame, the legend, and the same figures as a table for those who can't see them. */

import { h, uid } from "../dom.js";
import { categoriesOf, formatNumber, valueAt } from "./chart_data.js";
import { drawPie } from "./pie.js";
import { drawSeries } from "./series.js";

const NAMES = { pie: "Pie chart", line: "Line chart", bar: "Bar chart", area: "Area chart" };

export function renderChart(block) {
  const chart = block.chart ?? {};
  const kind = NAMES[chart.type] ?? "Chart";
  const titleId = uid("chart");
  const picture = h("div", {
    class: "chart-picture", role: "img", "aria-label": `${kind}: ${block.title ?? ""}. The figures are in the table below.`,
  });
  if (chart.type === "pie") picture.append(drawPie(chart));
  else drawToFit(picture, chart);
  return h("figure", { class: "chart", "aria-labelledby": titleId },
    h("figcaption", { id: titleId }, block.title ?? kind),
    picture, legend(chart),
    h("details", { class: "chart-figures" }, h("summary", {}, "Show figures"), figures(chart, block.title ?? kind)));
}

/** Redraw a chart when its room changes by more than a little. */
function drawToFit(picture, chart) {
  let drawn = 0;
  const draw = (room) => {
    const width = Math.max(260, Math.min(620, Math.floor(room / 20) * 20));
    if (width === drawn) return;
    drawn = width;
    picture.replaceChildren(drawSeries(chart, width));
  };
  draw(560);
  new ResizeObserver(([entry]) => { if (entry.contentRect.width > 0) draw(entry.contentRect.width); }).observe(picture);
}

function legend(chart) {
  const names = chart.type === "pie"
    ? (chart.segments ?? []).map((segment) => segment.label) : (chart.series ?? []).map((series) => series.name);
  if (names.length < 2) return null;
  return h("ul", { class: "legend", "aria-hidden": "true" },
    names.map((name, at) => h("li", {}, h("span", { class: `swatch series-${at % 12}` }), name)));
}

function figures(chart, title) {
  const table = h("table", {}, h("caption", { class: "visually-hidden" }, title));
  if (chart.type === "pie") {
    const total = (chart.segments ?? []).reduce((sum, segment) => sum + segment.value, 0);
    table.append(
      h("thead", {}, h("tr", {}, ["Part", "Value", "Share"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, (chart.segments ?? []).map((segment) => h("tr", {},
        h("th", { scope: "row" }, segment.label),
        h("td", { class: "align-right" }, formatNumber(segment.value)),
        h("td", { class: "align-right" }, total ? `${Math.round((100 * segment.value) / total)}%` : "")))));
  } else {
    const series = chart.series ?? [];
    table.append(
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, chart.axis_config?.x_label ?? ""), series.map((one) => h("th", { scope: "col", class: "align-right" }, one.name)))),
      h("tbody", {}, categoriesOf(chart).map((category) => h("tr", {},
        h("th", { scope: "row" }, category),
        series.map((one) => {
          const value = valueAt(one, category);
          return h("td", { class: "align-right" }, value === null ? "–" : formatNumber(value));
        })))));
  }
  return h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": `Figures of ${title}` }, table);
}
