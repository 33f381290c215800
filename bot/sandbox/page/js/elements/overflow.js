/** Overflow menus: up to five options behind "…". */

import { h, icon } from "../dom.js";
import { isSafe } from "../links.js";
import { toggleMenu } from "../menu.js";
import { renderText } from "../text.js";
import { hooks, nameOf } from "./common.js";

export function renderOverflow(element, block, ctx) {
  const name = nameOf(block, element, ctx);
  const button = h(
    "button",
    { type: "button", class: "button overflow-button", "aria-label": name, "aria-haspopup": "menu", "aria-expanded": "false", data: hooks(block, element) },
    icon("dots"),
  );
  button.addEventListener("click", () => {
    const items = (element.options ?? []).map((option) => ({
      label: renderText(option.text),
      hint: option.description ? renderText(option.description) : null,
      href: option.url && isSafe(option.url) ? option.url : null,
      data: { value: option.value },
      onSelect: () => ctx.act(block, element, { selected_option: option }, button),
    }));
    toggleMenu(button, name, items);
  });
  return button;
}
