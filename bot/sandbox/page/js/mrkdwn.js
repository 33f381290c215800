/** Slack's mrkdwn to DOM nodes: a small parser that only ever makes elements and text nodes. */

import { formatTokens, fullMoment } from "./dates.js";
import { h } from "./dom.js";
import { SHORTCODE, emojiNode, hasEmoji, textWithEmoji } from "./emoji.js";
import { broadcast, channelMention, linkNode, userMention } from "./links.js";
import { store } from "./store.js";

const MARKS = { "*": "strong", _: "em", "~": "s" };
const URL_HERE = /https?:\/\/[^\s<>|]*[^\s<>|.,;:!?"')\]}]/y;
const QUOTE = /^(?:&gt;|>)\s?/;
const QUOTE_REST = /^(?:&gt;&gt;&gt;|>>>)\s?/;
const BULLET = /^\s*[•◦▪‣-]\s+/;
const ORDERED = /^\s*(\d{1,3})\.\s+/;

export function decode(text) {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);
}

/** Render a whole mrkdwn text: pre blocks, quotes, lists and lines. */
export function renderMrkdwn(text) {
  const result = document.createDocumentFragment();
  const parts = String(text ?? "").split("```");
  if (parts.length % 2 === 0) {
    const unclosed = parts.pop();
    parts.push(`${parts.pop()}\`\`\`${unclosed}`);
  }
  parts.forEach((part, index) => {
    if (index % 2 === 1) {
      result.append(h("pre", { tabindex: "0" }, h("code", {}, decode(part.replace(/^\n/, "").replace(/\n$/, "")))));
    } else if (part) {
      let inner = part;
      if (index > 0) inner = inner.replace(/^\n/, "");
      if (index < parts.length - 1) inner = inner.replace(/\n$/, "");
      if (inner) result.append(renderLines(inner.split("\n")));
    }
  });
  return result;
}

function renderLines(lines) {
  const result = document.createDocumentFragment();
  let index = 0;
  let afterText = false;
  const take = (pattern) => {
    const taken = [];
    while (index < lines.length && pattern.test(lines[index])) taken.push(lines[index++]);
    afterText = false;
    return taken;
  };
  while (index < lines.length) {
    if (QUOTE_REST.test(lines[index])) {
      const rest = [lines[index].replace(QUOTE_REST, ""), ...lines.slice(index + 1)];
      result.append(h("blockquote", {}, renderLines(rest)));
      break;
    }
    if (QUOTE.test(lines[index])) {
      result.append(h("blockquote", {}, renderLines(take(QUOTE).map((line) => line.replace(QUOTE, "")))));
    } else if (BULLET.test(lines[index])) {
      result.append(h("ul", {}, take(BULLET).map((line) => h("li", {}, renderInline(line.replace(BULLET, ""))))));
    } else if (ORDERED.test(lines[index])) {
      const start = lines[index].match(ORDERED)[1];
      const items = take(ORDERED).map((line) => h("li", {}, renderInline(line.replace(ORDERED, ""))));
      result.append(h("ol", { start }, items));
    } else {
      if (afterText) result.append(h("br"));
      result.append(renderInline(lines[index]));
      afterText = true;
      index += 1;
    }
  }
  return result;
}

/** Render one line: marks, code, specials, emoji, bare links, entities. */
export function renderInline(line) {
  const result = document.createDocumentFragment();
  let plain = "";
  let index = 0;
  const flush = () => {
    if (plain) result.append(decode(plain));
    plain = "";
  };
  while (index < line.length) {
    const found = tokenAt(line, index);
    if (found) {
      flush();
      result.append(found.node);
      index = found.end;
    } else {
      plain += line[index];
      index += 1;
    }
  }
  flush();
  return result;
}

function tokenAt(line, index) {
  const character = line[index];
  if (character === "<") return specialAt(line, index);
  if (character === "`") return codeAt(line, index);
  if (character === ":") return emojiAt(line, index);
  if (character === "h") return bareLinkAt(line, index);
  if (character in MARKS) return markAt(line, index);
  return null;
}

function codeAt(line, index) {
  const end = line.indexOf("`", index + 1);
  if (end <= index + 1) return null;
  return { node: h("code", {}, decode(line.slice(index + 1, end))), end: end + 1 };
}

function emojiAt(line, index) {
  SHORTCODE.lastIndex = index;
  const match = SHORTCODE.exec(line);
  return match && hasEmoji(match[1]) ? { node: emojiNode(match[1]), end: SHORTCODE.lastIndex } : null;
}

function bareLinkAt(line, index) {
  URL_HERE.lastIndex = index;
  const match = URL_HERE.exec(line);
  return match ? { node: linkNode(decode(match[0])), end: URL_HERE.lastIndex } : null;
}

const isWord = (character) => character !== undefined && /[\p{L}\p{N}]/u.test(character);

function markAt(line, index) {
  const mark = line[index];
  const next = line[index + 1];
  if (isWord(line[index - 1]) || next === undefined || next === mark || /\s/.test(next)) return null;
  const end = closing(line, index + 1, mark);
  if (end < 0) return null;
  return { node: h(MARKS[mark], {}, renderInline(line.slice(index + 1, end))), end: end + 1 };
}

/** Where a mark closes: not inside code or <…>, not after a space, not inside a word. */
function closing(line, from, mark) {
  for (let index = from; index < line.length; index += 1) {
    const character = line[index];
    if (character === "<" || character === "`") {
      const end = line.indexOf(character === "<" ? ">" : "`", index + 1);
      if (end > 0) index = end;
    } else if (character === mark && index > from && !/\s/.test(line[index - 1]) && !isWord(line[index + 1])) {
      return index;
    }
  }
  return -1;
}

function specialAt(line, index) {
  const end = line.indexOf(">", index + 1);
  if (end < 0) return null;
  const node = specialNode(line.slice(index + 1, end));
  return node ? { node, end: end + 1 } : null;
}

function specialNode(inner) {
  const bar = inner.indexOf("|");
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? null : inner.slice(bar + 1);
  if (/^@[UW]\w+$/.test(target)) return userMention(target.slice(1), label && decode(label));
  if (/^#[CGD]\w+$/.test(target)) return channelMention(target.slice(1), label && decode(label));
  if (/^!(here|channel|everyone)$/.test(target)) return broadcast(target.slice(1));
  if (target.startsWith("!subteam^")) return h("span", { class: "mention" }, decode(label ?? "@group"));
  if (target.startsWith("!date^")) return dateNode(target, label);
  if (/^(https?:|mailto:|tel:|slack:)/i.test(target)) {
    return label === null ? linkNode(decode(target)) : linkNode(decode(target), textWithEmoji(decode(label)));
  }
  return null;
}

function dateNode(target, label) {
  const [, seconds, pattern = "", url] = target.split("^");
  const at = Number(seconds);
  const text = formatTokens(at, decode(pattern), store.tz, store.now) ?? decode(label ?? "");
  const valid = Number.isFinite(at);
  const time = h(
    "time",
    { datetime: valid ? new Date(at * 1000).toISOString() : null, title: valid ? fullMoment(at, store.tz) : null },
    text,
  );
  return url ? linkNode(decode(url), time) : time;
}
