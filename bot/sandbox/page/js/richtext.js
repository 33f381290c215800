/** rich_text blocks: sections, lists, quotes and preformatted text. */

import { formatTokens } from "./dates.js";
import { fragment, h } from "./dom.js";
import { emojiNode } from "./emoji.js";
import { broadcast, channelMention, linkNode, userMention } from "./links.js";
import { store } from "./store.js";

export function renderRichText(block) {
  return fragment((block.elements ?? []).map(renderContainer));
}

function renderContainer(element) {
  const children = () => (element.elements ?? []).map(renderPiece);
  switch (element.type) {
    case "rich_text_section":
      return h("div", { class: "rich-section" }, children());
    case "rich_text_quote":
      return h("blockquote", {}, children());
    case "rich_text_preformatted":
      return h("pre", { tabindex: "0" }, h("code", {}, children()));
    case "rich_text_list":
      return renderList(element);
    default:
      return null;
  }
}

function renderList(element) {
  const ordered = element.style === "ordered";
  const items = (element.elements ?? []).map((item) => h("li", {}, (item.elements ?? []).map(renderPiece)));
  return h(
    ordered ? "ol" : "ul",
    { class: `indent-${Math.min(element.indent ?? 0, 8)}`, start: ordered && element.offset ? element.offset + 1 : null },
    items,
  );
}

function renderPiece(piece) {
  let node;
  switch (piece.type) {
    case "text":
      node = fragment(String(piece.text ?? "").split("\n").map((line, index) => [index ? h("br") : null, line]));
      break;
    case "link":
      node = linkNode(piece.url ?? "", piece.text || piece.url);
      break;
    case "emoji":
      node = emojiNode(piece.name ?? "", piece.unicode);
      break;
    case "user":
      node = userMention(piece.user_id);
      break;
    case "channel":
      node = channelMention(piece.channel_id);
      break;
    case "usergroup":
      node = h("span", { class: "mention" }, "@group");
      break;
    case "broadcast":
      node = broadcast(piece.range ?? "channel");
      break;
    case "date":
      node = h("time", {}, formatTokens(Number(piece.timestamp), piece.format ?? "", store.tz, store.now) ?? piece.fallback ?? "");
      break;
    case "color":
      node = h("span", {}, piece.value ?? "");
      break;
    default:
      return null;
  }
  return styled(node, piece.style ?? {});
}

function styled(node, style) {
  let result = node;
  if (style.code) result = h("code", {}, result);
  if (style.bold) result = h("strong", {}, result);
  if (style.italic) result = h("em", {}, result);
  if (style.strike) result = h("s", {}, result);
  if (style.underline) result = h("u", {}, result);
  return result;
}
