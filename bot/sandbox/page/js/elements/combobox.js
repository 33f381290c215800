/** A searchable select, single or multiple, made of a text field and a listbox. */

import { h, icon } from "../dom.js";
import { Listbox, matching } from "./listbox.js";

const SEARCH_WAIT_MS = 250;

/**
 * Settings: `label`, `placeholder`, `source(query) -> options | Promise<options>`, `chosen` (options), `multi`,
 * `max` (multi), `clearable`, `minQuery` (external), `attributes` for the field, `onChange(options)` when the
 * choice is settled: at once for a single select, on closing for a multiple one, as Slack does.
 */
export class Combobox {
  constructor(settings) {
    this.settings = { chosen: [], multi: false, clearable: false, minQuery: 0, ...settings };
    this.chosen = [...this.settings.chosen];
    this.settled = this.keys();
    this.input = h("input", {
      type: "text", role: "combobox", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false",
      class: "combobox-input", ...this.settings.attributes,
    });
    this.listbox = new Listbox({
      input: this.input, label: this.settings.label, multi: this.settings.multi, onPick: (option) => this.pick(option),
    });
    this.chips = h("div", { class: "chips", role: "list", "aria-label": `Chosen: ${this.settings.label}` });
    this.clear = h(
      "button",
      { type: "button", class: "icon-button combobox-clear", "aria-label": `Clear ${this.settings.label}`, on: { click: () => this.reset() } },
      icon("close"),
    );
    this.node = h(
      "div",
      { class: this.settings.multi ? "combobox multi" : "combobox" },
      this.settings.multi ? this.chips : null, this.input,
      this.settings.clearable && !this.settings.multi ? this.clear : null,
      h("span", { class: "combobox-arrow", "aria-hidden": "true" }, icon("chevron")),
    );
    this.listen();
    this.paint();
  }

  keys() {
    return JSON.stringify(this.chosen.map((option) => option.key));
  }

  listen() {
    this.input.addEventListener("click", () => { if (!this.listbox.open) this.open(); });
    this.input.addEventListener("input", () => this.search(this.input.value));
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => this.close());
    this.node.addEventListener("click", (event) => {
      if (event.target === this.node || event.target === this.chips) this.input.focus();
    });
  }

  onKey(event) {
    if (event.isComposing) return;
    const open = this.listbox.open;
    if (event.key === "ArrowDown" || event.key === "ArrowUp" || event.key === "PageDown" || event.key === "PageUp") {
      event.preventDefault();
      if (open) this.listbox.move(event.key);
      else this.open();
    } else if (event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      if (open && this.listbox.activeOption) this.pick(this.listbox.activeOption);
      else if (!open) this.open();
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "Backspace" && this.settings.multi && !this.input.value && this.chosen.length) {
      this.chosen.pop();
      this.paint();
      if (open) this.search("");
      else this.settle();
    }
  }

  open() {
    if (!this.settings.multi) this.input.select();
    this.search("");
  }

  /** Ask the source and show what it gives; a slow answer to an older question is dropped. */
  search(query) {
    const round = (this.round = (this.round ?? 0) + 1);
    const selected = new Set(this.chosen.map((option) => option.key));
    if (query.length < this.settings.minQuery) {
      this.listbox.show([], { note: `Type ${this.settings.minQuery} or more characters to search`, anchor: this.node });
      return;
    }
    const answer = this.settings.source(query);
    if (!(answer instanceof Promise)) {
      const found = matching(answer, query);
      const active = this.settings.multi ? 0 : Math.max(0, found.findIndex((option) => selected.has(option.key)));
      this.listbox.show(found, { selected, active, anchor: this.node });
      return;
    }
    this.listbox.show([], { note: "Loading…", anchor: this.node });
    answer.then((found) => {
      if (round !== this.round || !this.listbox.open) return;
      this.listbox.show(found, { selected, anchor: this.node });
    });
  }

  pick(option) {
    if (this.settings.multi) {
      const at = this.chosen.findIndex((item) => item.key === option.key);
      if (at >= 0) this.chosen.splice(at, 1);
      else if (!this.settings.max || this.chosen.length < this.settings.max) this.chosen.push(option);
      this.input.value = "";
      this.paint();
      const active = this.listbox.active;
      this.search("");
      if (this.listbox.options.length > active) this.listbox.setActive(active);
      return;
    }
    this.chosen = [option];
    this.close();
    this.input.focus();
  }

  reset() {
    this.chosen = [];
    this.close();
    this.input.focus();
  }

  close() {
    this.round = (this.round ?? 0) + 1;
    if (this.listbox.open) this.listbox.hide();
    this.paint();
    this.settle();
  }

  settle() {
    if (this.keys() === this.settled) return;
    this.settled = this.keys();
    this.settings.onChange([...this.chosen]);
  }

  paint() {
    const { multi, placeholder } = this.settings;
    if (!multi) {
      this.input.value = this.chosen[0]?.label ?? "";
      this.clear.hidden = !this.chosen.length;
      this.input.placeholder = placeholder ?? "";
      return;
    }
    if (!this.listbox.open) this.input.value = "";
    this.input.placeholder = this.chosen.length ? "" : (placeholder ?? "");
    this.chips.hidden = !this.chosen.length;
    // Chips are only remade when they changed: a press on one blurs the field first, and must find it still there.
    if (this.painted === this.keys()) return;
    this.painted = this.keys();
    this.chips.replaceChildren(...this.chosen.map((option) => this.chip(option)));
  }

  chip(option) {
    const remove = () => {
      this.chosen = this.chosen.filter((item) => item.key !== option.key);
      this.paint();
      this.settle();
      this.input.focus();
    };
    return h(
      "span",
      { class: "chip", role: "listitem" },
      option.label,
      h("button", { type: "button", class: "chip-remove", "aria-label": `Remove ${option.label}`, on: { click: remove } }, icon("close")),
    );
  }
}

/** `source` for a search that asks a server: waits for a pause in typing. */
export function debounced(load) {
  let timer = null;
  return (query) =>
    new Promise((resolve) => {
      clearTimeout(timer);
      timer = setTimeout(() => load(query).then(resolve), query ? SEARCH_WAIT_MS : 0);
    });
}
