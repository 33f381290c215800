/** The composer: Enter sends, Shift+Enter breaks the line, "/" completes commands; what fails comes back as typed. */

import * as api from "./api.js";
import { setOpener } from "./actions.js";
import { announce, toast } from "./announce.js";
import { encode, optionsFor, tokenAt } from "./completion.js";
import { h, icon, uid } from "./dom.js";
import { Listbox } from "./elements/listbox.js";
import { toggleMenu } from "./menu.js";
import { store } from "./store.js";

export class Composer {
  /** `target()` gives {channel, thread_ts?} or null; `id` names the text field; `suffix` tells its tools from others. */
  constructor(host, { id, target, suffix = "" }) {
    this.target = target;
    this.suffix = suffix;
    const hintId = uid("composer-hint");
    this.error = h("div", { class: "composer-error", role: "alert", data: { testid: `${id}-error` } });
    this.hint = h("div", { class: "composer-hint", id: hintId });
    this.text = h("textarea", { id, rows: "1", class: "composer-text", "aria-label": "Message", "aria-describedby": hintId, "aria-autocomplete": "list", data: { testid: id } });
    this.send = h("button", { type: "button", class: "icon-button send", "aria-label": `Send${suffix}`, title: "Send (Enter)", data: { testid: `${id}-send` }, on: { click: () => this.submit() } }, icon("send"));
    this.listbox = new Listbox({ input: this.text, label: "Suggestions", className: "suggestions", onPick: (option) => this.complete(option) });
    this.box = h("div", { class: "composer-box" }, this.text, h("div", { class: "composer-tools" }, this.tools(), this.send));
    host.replaceChildren(this.error, this.box, this.hint);
    this.listen();
    this.paint();
  }

  tools() {
    const button = (label, name, onClick) =>
      h("button", { type: "button", class: "icon-button", "aria-label": label + this.suffix, title: label, on: { click: onClick } }, icon(name));
    const shortcuts = button("Shortcuts and commands", "plus", () => this.openShortcuts(shortcuts));
    shortcuts.setAttribute("aria-haspopup", "menu");
    shortcuts.setAttribute("aria-expanded", "false");
    shortcuts.dataset.testid = `${this.text.id}-shortcuts`;
    return [shortcuts, button("Mention someone", "at", () => this.insert("@"))];
  }

  openShortcuts(button) {
    const globals = store.shortcuts.filter((one) => one.type === "global").map((one) => ({
      label: one.name, hint: store.app.name, data: { callbackId: one.callback_id },
      onSelect: async () => {
        setOpener(this.text);
        const answer = await api.runShortcut(store.me.id, { callback_id: one.callback_id });
        if (!answer.ok) toast(answer.message);
      },
    }));
    const commands = store.commands.map((one) => ({ label: one.command, hint: one.description, onSelect: () => this.fill(`${one.command} `) }));
    toggleMenu(button, `Shortcuts and commands${this.suffix}`, [...globals, ...commands]);
  }

  listen() {
    const text = this.text;
    text.addEventListener("input", () => {
      this.error.replaceChildren();
      this.keep();
      this.paint();
      this.suggest();
    });
    text.addEventListener("click", () => this.suggest());
    text.addEventListener("blur", () => this.listbox.hide());
    text.addEventListener("keydown", (event) => this.onKey(event));
  }

  get draftKey() {
    const target = this.target();
    return target ? `${store.me?.id}:${target.channel}:${target.thread_ts ?? ""}` : null;
  }

  keep() {
    if (!this.draftKey) return;
    if (this.text.value) store.drafts.set(this.draftKey, this.text.value);
    else store.drafts.delete(this.draftKey);
  }

  /** Called when the place changes: shows its draft and its name. */
  show(placeholder, label) {
    this.text.placeholder = placeholder;
    this.text.setAttribute("aria-label", label);
    this.text.value = store.drafts.get(this.draftKey) ?? "";
    this.error.replaceChildren();
    this.listbox.hide();
    this.paint();
  }

  fill(value) {
    this.text.value = value;
    this.text.focus();
    this.text.setSelectionRange(value.length, value.length);
    this.keep();
    this.paint();
  }

  insert(mark) {
    const before = this.text.value;
    this.fill(before && !/\s$/.test(before) ? `${before} ${mark}` : before + mark);
    this.suggest();
  }

  suggest() {
    const token = this.text.selectionStart === this.text.selectionEnd ? tokenAt(this.text.value, this.text.selectionStart) : null;
    const options = token ? optionsFor(token) : [];
    this.token = token;
    if (!options.length) this.listbox.hide();
    else {
      if (!this.listbox.open) announce(`${options.length} suggestion${options.length === 1 ? "" : "s"}. Arrow keys choose, Enter completes.`);
      this.listbox.show(options, { anchor: this.box });
    }
  }

  complete(option) {
    const { from, to } = this.token;
    const value = this.text.value;
    const rest = value.slice(to).replace(/^ /, "");
    this.text.value = value.slice(0, from) + option.insert + rest;
    const caret = from + option.insert.length;
    this.text.focus();
    this.text.setSelectionRange(caret, caret);
    this.listbox.hide();
    this.keep();
    this.paint();
  }

  onKey(event) {
    if (event.isComposing) return;
    if (this.listbox.open) {
      if (this.listbox.move(event.key)) {
        event.preventDefault();
        return;
      }
      if (event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        this.listbox.hide();
        return;
      }
      const option = this.listbox.activeOption;
      const whole = option?.insert.trim() === this.text.value.trim();
      if (option && (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey && !whole))) {
        event.preventDefault();
        this.complete(option);
        return;
      }
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    }
  }

  paint() {
    const value = this.text.value;
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight, 220)}px`;
    this.send.setAttribute("aria-disabled", String(!value.trim()));
    const typed = value.match(/^(\/\S+)\s/);
    const command = typed && store.commands.find((one) => one.command === typed[1]);
    this.hint.replaceChildren(...(command
      ? [h("strong", {}, command.command), ` ${command.usage_hint ?? ""}`, h("span", { class: "hint-about" }, command.description ?? "")]
      : value ? [h("span", { class: "hint-keys" }, "Enter to send · Shift+Enter for a new line")] : []));
  }

  /** Clears at once so that typing can go on; a refusal brings the text back where nothing new was typed. */
  async submit() {
    const typed = this.text.value;
    const target = this.target();
    if (!typed.trim() || !target) return;
    this.listbox.hide();
    this.fill("");
    this.error.replaceChildren();
    const isCommand = typed.startsWith("/") && !typed.startsWith("//");
    if (isCommand) setOpener(this.text);
    const call = isCommand ? api.sendCommand : api.sendMessage;
    const answer = await call(store.me.id, { ...target, text: encode(typed.trim()) });
    if (answer.ok) return;
    const now = this.target();
    const same = now && now.channel === target.channel && now.thread_ts === target.thread_ts;
    if (same && !this.text.value) this.fill(typed);
    else if (!same) store.drafts.set(`${store.me.id}:${target.channel}:${target.thread_ts ?? ""}`, typed);
    this.say(answer.message);
  }

  say(words) {
    this.error.replaceChildren(icon("warning"), h("span", {}, words),
      h("button", { type: "button", class: "icon-button", "aria-label": "Dismiss", on: { click: () => { this.error.replaceChildren(); this.text.focus(); } } }, icon("close")));
  }
}
