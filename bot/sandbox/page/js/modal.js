/** The modal stack as one dialog showing its top view: errors at the field, updates in place, focus kept and returned. */

import * as api from "./api.js";
import { refocusOpener, surfaceContext } from "./actions.js";
import { sayNow } from "./announce.js";
import { renderBlocks } from "./blocks/index.js";
import { showErrors } from "./blocks/input.js";
import { h, icon } from "./dom.js";
import * as focus from "./focus.js";
import { store } from "./store.js";
import { plainText, renderText } from "./text.js";
import { FormState, faultsOf } from "./values.js";

const TITLE_ID = "modal-title";

class Modal {
  constructor() {
    this.dialog = document.getElementById("modal");
    this.top = null;
    this.drawn = null;
    this.states = new Map();
    this.memories = new Map();
    this.busy = false;
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (!this.busy) this.dismiss(false);
    });
    // The browser may close a dialog on a second Escape without asking; the app must hear of that as well.
    this.dialog.addEventListener("close", () => { if (this.top) this.dismiss(false); });
    this.dialog.addEventListener("keydown", (event) => this.onKey(event));
    store.on("views", () => this.sync());
    store.on("trouble", (frame) => this.onTrouble(frame));
    store.on("redraw", ({ container }) => {
      if (container.view_id && container.view_id === this.top?.id) this.draw();
    });
  }

  /** Bring the dialog in step with the stack the server sent. */
  sync() {
    const view = store.views.at(-1) ?? null;
    const present = new Set(store.views.map((one) => one.id));
    for (const id of [...this.states.keys()]) if (!present.has(id)) this.states.delete(id);
    if (!view) {
      this.hide();
      return;
    }
    const same = this.top?.id === view.id;
    if (this.top && !same && present.has(this.top.id)) this.memories.set(this.top.id, focus.remember(this.dialog));
    const signature = JSON.stringify([view, store.views.length]);
    this.top = view;
    if (same && signature === this.drawn) {
      this.setBusy(false);
      return;
    }
    this.drawn = signature;
    this.busy = false;
    this.draw(same ? focus.remember(this.dialog) : null);
    if (!this.dialog.open) this.dialog.showModal();
    if (!same) this.focusFirst(view.id);
  }

  stateOf(view) {
    if (!this.states.has(view.id)) this.states.set(view.id, new FormState());
    return this.states.get(view.id);
  }

  draw(memory = focus.remember(this.dialog)) {
    const view = this.top;
    const state = this.stateOf(view);
    state.prune(view.blocks);
    const scroll = this.body?.scrollTop ?? 0;
    const sameView = this.body?.dataset.viewId === view.id;
    const ctx = surfaceContext({
      surface: "modal", container: { type: "view", view_id: view.id }, blocks: () => this.top?.blocks ?? [], state,
      clearError: (blockId) => this.clearError(blockId),
    });
    this.body = h("div", { class: "modal-body", tabindex: "-1", data: { viewId: view.id } }, renderBlocks(view.blocks, ctx));
    this.notice = h("div", { class: "modal-notice", role: "alert" });
    this.form = h("form", { novalidate: true, class: "modal-form", on: { submit: (event) => { event.preventDefault(); this.submit(); } } },
      this.notice, this.body, this.footer(view));
    this.dialog.replaceChildren(this.header(view), this.form);
    this.dialog.setAttribute("aria-labelledby", TITLE_ID);
    this.dialog.dataset.callbackId = view.callback_id ?? "";
    if (sameView) this.body.scrollTop = scroll;
    if (memory && !focus.restore(this.dialog, memory)) this.focusFirst(view.id);
  }

  header(view) {
    const deep = store.views.length > 1;
    return h("header", { class: "modal-head" },
      deep ? h("button", { type: "button", class: "icon-button", "aria-label": "Back", data: { testid: "modal-back" }, on: { click: () => this.dismiss(false) } }, icon("back")) : null,
      h("h2", { id: TITLE_ID, tabindex: "-1" }, renderText(view.title)),
      h("button", { type: "button", class: "icon-button", "aria-label": "Close", data: { testid: "modal-x" }, on: { click: () => this.dismiss(true) } }, icon("close")));
  }

  footer(view) {
    const closeWords = plainText(view.close) || (view.submit ? "Cancel" : "Close");
    this.submitButton = view.submit
      ? h("button", { type: "submit", class: "button primary", data: { testid: "modal-submit" } },
        h("span", { class: "spinner", "aria-hidden": "true" }), h("span", {}, plainText(view.submit)))
      : null;
    return h("footer", { class: "modal-foot" },
      h("span", { class: "modal-app" }, store.app.name),
      h("button", { type: "button", class: "button", data: { testid: "modal-close" }, on: { click: () => this.dismiss(false) } }, closeWords),
      this.submitButton);
  }

  focusFirst(viewId) {
    const memory = this.memories.get(viewId);
    this.memories.delete(viewId);
    if (memory && focus.restore(this.dialog, memory)) return;
    const target = focus.firstField(this.body) ?? this.body.querySelector("button, a[href]") ?? this.submitButton;
    (target ?? this.dialog.querySelector(`#${TITLE_ID}`)).focus();
  }

  /** Enter in a one-line field submits; in a long one it is a new line, and Ctrl or Cmd with Enter submits. */
  onKey(event) {
    if (event.key !== "Enter" || event.isComposing) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.submit();
    } else if (event.target.matches("input[type=checkbox], input[type=radio]")) {
      event.preventDefault();
    }
  }

  async submit() {
    if (this.busy || !this.top?.submit) return;
    const view = this.top;
    const state = this.stateOf(view);
    const faults = faultsOf(view.blocks, state);
    if (this.showErrors(faults)) return;
    this.setBusy(true);
    const answer = await api.submitView(store.me.id, view.id, { state: { values: state.values(view.blocks) } });
    if (this.top?.id !== view.id) return;
    if (answer.ok) {
      setTimeout(() => { if (this.top?.id === view.id) this.setBusy(false); }, 400);
      return;
    }
    this.setBusy(false);
    if (answer.errors && this.showErrors(answer.errors)) return;
    this.say(answer.message ?? Object.values(answer.errors ?? {}).join(" "));
  }

  showErrors(errors) {
    if (this.notice) this.notice.replaceChildren();
    const shown = showErrors(this.body, errors);
    if (shown) sayNow(Object.values(errors).join(" "));
    return shown;
  }

  clearError(blockId) {
    const place = this.body?.querySelector(`[data-error-for="${CSS.escape(blockId)}"]`);
    if (!place?.childElementCount) return;
    place.replaceChildren();
    place.parentElement.classList.remove("invalid");
    place.parentElement.querySelectorAll("[aria-invalid]").forEach((node) => node.removeAttribute("aria-invalid"));
  }

  setBusy(busy) {
    this.busy = busy;
    this.form?.setAttribute("aria-busy", String(busy));
    this.submitButton?.setAttribute("aria-disabled", String(busy));
    this.form?.classList.toggle("busy", busy);
    if (busy) sayNow("Sending…");
  }

  say(words) {
    this.notice.replaceChildren(icon("warning"), h("span", {}, words || "That didn't work. Please try again."));
    this.notice.scrollIntoView({ block: "nearest" });
  }

  onTrouble(frame) {
    if (!frame.view_id || frame.view_id !== this.top?.id) return;
    this.setBusy(false);
    this.say(frame.text);
  }

  /** The ✕ leaves the whole stack; the close button, the back arrow and Escape leave only the top view. */
  async dismiss(clearAll) {
    const view = this.top;
    if (!view) return;
    const answer = await api.closeView(store.me.id, view.id, clearAll);
    if (answer.ok === false && this.top?.id === view.id) this.hide();
  }

  hide() {
    if (!this.top) return;
    this.top = null;
    this.drawn = null;
    this.busy = false;
    this.memories.clear();
    if (this.dialog.open) this.dialog.close();
    this.dialog.replaceChildren();
    this.dialog.removeAttribute("aria-labelledby");
    this.body = null;
    if (!refocusOpener()) document.getElementById("composer-text")?.focus();
  }
}

export const startModal = () => new Modal();
