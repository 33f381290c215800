/** Standard Markdown (the `markdown` block) to DOM nodes; no HTML passes through. */

import { fragment, h } from "./dom.js";
import { SHORTCODE, emojiNode, hasEmoji } from "./emoji.js";
import { isSafe, linkNode, userMention } from "./links.js";
import { decode } from "./mrkdwn.js";

const FENCE = /^\s*(```|~~~)/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^\s*([-*_])(?:\s*\1){2,}\s*$/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const QUOTE = /^\s*>\s?/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

export function renderMarkdown(text) {
  return renderBlocks(String(text ?? "").replace(/\r\n?/g, "\n").split("\n"));
}

function renderBlocks(lines) {
  const result = document.createDocumentFragment();
  let index = 0;
  while (index < lines.length) {
    const [node, next] = blockAt(lines, index);
    if (node) result.append(node);
    index = next;
  }
  return result;
}

function blockAt(lines, index) {
  const line = lines[index];
  if (!line.trim()) return [null, index + 1];
  if (FENCE.test(line)) return fencedAt(lines, index);
  const heading = line.match(HEADING);
  if (heading) {
    const level = Math.min(heading[1].length + 2, 6);
    return [h(`h${level}`, { class: `md-h${heading[1].length}` }, renderSpan(heading[2])), index + 1];
  }
  if (RULE.test(line)) return [h("hr"), index + 1];
  if (QUOTE.test(line)) return quoteAt(lines, index);
  if (ITEM.test(line)) return listAt(lines, index, line.match(ITEM)[1].length);
  if (line.includes("|") && TABLE_RULE.test(lines[index + 1] ?? "")) return tableAt(lines, index);
  return paragraphAt(lines, index);
}

function fencedAt(lines, index) {
  const mark = lines[index].match(FENCE)[1];
  let end = index + 1;
  while (end < lines.length && !lines[end].trim().startsWith(mark)) end += 1;
  return [h("pre", { tabindex: "0" }, h("code", {}, lines.slice(index + 1, end).join("\n"))), end + 1];
}

function quoteAt(lines, index) {
  let end = index;
  while (end < lines.length && QUOTE.test(lines[end])) end += 1;
  return [h("blockquote", {}, renderBlocks(lines.slice(index, end).map((line) => line.replace(QUOTE, "")))), end];
}

function listAt(lines, index, indent) {
  const ordered = /\d/.test(lines[index].match(ITEM)[2]);
  const list = h(ordered ? "ol" : "ul", { start: ordered ? Number.parseInt(lines[index].match(ITEM)[2], 10) : null });
  let end = index;
  let last = null;
  while (end < lines.length) {
    const item = lines[end].match(ITEM);
    if (!item) {
      if (!lines[end].trim() || !/^\s{2,}/.test(lines[end]) || !last) break;
      last.append(" ", renderSpan(lines[end].trim()));
      end += 1;
    } else if (item[1].length > indent + 1 && last) {
      const [nested, next] = listAt(lines, end, item[1].length);
      last.append(nested);
      end = next;
    } else if (item[1].length < indent || /\d/.test(item[2]) !== ordered) {
      break;
    } else {
      last = h("li", {}, taskBox(item[3]));
      list.append(last);
      end += 1;
    }
  }
  return [list, end];
}

function taskBox(text) {
  const task = text.match(/^\[([ xX])\]\s+(.*)$/);
  if (!task) return renderSpan(text);
  const done = task[1] !== " ";
  return fragment(h("span", { role: "img", "aria-label": done ? "done" : "open" }, done ? "☑ " : "☐ "), renderSpan(task[2]));
}

const cells = (line) => line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim().replace(/\\\|/g, "|"));

function tableAt(lines, index) {
  const aligns = cells(lines[index + 1]).map((rule) => {
    if (/^:.*:$/.test(rule)) return "center";
    return rule.endsWith(":") ? "right" : "left";
  });
  const row = (line, tag) =>
    h("tr", {}, cells(line).map((cell, at) =>
      h(tag, { class: `align-${aligns[at] ?? "left"}`, scope: tag === "th" ? "col" : null }, renderSpan(cell))));
  let end = index + 2;
  const body = [];
  while (end < lines.length && lines[end].includes("|")) body.push(row(lines[end++], "td"));
  const table = h("table", {}, h("thead", {}, row(lines[index], "th")), h("tbody", {}, body));
  return [h("div", { class: "table-scroll", tabindex: "0", role: "group", "aria-label": "Table" }, table), end];
}

function paragraphAt(lines, index) {
  let end = index + 1;
  const starts = (line) => !line.trim() || FENCE.test(line) || HEADING.test(line) || RULE.test(line) || QUOTE.test(line) || ITEM.test(line);
  while (end < lines.length && !starts(lines[end])) end += 1;
  const taken = lines.slice(index, end);
  return [h("p", {}, taken.map((line, at) => [at ? h("br") : null, renderSpan(line.trim())])), end];
}

const SPANS = [
  [/`([^`]+)`/y, (m) => h("code", {}, m[1])],
  [/!?\[([^\]]*)\]\(([^)\s]+)(?:\s+"[^"]*")?\)/y, (m) => (isSafe(m[2]) ? linkNode(m[2], renderSpan(m[1])) : null)],
  [/<@([UW]\w+)>/y, (m) => userMention(m[1])],
  [/<(https?:\/\/[^>\s]+)>/y, (m) => linkNode(m[1])],
  [/https?:\/\/[^\s<>]*[^\s<>.,;:!?"')\]}]/y, (m) => linkNode(m[0])],
  [/\*\*(?=\S)([\s\S]*?\S)\*\*/y, (m) => h("strong", {}, renderSpan(m[1]))],
  [/__(?=\S)([\s\S]*?\S)__(?!\w)/y, (m) => h("strong", {}, renderSpan(m[1]))],
  [/~~(?=\S)([\s\S]*?\S)~~/y, (m) => h("s", {}, renderSpan(m[1]))],
  [/\*(?=[^\s*])([^*]*[^\s*])\*/y, (m) => h("em", {}, renderSpan(m[1]))],
  [/(?<!\w)_(?=[^\s_])([^_]*[^\s_])_(?!\w)/y, (m) => h("em", {}, renderSpan(m[1]))],
  [SHORTCODE, (m) => (hasEmoji(m[1]) ? emojiNode(m[1]) : null)],
  [/\\([\\`*_{}[\]()#+.!~|>-])/y, (m) => document.createTextNode(m[1])],
];

function renderSpan(text) {
  const result = document.createDocumentFragment();
  let plain = "";
  let index = 0;
  while (index < text.length) {
    let node = null;
    for (const [pattern, make] of SPANS) {
      pattern.lastIndex = index;
      const match = pattern.exec(text);
      node = match ? make(match) : null;
      if (node) {
        result.append(decode(plain), node);
        plain = "";
        index += match[0].length;
        break;
      }
    }
    if (!node) plain += text[index++];
  }
  result.append(decode(plain));
  return result;
}
