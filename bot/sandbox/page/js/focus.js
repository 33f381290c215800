/** Remembering what had the focus by its hooks, so that it finds back after a redraw. */

/** A description of the focused control inside `root`, or null. */
export function remember(root) {
  const active = document.activeElement;
  if (!active || active === document.body || !root.contains(active)) return null;
  const keyed = active.closest("[data-focus-key]");
  return {
    node: active,
    key: keyed?.dataset.focusKey ?? null,
    inner: keyed && keyed !== active ? [...keyed.querySelectorAll("*")].indexOf(active) : -1,
    start: "selectionStart" in active ? safely(() => active.selectionStart) : null,
    end: "selectionEnd" in active ? safely(() => active.selectionEnd) : null,
  };
}

/** Give the focus back inside `root`; false when its control is gone. */
export function restore(root, memory) {
  if (!memory) return true;
  if (memory.node.isConnected && root.contains(memory.node)) {
    if (document.activeElement !== memory.node) memory.node.focus({ preventScroll: true });
    return true;
  }
  if (!memory.key) return false;
  const keyed = [...root.querySelectorAll("[data-focus-key]")].find((node) => node.dataset.focusKey === memory.key);
  if (!keyed) return false;
  const target = memory.inner >= 0 ? (keyed.querySelectorAll("*")[memory.inner] ?? keyed) : keyed;
  target.focus({ preventScroll: true });
  if (memory.start !== null && target.setSelectionRange) {
    safely(() => target.setSelectionRange(memory.start, memory.end));
  }
  return document.activeElement === target;
}

/** Input types such as number and date have no selection and throw when asked. */
function safely(read) {
  try {
    return read();
  } catch {
    return null;
  }
}

const FIELDS = "input:not([type=hidden]), textarea, select, [role=combobox], [contenteditable=true]";

export function firstField(root) {
  return root.querySelector(FIELDS);
}
