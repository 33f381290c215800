/** Words for screen readers (a polite log, an assertive line) and short notices everybody sees. */

import { h, icon } from "./dom.js";

const KEPT = 20;

const log = () => document.getElementById("live-log");
const assertive = () => document.getElementById("live-now");

/** Add a line to the polite log, e.g. a new message. */
export function announce(text) {
  const target = log();
  target.append(h("p", {}, text));
  while (target.childElementCount > KEPT) target.firstElementChild.remove();
}

/** Say something at once, e.g. that the clock can't be moved now. */
export function sayNow(text) {
  const target = assertive();
  target.textContent = "";
  requestAnimationFrame(() => { target.textContent = text; });
}

/** A notice at the bottom of the screen; stays until dismissed, or 8 s for mere information. */
export function toast(text, { kind = "error" } = {}) {
  const host = document.getElementById("toasts");
  const box = h(
    "div",
    { class: `toast toast-${kind}`, role: kind === "error" ? "alert" : "status" },
    h("span", {}, text),
    h("button", { type: "button", class: "icon-button", "aria-label": "Dismiss", on: { click: () => box.remove() } }, icon("close")),
  );
  host.append(box);
  while (host.childElementCount > 3) host.firstElementChild.remove();
  if (kind !== "error") setTimeout(() => box.remove(), 8000);
  return box;
}
