/** table and data_table blocks as real tables, scrolling sideways inside their frame when they are wide. */

import { h, uid } from "../dom.js";
import { renderElement } from "../elements/index.js";
import { renderRichText } from "../richtext.js";

function cellContent(cell, block, ctx) {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "string" || typeof cell === "number") return String(cell);
  if (cell.type === "rich_text") return renderRichText(cell);
  if (cell.type === "raw_number") return cell.text ?? new Intl.NumberFormat("en-US").format(cell.value);
  if (cell.type === "action") return renderElement(cell.element ?? cell.button ?? cell, block, ctx);
  return cell.text ?? "";
}

const isNumber = (cell) => cell?.type === "raw_number" || /^[-+−]?[€$£]?\s?\d[\d.,\s]*\s?(%|[kKmM])?$/.test(cell?.text ?? "");

function scrolling(name, labelledBy, table) {
  return h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": name, "aria-labelledby": labelledBy }, table);
}

export function renderTable(block, ctx) {
  const [head = [], ...rows] = block.rows ?? [];
  const settings = block.column_settings ?? [];
  const cell = (tag, content, at) =>
    h(tag, {
      class: `align-${settings[at]?.align ?? "left"}${settings[at]?.is_wrapped ? " wrapped" : ""}`, scope: tag === "th" ? "col" : null,
    }, cellContent(content, block, ctx));
  const table = h("table", {},
    h("thead", {}, h("tr", {}, head.map((content, at) => cell("th", content, at)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((content, at) => cell("td", content, at))))));
  return scrolling("Table", null, table);
}

export function renderDataTable(block, ctx) {
  const [head = [], ...rows] = block.rows ?? [];
  const size = block.page_size ?? 5;
  const rowHeader = block.row_header_column_index ?? 0;
  const captionId = uid("caption");
  const numeric = head.map((_, at) => rows.length > 0 && rows.every((row) => isNumber(row[at])));
  const align = (at) => `align-${numeric[at] ? "right" : "left"}`;
  const body = h("tbody");
  const table = h("table", {},
    h("caption", { id: captionId }, block.caption ?? "Table"),
    h("thead", {}, h("tr", {}, head.map((cell, at) => h("th", { scope: "col", class: align(at) }, cellContent(cell, block, ctx))))),
    body);
  const drawRow = (row) => h("tr", {}, row.map((cell, at) =>
    h(at === rowHeader ? "th" : "td", { scope: at === rowHeader ? "row" : null, class: align(at) }, cellContent(cell, block, ctx))));
  return h("div", { class: "data-table" },
    scrolling(null, captionId, table), rows.length > size ? pager(rows, size, body, drawRow, block.caption) : fillAll(rows, body, drawRow));
}

function fillAll(rows, body, drawRow) {
  body.append(...rows.map(drawRow));
  return null;
}

function pager(rows, size, body, drawRow, caption) {
  const last = Math.ceil(rows.length / size) - 1;
  let page = 0;
  const words = h("span", { role: "status" });
  const step = (by) => {
    page = Math.min(last, Math.max(0, page + by));
    draw();
  };
  const turn = (by, text) =>
    h("button", { type: "button", class: "button small", "aria-label": `${text} rows of ${caption ?? "the table"}`, on: { click: () => step(by) } }, text);
  const previous = turn(-1, "Previous");
  const next = turn(1, "Next");
  function draw() {
    body.replaceChildren(...rows.slice(page * size, (page + 1) * size).map(drawRow));
    words.textContent = `${page * size + 1}–${Math.min(rows.length, (page + 1) * size)} of ${rows.length}`;
    previous.setAttribute("aria-disabled", String(page === 0));
    next.setAttribute("aria-disabled", String(page === last));
  }
  draw();
  return h("div", { class: "pager" }, previous, words, next);
}
