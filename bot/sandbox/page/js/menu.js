/** A menu opened from a button: arrow keys move, Enter chooses, Escape closes and gives the focus back. */

import { h, uid } from "./dom.js";
import { showAt } from "./popup.js";

let current = null;

export function closeMenu({ refocus = false } = {}) {
  if (!current) return;
  const { menu, button, shown, outside } = current;
  current = null;
  document.removeEventListener("pointerdown", outside, true);
  shown.hide();
  menu.remove();
  button.setAttribute("aria-expanded", "false");
  if (refocus && button.isConnected) button.focus();
}

/** Items: {label (string or Node), hint?, danger?, href?, data?, onSelect?}. */
export function toggleMenu(button, label, items) {
  const wasOpen = current?.button === button;
  closeMenu({ refocus: wasOpen });
  if (!wasOpen) openMenu(button, label, items);
}

function openMenu(button, label, items) {
  const menu = h("div", { class: "menu popup", role: "menu", "aria-label": label, id: uid("menu") });
  for (const item of items) menu.append(menuItem(item));
  button.after(menu);
  button.setAttribute("aria-expanded", "true");
  button.setAttribute("aria-haspopup", "menu");
  const outside = (event) => {
    if (!menu.contains(event.target) && !button.contains(event.target)) closeMenu();
  };
  current = { menu, button, outside, shown: showAt(menu, button, { width: "own", align: "end" }) };
  document.addEventListener("pointerdown", outside, true);
  menu.addEventListener("keydown", onKey);
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) closeMenu();
  });
  menu.firstElementChild?.focus();
}

function menuItem(item) {
  const choose = () => {
    closeMenu({ refocus: true });
    item.onSelect?.();
  };
  return h(
    item.href ? "a" : "button",
    {
      type: item.href ? null : "button", role: "menuitem", tabindex: "-1", href: item.href,
      target: item.href ? "_blank" : null, rel: item.href ? "noopener noreferrer" : null,
      class: item.danger ? "menu-item danger" : "menu-item", data: item.data, on: { click: choose },
    },
    h("span", { class: "menu-label" }, item.label),
    item.hint ? h("span", { class: "menu-hint" }, item.hint) : null,
  );
}

function onKey(event) {
  const items = [...event.currentTarget.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const targets = { ArrowDown: (at + 1) % items.length, ArrowUp: (at - 1 + items.length) % items.length, Home: 0, End: items.length - 1 };
  if (event.key in targets) {
    event.preventDefault();
    items[targets[event.key]].focus();
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    closeMenu({ refocus: true });
  } else if (event.key === "Tab") {
    closeMenu({ refocus: true });
  } else if (event.key.length === 1 && /\S/.test(event.key)) {
    const letter = event.key.toLowerCase();
    const next = [...items.slice(at + 1), ...items].find((item) => item.textContent.trim().toLowerCase().startsWith(letter));
    next?.focus();
  }
}
