/** Text fields: plain (one line or many), number, email, URL. */

import { h, uid } from "../dom.js";
import { plainText } from "../text.js";
import { changed, dispatches, hooks, naming } from "./common.js";

const KINDS = {
  number_input: { type: "text", inputmode: "decimal" },
  email_text_input: { type: "email" },
  url_text_input: { type: "url" },
  plain_text_input: { type: "text" },
};
const PAUSE_MS = 500;

export function renderTextInput(element, block, ctx) {
  const multiline = Boolean(element.multiline);
  const countId = element.max_length ? uid("count") : null;
  const named = naming(block, element, ctx);
  const described = [named["aria-describedby"], countId].filter(Boolean).join(" ") || null;
  const field = h(multiline ? "textarea" : "input", {
    ...(multiline ? { rows: "4" } : KINDS[element.type]),
    class: "text-field", placeholder: plainText(element.placeholder) || null, autocomplete: "off",
    ...named, "aria-describedby": described, data: hooks(block, element),
  });
  field.value = ctx.state.get(block, element).value ?? "";
  const count = countId ? h("div", { class: "char-count", id: countId }) : null;
  const paint = () => paintCount(count, field.value.length, element.max_length);
  paint();
  listen(field, element, block, ctx, paint);
  const enterHint = sendsOn(element, block, "on_enter_pressed")
    ? h("div", { class: "field-hint" }, "Press Enter to send") : null;
  return count || enterHint ? h("div", { class: "text-field-box" }, field, count, enterHint) : field;
}

/** Shown once the end comes near, as Slack does; a number below zero is too much. */
function paintCount(count, length, limit) {
  if (!count) return;
  const left = limit - length;
  const near = left <= Math.max(20, limit * 0.1);
  count.hidden = !near;
  count.replaceChildren(...(near ? [String(left), h("span", { class: "visually-hidden" }, " characters left")] : []));
  count.classList.toggle("over", left < 0);
}

function sendsOn(element, block, when) {
  if (!dispatches(block)) return false;
  return (element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"]).includes(when);
}

function listen(field, element, block, ctx, paint) {
  const current = () => ({ value: field.value === "" ? null : field.value });
  let timer = null;
  const send = () => {
    clearTimeout(timer);
    ctx.act(block, element, current(), field);
  };
  field.addEventListener("input", () => {
    ctx.state.set(block, element, current());
    ctx.clearError?.(block.block_id);
    paint();
    if (sendsOn(element, block, "on_character_entered")) {
      clearTimeout(timer);
      timer = setTimeout(send, PAUSE_MS);
    }
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.shiftKey) return;
    if (sendsOn(element, block, "on_enter_pressed")) {
      event.preventDefault();
      event.stopPropagation();
      send();
    }
  });
}

/** rich_text_input: typed as plain text, sent as a rich_text value of one section. */
export function renderRichTextInput(element, block, ctx) {
  const field = h("textarea", {
    rows: "4", class: "text-field", placeholder: plainText(element.placeholder) || null, ...naming(block, element, ctx), data: hooks(block, element),
  });
  const pieces = ctx.state.get(block, element).rich_text_value?.elements?.flatMap((part) => part.elements ?? []) ?? [];
  field.value = pieces.map((piece) => piece.text ?? "").join("");
  field.addEventListener("input", () => {
    const section = { type: "rich_text_section", elements: [{ type: "text", text: field.value }] };
    const value = field.value ? { type: "rich_text", elements: [section] } : null;
    ctx.state.set(block, element, { rich_text_value: value });
    ctx.clearError?.(block.block_id);
  });
  return field;
}
