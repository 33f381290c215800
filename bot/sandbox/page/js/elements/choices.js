/** Radio buttons and checkboxes. */

import { h, uid } from "../dom.js";
import { renderText } from "../text.js";
import { changed, hooks, naming } from "./common.js";

export function renderRadios(element, block, ctx) {
  const name = uid("radio");
  const chosen = ctx.state.get(block, element).selected_option?.value;
  const group = h("div", { class: "choices", role: "radiogroup", ...naming(block, element, ctx), data: hooks(block, element) });
  for (const option of element.options ?? []) {
    const pick = () => changed(block, element, ctx, { selected_option: option }, group);
    group.append(choice("radio", { name, checked: option.value === chosen }, option, pick));
  }
  return group;
}

export function renderCheckboxes(element, block, ctx) {
  const group = h("div", { class: "choices", role: "group", ...naming(block, element, ctx), data: hooks(block, element) });
  const chosen = new Set(ctx.state.get(block, element).selected_options?.map((option) => option.value));
  for (const option of element.options ?? []) {
    const toggle = (event) => {
      if (event.target.checked) chosen.add(option.value);
      else chosen.delete(option.value);
      const selected = element.options.filter((item) => chosen.has(item.value));
      changed(block, element, ctx, { selected_options: selected }, group);
    };
    group.append(choice("checkbox", { checked: chosen.has(option.value) }, option, toggle));
  }
  return group;
}

function choice(type, attributes, option, onChange) {
  const id = uid("choice");
  const about = option.description ? uid("about") : null;
  const input = h("input", { type, id, value: option.value, "aria-describedby": about, name: attributes.name, on: { change: onChange } });
  input.checked = Boolean(attributes.checked);
  return h(
    "div",
    { class: "choice" },
    input,
    h("div", {},
      h("label", { for: id }, renderText(option.text)),
      about ? h("div", { class: "choice-about", id: about }, renderText(option.description)) : null),
  );
}
