/** The thread panel: the parent, its replies, and a composer of its own. */

import * as api from "./api.js";
import { toast } from "./announce.js";
import { Composer } from "./composer.js";
import { MessageList } from "./messagelist.js";
import { store } from "./store.js";

export class ThreadPanel {
  constructor() {
    this.panel = document.getElementById("thread");
    this.list = new MessageList(document.getElementById("thread-messages"), document.getElementById("thread-list"), { inThread: true });
    this.where = document.getElementById("thread-where");
    this.composer = new Composer(document.getElementById("thread-composer"), {
      suffix: " (thread)",
      id: "thread-text",
      target: () => (store.threadTs ? { channel: store.channelId, thread_ts: store.threadTs } : null),
    });
    document.getElementById("thread-close").addEventListener("click", () => this.close());
    this.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.close();
    });
    store.on("thread", ({ channel }) => { if (channel === store.channelId) this.draw(); });
    store.on("redraw", ({ container }) => {
      if (container.ts && !this.panel.hidden) {
        this.list.redraw(container.ts);
        this.draw();
      }
    });
  }

  async open(ts, { focus = true } = {}) {
    this.returnTo = document.activeElement?.closest?.("[data-ts]")?.dataset.ts ?? ts;
    store.threadTs = ts;
    this.list.reset();
    this.panel.hidden = false;
    document.body.classList.add("thread-open");
    this.where.textContent = store.channelName(store.channel);
    this.composer.show("Reply…", "Reply in thread");
    store.emit("place");
    this.draw();
    if (focus) this.composer.text.focus();
    await this.reload();
  }

  async reload() {
    const ts = store.threadTs;
    const channel = store.channelId;
    if (!ts) return;
    await store.loading(api.thread(store.me.id, channel, ts), (page) => {
      if (ts !== store.threadTs || channel !== store.channelId) return;
      if (page.messages) store.putThread(channel, ts, page);
      else toast(page.message);
    });
  }

  draw() {
    if (!store.threadTs) return;
    this.list.render(store.channelId, store.threadList(store.channelId, store.threadTs));
  }

  close({ refocus = true } = {}) {
    if (this.panel.hidden) return;
    const had = this.panel.contains(document.activeElement);
    this.panel.hidden = true;
    document.body.classList.remove("thread-open");
    store.threadTs = null;
    store.emit("place");
    if (!refocus || !had) return;
    const parent = document.querySelector(`#message-list [data-ts="${CSS.escape(this.returnTo ?? "")}"]`);
    (parent?.querySelector(".replies") ?? parent ?? document.getElementById("composer-text")).focus();
  }
}
