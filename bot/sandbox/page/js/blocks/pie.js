/** Pie charts as SVG arcs. */

import { svg } from "../dom.js";

const RADIUS = 88;
const CENTRE = 100;

export function drawPie(chart) {
  const segments = (chart.segments ?? []).filter((segment) => segment.value > 0);
  const total = segments.reduce((sum, segment) => sum + segment.value, 0);
  const picture = svg("svg", { class: "chart-svg pie", viewBox: "0 0 200 200", "aria-hidden": "true" });
  let from = 0;
  segments.forEach((segment) => {
    const at = chart.segments.indexOf(segment);
    const share = segment.value / total;
    const name = svg("title", {}, `${segment.label}: ${segment.value}`);
    const paint = { class: `slice series-${at % 12}` };
    if (share > 0.9999) {
      picture.append(svg("circle", { ...paint, cx: CENTRE, cy: CENTRE, r: RADIUS }, name));
    } else {
      picture.append(svg("path", { ...paint, d: arc(from, from + share) }, name));
    }
    if (share >= 0.07) {
      const [x, y] = point(from + share / 2, RADIUS * 0.66);
      picture.append(svg("text", { x, y, class: "slice-label", "text-anchor": "middle", "dominant-baseline": "central" }, `${Math.round(share * 100)}%`));
    }
    from += share;
  });
  return picture;
}

function point(turn, radius) {
  const angle = 2 * Math.PI * turn - Math.PI / 2;
  return [(CENTRE + radius * Math.cos(angle)).toFixed(2), (CENTRE + radius * Math.sin(angle)).toFixed(2)];
}

function arc(from, to) {
  const start = point(from, RADIUS).join(" ");
  const end = point(to, RADIUS).join(" ");
  return `M${CENTRE} ${CENTRE}L${start}A${RADIUS} ${RADIUS} 0 ${to - from > 0.5 ? 1 : 0} 1 ${end}Z`;
}
