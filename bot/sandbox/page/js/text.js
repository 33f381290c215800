/** Text objects (plain_text, mrkdwn) to nodes, and to plain words for names and announcements. */

import { fragment, h } from "./dom.js";
import { emojiText, textWithEmoji } from "./emoji.js";
import { decode, renderMrkdwn } from "./mrkdwn.js";
import { store } from "./store.js";

/** Nodes for a text object; a bare string counts as plain text. */
export function renderText(object) {
  if (!object) return fragment();
  if (typeof object === "string") return multiline(object, true);
  if (object.type === "mrkdwn") return renderMrkdwn(object.text);
  return multiline(object.text ?? "", object.emoji !== false);
}

function multiline(text, withEmoji) {
  const lines = String(text).split("\n");
  return fragment(lines.map((line, index) => [index > 0 ? h("br") : null, withEmoji ? textWithEmoji(line) : line]));
}

/** The words of a text object, without marks, for labels and the screen reader's log. */
export function plainText(object) {
  if (!object) return "";
  const text = typeof object === "string" ? object : (object.text ?? "");
  if (typeof object !== "string" && object.type === "plain_text") return emojiText(text);
  return plainMrkdwn(text);
}

export function plainMrkdwn(text) {
  const named = String(text ?? "")
    .replace(/<@(\w+)(?:\|[^>]*)?>/g, (_, id) => `@${store.userName(id)}`)
    .replace(/<#(\w+)(?:\|([^>]*))?>/g, (_, id, name) => `#${store.channels.get(id)?.name ?? name ?? id}`)
    .replace(/<!date\^[^|>]*\|([^>]*)>/g, "$1")
    .replace(/<!(\w+)[^>]*>/g, "@$1")
    .replace(/<[^|>]+\|([^>]*)>/g, "$1")
    .replace(/<([^>]*)>/g, "$1")
    .replace(/(^|[^\p{L}\p{N}])([*_~`])(\S[^\n]*?)\2(?![\p{L}\p{N}])/gu, "$1$3");
  return emojiText(decode(named));
}
