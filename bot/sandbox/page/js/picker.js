/** A dialog to choose a person: a search field over a list with titles, used for "You are" and new messages. */

import { avatar } from "./avatar.js";
import { h, icon, uid } from "./dom.js";
import { matching } from "./elements/listbox.js";
import { store } from "./store.js";

export class PersonPicker {
  constructor({ title, testid, people, current, onPick }) {
    Object.assign(this, { title, testid, people, current, onPick });
  }

  open() {
    const titleId = uid("picker-title");
    const listId = uid("picker-list");
    this.list = h("ul", { class: "person-list", role: "listbox", id: listId, "aria-label": "People" });
    this.search = h("input", {
      type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": listId, "aria-autocomplete": "list", autocomplete: "off",
      spellcheck: "false", placeholder: "Search by name or title", "aria-label": "Search people", class: "text-field", data: { testid: `${this.testid}-search` },
    });
    const close = h("button", { type: "button", class: "icon-button", "aria-label": "Close", on: { click: () => this.dialog.close() } }, icon("close"));
    this.dialog = h("dialog", { class: "picker-dialog", "aria-labelledby": titleId, data: { testid: this.testid } },
      h("header", { class: "modal-head" }, h("h2", { id: titleId }, this.title), close), this.search, this.list);
    this.search.addEventListener("input", () => this.draw());
    this.search.addEventListener("keydown", (event) => this.onKey(event));
    this.dialog.addEventListener("close", () => this.dialog.remove());
    this.dialog.addEventListener("pointerdown", (event) => { if (event.target === this.dialog) this.dialog.close(); });
    document.body.append(this.dialog);
    this.draw();
    this.dialog.showModal();
    this.search.focus();
  }

  draw() {
    const all = this.people()
      .map((user) => ({ key: user.id, label: store.userName(user.id), description: user.title, words: `${user.name} ${user.is_admin ? "admin" : ""}`, user }))
      .sort((a, b) => a.label.localeCompare(b.label));
    this.found = matching(all, this.search.value);
    this.list.replaceChildren(...this.found.map((option, at) => this.row(option, at)));
    if (!this.found.length) this.list.append(h("li", { class: "listbox-note", role: "option", "aria-disabled": "true", "aria-selected": "false" }, "Nobody by that name"));
    const chosen = this.search.value ? 0 : Math.max(0, this.found.findIndex((option) => option.key === this.current()));
    this.setActive(this.found.length ? chosen : -1);
  }

  row(option, at) {
    const current = option.key === this.current();
    const about = [option.user.title, option.user.is_admin ? "Admin" : null].filter(Boolean).join(" · ");
    return h("li",
      {
        class: "person", role: "option", id: uid("person"), "aria-selected": String(current), data: { user: option.key },
        on: { click: () => this.pick(option), pointermove: () => { if (this.active !== at) this.setActive(at); } },
      },
      avatar(option.key, "small"),
      h("span", { class: "person-words" }, h("span", { class: "person-name" }, option.label), about ? h("span", { class: "person-title" }, about) : null),
      current ? icon("check") : null);
  }

  setActive(at) {
    this.active = at;
    const rows = [...this.list.querySelectorAll(".person")];
    rows.forEach((row, index) => row.classList.toggle("active", index === at));
    if (at < 0) this.search.removeAttribute("aria-activedescendant");
    else {
      this.search.setAttribute("aria-activedescendant", rows[at].id);
      rows[at].scrollIntoView({ block: "nearest" });
    }
  }

  onKey(event) {
    const last = this.found.length - 1;
    const targets = { ArrowDown: Math.min(last, this.active + 1), ArrowUp: Math.max(0, this.active - 1) };
    if (event.key in targets && last >= 0) {
      event.preventDefault();
      this.setActive(targets[event.key]);
    } else if (event.key === "Enter" && this.found[this.active]) {
      event.preventDefault();
      this.pick(this.found[this.active]);
    }
  }

  pick(option) {
    this.dialog.close();
    if (option.key !== this.current()) this.onPick(option.key);
  }
}
