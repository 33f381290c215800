/** The table from element type to its renderer. */

import { h } from "../dom.js";
import { imageNode } from "../links.js";
import { renderButton, renderFeedback, renderIconButton } from "./button.js";
import { renderCheckboxes, renderRadios } from "./choices.js";
import { renderRichTextInput, renderTextInput } from "./inputs.js";
import { renderOverflow } from "./overflow.js";
import { renderDatepicker, renderDatetimepicker, renderTimepicker } from "./pickers.js";
import { renderSelect } from "./selects.js";

const RENDERERS = {
  button: renderButton,
  workflow_button: renderButton,
  icon_button: renderIconButton,
  feedback_buttons: renderFeedback,
  overflow: renderOverflow,
  radio_buttons: renderRadios,
  checkboxes: renderCheckboxes,
  datepicker: renderDatepicker,
  timepicker: renderTimepicker,
  datetimepicker: renderDatetimepicker,
  plain_text_input: renderTextInput,
  number_input: renderTextInput,
  email_text_input: renderTextInput,
  url_text_input: renderTextInput,
  rich_text_input: renderRichTextInput,
  image: (element) => imageNode(element.image_url ?? element.slack_file?.url, element.alt_text, "accessory-image"),
};
for (const kind of ["static", "external", "users", "conversations", "channels"]) {
  RENDERERS[`${kind}_select`] = renderSelect;
  RENDERERS[`multi_${kind}_select`] = renderSelect;
}

export function renderElement(element, block, ctx) {
  const render = RENDERERS[element?.type];
  if (render) return render(element, block, ctx);
  return h("span", { class: "unknown" }, `(${element?.type ?? "element"} isn't shown here)`);
}
