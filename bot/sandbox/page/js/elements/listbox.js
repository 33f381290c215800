/** The list of a combobox: options in groups, filtered, walked with arrow keys through aria-activedescendant. */

import { h, uid } from "../dom.js";
import { showAt } from "../popup.js";

/**
 * Options: {key, label, description?, group?, node?, value}. `onPick(option)` runs on click or Enter.
 * The owner keeps the input; this class keeps the popup.
 */
export class Listbox {
  constructor({ input, label, onPick, multi = false, className = "" }) {
    this.input = input;
    this.onPick = onPick;
    this.multi = multi;
    this.options = [];
    this.active = -1;
    this.shown = null;
    this.node = h("div", {
      class: `listbox popup ${className}`, role: "listbox", id: uid("listbox"), "aria-label": label,
      "aria-multiselectable": multi ? "true" : null, popover: "manual",
    });
    this.node.addEventListener("pointerdown", (event) => event.preventDefault());
    input.setAttribute("aria-controls", this.node.id);
    this.expanded(false);
  }

  /** Only a combobox may say whether it is expanded; the composer is a plain text box. */
  expanded(open) {
    if (this.input.getAttribute("role") === "combobox") this.input.setAttribute("aria-expanded", String(open));
  }

  get open() {
    return this.shown !== null;
  }

  /** Fill and show; `selected` is the set of chosen keys; `note` stands in for an empty list. */
  show(options, { selected = new Set(), note = "No results", active = 0, anchor = this.input } = {}) {
    this.options = options;
    this.node.replaceChildren();
    let group = null;
    let host = this.node;
    options.forEach((option, index) => {
      if (option.group !== undefined && option.group !== group) {
        group = option.group;
        const headingId = uid("group");
        host = h("div", { role: "group", "aria-labelledby": headingId },
          h("div", { class: "listbox-group", id: headingId, role: "presentation" }, group));
        this.node.append(host);
      }
      host.append(this.row(option, index, selected.has(option.key)));
    });
    if (!options.length) this.node.append(h("div", { class: "listbox-note", role: "option", "aria-disabled": "true", "aria-selected": "false" }, note));
    if (!this.node.isConnected) this.input.after(this.node);
    this.anchor = anchor;
    if (this.shown) this.shown.place();
    else this.shown = showAt(this.node, anchor);
    this.expanded(true);
    this.setActive(options.length ? Math.min(active, options.length - 1) : -1);
  }

  row(option, index, selected) {
    return h(
      "div",
      {
        class: "listbox-option", role: "option", id: `${this.node.id}-${index}`, "aria-selected": String(selected),
        data: { value: option.key },
        on: {
          click: () => this.onPick(option),
          pointermove: () => { if (this.active !== index) this.setActive(index, false); },
        },
      },
      h("span", { class: "listbox-label" }, option.node ? option.node() : option.label),
      option.description ? h("span", { class: "listbox-description" }, option.description) : null,
    );
  }

  setActive(index, scroll = true) {
    this.active = index;
    const rows = this.node.querySelectorAll(".listbox-option");
    rows.forEach((row, at) => row.classList.toggle("active", at === index));
    if (index < 0) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    this.input.setAttribute("aria-activedescendant", rows[index].id);
    if (scroll) rows[index].scrollIntoView({ block: "nearest" });
  }

  get activeOption() {
    return this.options[this.active] ?? null;
  }

  /** True when the key moved the active option. */
  move(key) {
    const last = this.options.length - 1;
    if (last < 0) return false;
    const steps = { ArrowDown: this.active >= last ? 0 : this.active + 1, ArrowUp: this.active <= 0 ? last : this.active - 1,
      PageDown: Math.min(last, this.active + 8), PageUp: Math.max(0, this.active - 8) };
    if (!(key in steps)) return false;
    this.setActive(steps[key]);
    return true;
  }

  hide() {
    this.shown?.hide();
    this.shown = null;
    this.node.remove();
    this.expanded(false);
    this.input.removeAttribute("aria-activedescendant");
  }
}

/** Options whose label, description or words contain every word of the query. */
export function matching(options, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return options;
  const score = (option) => (option.label.toLowerCase().startsWith(words[0]) ? 0 : 1);
  return options
    .filter((option) => {
      const text = `${option.label} ${option.description ?? ""} ${option.group ?? ""} ${option.words ?? ""}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .map((option, index) => ({ option, index }))
    .sort((a, b) => (a.option.group === b.option.group ? score(a.option) - score(b.option) : 0) || a.index - b.index)
    .map(({ option }) => option);
}
