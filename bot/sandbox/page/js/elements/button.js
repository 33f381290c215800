/** Buttons: primary, danger, links, with a confirm dialog where asked for; and icon and feedback buttons. */

import { h, icon } from "../dom.js";
import { isSafe } from "../links.js";
import { plainText, renderText } from "../text.js";
import { hooks } from "./common.js";

export function renderButton(element, block, ctx) {
  const style = { primary: "button primary", danger: "button danger" }[element.style] ?? "button";
  const press = (event) => ctx.act(block, element, element.value === undefined ? {} : { value: element.value }, event.currentTarget);
  const label = element.accessibility_label ?? null;
  if (element.url && isSafe(element.url)) {
    return h(
      "a",
      { class: style, href: element.url, target: "_blank", rel: "noopener noreferrer", "aria-label": label, data: hooks(block, element), on: { click: press } },
      renderText(element.text),
    );
  }
  return h(
    "button",
    { type: "button", class: style, "aria-label": label, data: { ...hooks(block, element), value: element.value }, on: { click: press } },
    renderText(element.text),
  );
}

export function renderIconButton(element, block, ctx) {
  const press = (event) => ctx.act(block, element, { value: element.value }, event.currentTarget);
  return h(
    "button",
    { type: "button", class: "icon-button", "aria-label": element.accessibility_label || plainText(element.text), data: hooks(block, element), on: { click: press } },
    icon(element.icon === "trash" ? "close" : "more"),
  );
}

export function renderFeedback(element, block, ctx) {
  const one = (side, mark) => {
    const part = element[side];
    if (!part) return null;
    const press = (event) => ctx.act(block, element, { value: part.value }, event.currentTarget);
    return h(
      "button",
      { type: "button", class: "button small", "aria-label": part.accessibility_label || plainText(part.text), data: { ...hooks(block, element), value: part.value }, on: { click: press } },
      h("span", { "aria-hidden": "true" }, mark), " ", plainText(part.text),
    );
  };
  return h("span", { class: "feedback" }, one("positive_button", "👍"), one("negative_button", "👎"));
}
