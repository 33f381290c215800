/** Line, area and bar charts as SVG, with a quiet grid and round axis values. */

import { svg } from "../dom.js";
import { categoriesOf, formatNumber, valueAt } from "./chart_data.js";

const HEIGHT = 240;
const LEFT = 58;
const RIGHT = 12;
const TOP = 14;
const BOTTOM = 44;

/** `width` in CSS pixels, so that the words keep their size in a narrow thread. */
export function drawSeries(chart, width) {
  const categories = categoriesOf(chart);
  const series = chart.series ?? [];
  const values = series.flatMap((one) => categories.map((name) => valueAt(one, name)).filter((value) => value !== null));
  const axis = roundAxis(Math.min(0, ...values), Math.max(0, ...values));
  const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - axis.low) / (axis.high - axis.low || 1));
  const slot = (width - LEFT - RIGHT) / Math.max(1, categories.length);
  const x = (at) => LEFT + slot * (at + 0.5);
  const picture = svg("svg", { class: "chart-svg", viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, "aria-hidden": "true" });
  picture.append(grid(axis, y, width), ...labels(categories, x, slot), ...axisNames(chart.axis_config ?? {}, width));
  const draw = { bar: bars, area, line }[chart.type] ?? line;
  series.forEach((one, at) => {
    const points = categories.map((name, index) => ({ name, value: valueAt(one, name), x: x(index) })).filter((point) => point.value !== null);
    picture.append(draw(points, { at, count: series.length, name: one.name, y, slot, zero: y(Math.max(axis.low, Math.min(0, axis.high))) }));
  });
  return picture;
}

/** Ends and step of an axis with about four round steps. */
export function roundAxis(low, high) {
  const span = high - low || 1;
  const raw = span / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= raw - 1e-9);
  return { low: Math.floor(low / step) * step, high: Math.ceil(high / step - 1e-9) * step || step, step };
}

function grid(axis, y, width) {
  const group = svg("g", { class: "grid" });
  const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });
  for (let value = axis.low; value <= axis.high + axis.step / 2; value += axis.step) {
    const at = y(value);
    group.append(
      svg("line", { x1: LEFT, x2: width - RIGHT, y1: at, y2: at, class: Math.abs(value) < axis.step / 1e6 ? "zero" : null }),
      svg("text", { x: LEFT - 8, y: at, "text-anchor": "end", "dominant-baseline": "middle" }, compact.format(value)));
  }
  return group;
}

function labels(categories, x, slot) {
  const every = Math.ceil(44 / slot);
  return categories.map((name, at) => {
    if (at % every) return svg("g");
    const room = Math.max(5, Math.floor((slot * every) / 6.2));
    const short = name.length > room ? `${name.slice(0, room - 1)}…` : name;
    return svg("text", { class: "tick", x: x(at), y: HEIGHT - BOTTOM + 17, "text-anchor": "middle" }, short, short === name ? null : svg("title", {}, name));
  });
}

function axisNames(config, width) {
  const middle = TOP + (HEIGHT - TOP - BOTTOM) / 2;
  return [
    config.x_label ? svg("text", { class: "axis-name", x: LEFT + (width - LEFT - RIGHT) / 2, y: HEIGHT - 6, "text-anchor": "middle" }, config.x_label) : svg("g"),
    config.y_label ? svg("text", { class: "axis-name", x: 12, y: middle, "text-anchor": "middle", transform: `rotate(-90 12 ${middle})` }, config.y_label) : svg("g"),
  ];
}

const hint = (point, frame) => svg("title", {}, `${frame.name}, ${point.name}: ${formatNumber(point.value)}`);

function bars(points, frame) {
  const band = frame.slot * 0.72;
  const width = Math.max(1.5, band / frame.count - 1.5);
  return svg("g", { class: `bars series-${frame.at % 12}` }, points.map((point) => {
    const top = Math.min(frame.y(point.value), frame.zero);
    const height = Math.max(1, Math.abs(frame.zero - frame.y(point.value)));
    const left = point.x - band / 2 + (band / frame.count) * frame.at;
    return svg("rect", { x: left, y: top, width, height, rx: Math.min(3, width / 3) }, hint(point, frame));
  }));
}

function line(points, frame) {
  const path = points.map((point, at) => `${at ? "L" : "M"}${point.x.toFixed(1)} ${frame.y(point.value).toFixed(1)}`).join("");
  return svg("g", { class: `line series-${frame.at % 12}` },
    svg("path", { d: path || "M0 0", class: "stroke" }),
    points.map((point) => svg("circle", { cx: point.x, cy: frame.y(point.value), r: 3.2 }, hint(point, frame))));
}

function area(points, frame) {
  if (!points.length) return svg("g");
  const top = points.map((point, at) => `${at ? "L" : "M"}${point.x.toFixed(1)} ${frame.y(point.value).toFixed(1)}`).join("");
  const closed = `${top}L${points.at(-1).x.toFixed(1)} ${frame.zero}L${points[0].x.toFixed(1)} ${frame.zero}Z`;
  return svg("g", { class: `area series-${frame.at % 12}` }, svg("path", { d: closed, class: "fill" }), line(points, frame));
}
