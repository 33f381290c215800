/** Blocks of text and simple layout: section, header, context, actions, image, alert. */

import { fragment, h, icon } from "../dom.js";
import { renderElement } from "../elements/index.js";
import { imageNode } from "../links.js";
import { renderText } from "../text.js";

export function renderSection(block, ctx) {
  const text = block.text ? h("div", { class: "section-text mrkdwn" }, renderText(block.text)) : null;
  const fields = block.fields?.length
    ? h("div", { class: "fields" }, block.fields.map((field) => h("div", { class: "field mrkdwn" }, renderText(field)))) : null;
  const wide = /checkboxes|radio_buttons/.test(block.accessory?.type ?? "");
  const accessory = block.accessory
    ? h("div", { class: `accessory accessory-${block.accessory.type}` }, renderElement(block.accessory, block, ctx)) : null;
  return h("div", { class: wide ? "section wide" : "section" }, h("div", { class: "section-main" }, text, fields), accessory);
}

export function renderHeader(block) {
  return h(`h${Math.min(Math.max((block.level ?? 1) + 2, 3), 6)}`, { class: "block-title" }, renderText(block.text));
}

export function renderContext(block) {
  return h("div", { class: "context" }, (block.elements ?? []).map((element) =>
    (element.type === "image"
      ? imageNode(element.image_url ?? element.slack_file?.url, element.alt_text, "context-image")
      : h("span", { class: "context-text mrkdwn" }, renderText(element)))));
}

export function renderActions(block, ctx) {
  return h("div", { class: "actions" }, (block.elements ?? []).map((element) =>
    h("div", { class: `action action-${element.type}` }, renderElement(element, block, ctx))));
}

export function renderImage(block) {
  const url = block.image_url ?? block.slack_file?.url;
  return h("figure", { class: "image" },
    block.title ? h("figcaption", {}, renderText(block.title)) : null,
    imageNode(url, block.alt_text, "block-image"));
}

const LEVELS = { info: "Information", warning: "Warning", error: "Error", success: "Success" };

export function renderAlert(block) {
  const level = block.level in LEVELS ? block.level : "default";
  const mark = { success: "check", warning: "warning", error: "warning" }[level] ?? "eye";
  return h("div", { class: `alert alert-${level}`, role: "note", "aria-label": LEVELS[level] ?? "Note" },
    level === "default" ? fragment() : icon(mark),
    h("div", { class: "mrkdwn" }, renderText(block.text)));
}
