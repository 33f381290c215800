/** A list of messages kept in step with the store: day dividers, grouping, the new-message line, scrolling, focus. */

import { dayLabel, pieces } from "./dates.js";
import { h, reconcile } from "./dom.js";
import * as focus from "./focus.js";
import { authorName, renderMessage } from "./message.js";
import { store } from "./store.js";

const GROUP_SECONDS = 300;
const NEAR_END_PX = 60;

export class MessageList {
  constructor(scroller, list, { inThread = false } = {}) {
    this.scroller = scroller;
    this.list = list;
    this.inThread = inThread;
    this.cache = new Map();
    this.stick = true;
    list.addEventListener("keydown", (event) => this.onKey(event));
    scroller.addEventListener("scroll", () => { this.stick = this.atEnd; }, { passive: true });
    new ResizeObserver(() => { if (this.stick) this.toEnd(); }).observe(list);
    new ResizeObserver(() => { if (this.stick) this.toEnd(); }).observe(scroller);
  }

  get atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  /** Whether the last message's beginning has come into view. */
  get lastSeen() {
    const last = this.items().at(-1);
    return !last || last.getBoundingClientRect().top < this.scroller.getBoundingClientRect().bottom - 24;
  }

  /**
   * Follow the end, as long as one stands there. What is new and taller than the list is shown from its beginning,
   * so that nobody has to scroll up to where a long message starts.
   */
  follow(start) {
    if (!this.stick) return;
    this.toEnd();
    if (!start) return;
    const above = this.scroller.getBoundingClientRect().top - start.getBoundingClientRect().top;
    if (above <= 0) return;
    this.stick = false;
    this.scroller.scrollTop -= above + 12;
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  reset() {
    this.cache.clear();
    this.list.replaceChildren();
    this.rendered = false;
    this.stick = true;
  }

  /** `unreadAfter`: ts of the last read message, where the new-message line stands; null for none. */
  render(channel, messages, { unreadAfter = null } = {}) {
    const memory = focus.remember(this.list);
    const focusedTs = document.activeElement?.closest?.("[data-ts]")?.dataset.ts;
    const today = pieces(store.now, store.tz).key;
    const nodes = [];
    const fresh = new Map();
    const opening = !this.rendered;
    this.rendered = true;
    let start = null;
    let before = null;
    let lineDrawn = false;
    for (const message of messages) {
      const day = pieces(Number(message.ts), store.tz).key;
      const newDay = !before || day !== before.day;
      if (newDay) nodes.push(this.divider(`day:${day}`, dayLabel(Number(message.ts), store.tz, store.now), "day-divider", fresh, today));
      const isNew = unreadAfter !== null && !lineDrawn && Number(message.ts) > Number(unreadAfter) && message.user !== store.me?.id && !message.ephemeral;
      if (isNew) {
        nodes.push(this.divider("new", "New", "new-divider", fresh, today));
        lineDrawn = true;
      }
      if (!start && !this.inThread && !message.ephemeral && message.user !== store.me?.id && (opening ? isNew : !this.cache.has(message.ts))) {
        start = message.ts;
      }
      const compact = !newDay && !isNew && groups(before.message, message);
      nodes.push(this.item(message, channel, compact, fresh, today));
      before = { message, day };
    }
    this.cache = fresh;
    reconcile(this.list, nodes);
    this.roving(focusedTs);
    if (!focus.restore(this.list, memory)) {
      [...this.list.querySelectorAll("[data-ts]")].find((node) => node.dataset.ts === focusedTs)?.focus({ preventScroll: true });
    }
    const grown = opening || messages.at(-1)?.ts !== this.lastTs;
    this.lastTs = messages.at(-1)?.ts;
    const startNode = grown && start ? fresh.get(start).node : null;
    this.follow(startNode?.previousElementSibling?.matches(":not([data-ts])") ? startNode.previousElementSibling : startNode);
  }

  divider(key, words, className, fresh, today) {
    const signature = `${words}|${today}`;
    const known = this.cache.get(key);
    const node = known?.signature === signature ? known.node
      : h("li", {}, h("div", { class: className, role: "separator", "aria-label": words === "New" ? "New messages" : words },
        h("span", { "aria-hidden": "true" }, words)));
    fresh.set(key, { signature, node });
    return node;
  }

  item(message, channel, compact, fresh, today) {
    const signature = JSON.stringify([message, compact, today, store.me?.id, channel, store.shortcuts.length]);
    const known = this.cache.get(message.ts);
    const node = known?.signature === signature ? known.node
      : renderMessage(message, { channel, inThread: this.inThread, compact });
    fresh.set(message.ts, { signature, node });
    return node;
  }

  /** Forget one message's drawing so that the next render makes it anew (e.g. a refused choice). */
  redraw(ts) {
    this.cache.delete(ts);
  }

  items() {
    return [...this.list.querySelectorAll(":scope > [data-ts]")];
  }

  /** One message is reachable by Tab; the arrow keys walk from it. */
  roving(ts) {
    const items = this.items();
    const chosen = items.find((node) => node.dataset.ts === ts) ?? items.at(-1);
    for (const node of items) node.tabIndex = node === chosen ? 0 : -1;
  }

  onKey(event) {
    const items = this.items();
    const at = items.indexOf(event.target);
    if (at < 0) return;
    const targets = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: items.length - 1 };
    const next = event.key in targets ? items[targets[event.key]] : null;
    if (!next) return;
    event.preventDefault();
    this.roving(next.dataset.ts);
    next.focus();
  }
}

function groups(before, message) {
  return authorName(before) === authorName(message)
    && Number(message.ts) - Number(before.ts) < GROUP_SECONDS
    && !message.ephemeral && !before.ephemeral && !before.reply_count;
}
