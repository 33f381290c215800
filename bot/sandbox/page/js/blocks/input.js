/** Input blocks: label, field, hint and the error under it, bound together for screen readers. */

import { h, icon, uid } from "../dom.js";
import { renderElement } from "../elements/index.js";
import { renderText } from "../text.js";

export function renderInput(block, ctx) {
  const labelId = uid("label");
  const hintId = block.hint ? uid("hint") : null;
  const errorId = uid("error");
  const describedBy = [errorId, hintId].filter(Boolean).join(" ");
  const field = renderElement(block.element ?? {}, block, { ...ctx, labelId, describedBy });
  const label = h("div", { class: "label", id: labelId },
    renderText(block.label), block.optional ? h("span", { class: "optional" }, " (optional)") : null);
  label.addEventListener("click", () => controlOf(field)?.focus());
  if (!block.optional) controlOf(field)?.setAttribute("aria-required", "true");
  return h("div", { class: "input" },
    label, field,
    h("div", { class: "field-error", id: errorId, data: { errorFor: block.block_id } }),
    hintId ? h("div", { class: "field-hint", id: hintId }, renderText(block.hint)) : null);
}

/** The control that carries the field: itself, or the first one inside a group. */
function controlOf(field) {
  const types = "input[role=combobox], input, textarea, [role=radiogroup]";
  if (field.matches?.("[role=radiogroup]")) return field;
  if (field.matches?.("[role=group]")) return field.querySelector("input");
  return field.matches?.(types) ? field : field.querySelector?.(types);
}

/** Write {block_id: words} at the fields of `root`, clear the others, and focus the first that failed. */
export function showErrors(root, errors) {
  let first = null;
  for (const place of root.querySelectorAll("[data-error-for]")) {
    const words = errors[place.dataset.errorFor];
    const box = place.parentElement;
    place.replaceChildren(...(words ? [icon("warning"), h("span", {}, words)] : []));
    box.classList.toggle("invalid", Boolean(words));
    const invalid = box.querySelectorAll("[data-action-id]");
    for (const control of invalid) {
      if (words) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
    if (words && !first) first = focusable(invalid[0]);
  }
  first?.focus();
  first?.closest(".block")?.scrollIntoView({ block: "nearest" });
  return first !== null;
}

function focusable(control) {
  if (!control) return null;
  if (control.matches("input, textarea, button")) return control;
  return control.querySelector("input:checked, input, textarea, button");
}
