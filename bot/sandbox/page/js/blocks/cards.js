/** Cards, carousels of cards, and containers. */

import { h } from "../dom.js";
import { renderElement } from "../elements/index.js";
import { imageNode } from "../links.js";
import { renderRichText } from "../richtext.js";
import { plainText, renderText } from "../text.js";

export function renderCard(block, ctx) {
  const part = (name, object) => (object ? h("div", { class: `card-${name} mrkdwn` }, renderText(object)) : null);
  const head = block.title || block.subtitle || block.icon
    ? h("div", { class: "card-head" },
      block.icon ? imageNode(block.icon.image_url, block.icon.alt_text, "card-icon") : null,
      h("div", {}, part("title", block.title), part("subtitle", block.subtitle)))
    : null;
  return h("article", { class: "card", "aria-label": plainText(block.title) || "Card", data: { blockId: block.block_id } },
    block.hero_image ? imageNode(block.hero_image.image_url, block.hero_image.alt_text, "card-hero") : null,
    head, part("body", block.body), part("subtext", block.subtext),
    block.actions?.length
      ? h("div", { class: "actions card-actions" }, block.actions.map((element) => renderElement(element, block, ctx))) : null);
}

export function renderCarousel(block, ctx) {
  return h("div", { class: "carousel", role: "group", "aria-label": "Cards", tabindex: "0" },
    (block.elements ?? []).map((card) => renderCard(card, ctx)));
}

export function renderContainer(block, ctx, renderBlocks) {
  const title = block.rich_text_title ? renderRichText(block.rich_text_title) : renderText(block.title);
  const head = h("div", { class: "container-head" },
    block.icon ? imageNode(block.icon.image_url, block.icon.alt_text, "card-icon") : null,
    h("div", {}, h("div", { class: "card-title" }, title),
      block.subtitle ? h("div", { class: "card-subtitle mrkdwn" }, renderText(block.subtitle)) : null));
  const body = h("div", { class: "container-body" }, renderBlocks(block.child_blocks, ctx));
  if (!block.is_collapsible) {
    return h("section", { class: `container container-${block.width ?? "standard"}`, "aria-label": plainText(block.title) || null }, head, body);
  }
  return h("details", { class: `container container-${block.width ?? "standard"}`, open: !block.default_collapsed },
    h("summary", {}, head), body);
}
