/** The figures of a chart: its categories, its values, and how a number is written. */

const number = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

export const formatNumber = (value) => number.format(value);

export function categoriesOf(chart) {
  const seen = new Set(chart.axis_config?.categories ?? []);
  for (const series of chart.series ?? []) for (const point of series.data ?? []) seen.add(point.label);
  return [...seen];
}

export function valueAt(series, category) {
  const point = (series.data ?? []).find((one) => one.label === category);
  return typeof point?.value === "number" ? point.value : null;
}
