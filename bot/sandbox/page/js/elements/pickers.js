/** Date, time and date-and-time pickers on the browser's own fields, which bring keyboard and screen reader support. */

import { h, uid } from "../dom.js";
import { pieces, clockTime } from "../dates.js";
import { store } from "../store.js";
import { changed, dispatches, hooks, nameOf, naming } from "./common.js";

const SETTLE_MS = 700;

export function renderDatepicker(element, block, ctx) {
  return single("date", "selected_date", element, block, ctx);
}

export function renderTimepicker(element, block, ctx) {
  return single("time", "selected_time", element, block, ctx);
}

function single(type, key, element, block, ctx) {
  const field = h("input", {
    type, class: "picker", max: type === "date" ? "9999-12-31" : null, ...naming(block, element, ctx), data: hooks(block, element),
  });
  field.value = ctx.state.get(block, element)[key] ?? "";
  const commit = () => changed(block, element, ctx, { [key]: field.value || null }, field);
  if (dispatches(block)) whenSettled(field, commit);
  else field.addEventListener("change", commit);
  return field;
}

/** Typing a date passes through half-typed ones; the app gets the value once it rests, on Enter or on leaving. */
function whenSettled(field, commit) {
  let timer = null;
  let last = field.value;
  const settle = () => {
    clearTimeout(timer);
    const halfTyped = field.type === "date" && field.value && field.value < "1000";
    if (field.value === last || halfTyped || !field.isConnected) return;
    last = field.value;
    commit();
  };
  field.addEventListener("change", () => {
    clearTimeout(timer);
    timer = setTimeout(settle, SETTLE_MS);
  });
  field.addEventListener("blur", settle);
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") settle(); });
}

/** Seconds since the epoch of a wall time in the viewer's zone; the offset is found by trying. */
export function instantOf(date, time, tz) {
  const wanted = Date.parse(`${date}T${time}:00Z`) / 1000;
  let guess = wanted;
  for (let round = 0; round < 3; round += 1) {
    const seen = Date.parse(`${pieces(guess, tz).key}T${clockTime(guess, tz)}:00Z`) / 1000;
    if (seen === wanted) break;
    guess += wanted - seen;
  }
  return guess;
}

export function renderDatetimepicker(element, block, ctx) {
  const tz = store.tz;
  const seconds = ctx.state.get(block, element).selected_date_time;
  const date = h("input", { type: "date", class: "picker", max: "9999-12-31", "aria-label": "Date", id: uid("date") });
  const time = h("input", { type: "time", class: "picker", "aria-label": "Time", id: uid("time") });
  if (seconds) {
    date.value = pieces(seconds, tz).key;
    time.value = clockTime(seconds, tz);
  }
  const group = h(
    "div",
    { class: "picker-pair", role: "group", ...(ctx.labelId ? naming(block, element, ctx) : { "aria-label": nameOf(block, element) }), data: hooks(block, element) },
    date, time,
  );
  const commit = () => {
    if (Boolean(date.value) !== Boolean(time.value)) return;
    const value = date.value ? instantOf(date.value, time.value, tz) : null;
    if (value !== (ctx.state.get(block, element).selected_date_time ?? null)) {
      changed(block, element, ctx, { selected_date_time: value }, group);
    }
  };
  for (const field of [date, time]) {
    field.addEventListener("change", commit);
    field.addEventListener("blur", commit);
  }
  return group;
}
