/** What all elements share: their hooks, their names for screen readers, and when a value is sent to the app. */

import { plainText } from "../text.js";

/** data-* hooks and the focus key of an element's main control. */
export function hooks(block, element) {
  return {
    blockId: block.block_id,
    actionId: element.action_id,
    focusKey: JSON.stringify([block.block_id, element.action_id]),
  };
}

/** An input block passes its label's id; elsewhere the placeholder and the words beside it name the control. */
export function naming(block, element, ctx) {
  if (ctx.labelId) return { "aria-labelledby": ctx.labelId, "aria-describedby": ctx.describedBy ?? null };
  return { "aria-label": nameOf(block, element, ctx) };
}

export function nameOf(block, element, ctx) {
  if (block.type === "input") return plainText(block.label);
  const own = element.accessibility_label || plainText(element.placeholder);
  const around = plainText(wordsOf(block, element, ctx)).split("\n")[0].slice(0, 90);
  const fallback = { datepicker: "Date", timepicker: "Time", datetimepicker: "Date and time", overflow: "More options" }[element.type];
  return [own || fallback, around].filter(Boolean).join(": ") || element.action_id?.replaceAll("_", " ") || "Value";
}

/** What tells a control from its like elsewhere: its section's words; for a menu among buttons, what stands above them. */
function wordsOf(block, element, ctx) {
  if (block.type === "section") return block.text;
  if (element.type !== "overflow") return null;
  const blocks = ctx.blocks();
  return blocks.slice(0, blocks.indexOf(block)).findLast((one) => ["section", "header"].includes(one.type))?.text;
}

/** Inside an input block a value is only sent on its own when dispatch_action says so. */
export const dispatches = (block) => block.type !== "input" || block.dispatch_action === true;

/** Keep a new value and, where the element dispatches, send it. */
export function changed(block, element, ctx, value, node) {
  const before = ctx.state.get(block, element);
  ctx.state.set(block, element, value);
  ctx.clearError?.(block.block_id);
  if (!dispatches(block)) return;
  ctx.act(block, element, value, node, () => ctx.state.set(block, element, before));
}
