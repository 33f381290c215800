/** The open conversation: header, Home and Messages tabs of the app, its messages, reading marks, older pages. */

import * as api from "./api.js";
import { toast } from "./announce.js";
import { h, icon } from "./dom.js";
import { drawHome } from "./home.js";
import { MessageList } from "./messagelist.js";
import { compareTs, store } from "./store.js";

export class Conversation {
  constructor() {
    this.title = document.getElementById("channel-title");
    this.topic = document.getElementById("channel-topic");
    this.tabs = document.getElementById("app-tabs");
    this.homePanel = document.getElementById("home-panel");
    this.messagesPanel = document.getElementById("messages-panel");
    this.scroller = document.getElementById("messages");
    this.older = document.getElementById("older");
    this.list = new MessageList(this.scroller, document.getElementById("message-list"));
    this.tab = "messages";
    this.unreadAfter = null;
    this.tabButtons = ["home", "messages"].map((tab) => document.getElementById(`tab-${tab}`));
    for (const button of this.tabButtons) button.addEventListener("click", () => this.show(button.dataset.tab, { byPerson: true }));
    this.tabs.addEventListener("keydown", (event) => this.onTabKey(event));
    this.older.addEventListener("click", () => this.loadOlder());
    this.newest = document.getElementById("newest");
    this.newest.addEventListener("click", () => {
      this.list.toEnd();
      document.getElementById("composer-text").focus();
    });
    store.on("messages", ({ channel }) => { if (channel === store.channelId) this.draw(); });
    store.on("home", () => { if (this.tab === "home") drawHome(this.homePanel); });
    store.on("redraw", ({ container }) => this.redraw(container));
    document.addEventListener("visibilitychange", () => this.markRead());
    this.scroller.addEventListener("scroll", () => {
      this.markRead();
      this.drawNewest();
    }, { passive: true });
  }

  /** Open a conversation; its messages are loaded, or loaded anew after a gap. */
  async open(channelId, { tab = "messages", announceHome = true } = {}) {
    const changed = store.channelId !== channelId;
    store.channelId = channelId;
    const channel = store.channel;
    if (changed) {
      this.list.reset();
      this.unreadAfter = channel?.unread ? (channel.last_read ?? "0") : null;
    }
    this.drawHead();
    this.show(store.isAppDm(channel) ? tab : "messages", { byPerson: announceHome && store.isAppDm(channel) });
    store.emit("place");
    if (store.isLoaded(channelId)) {
      this.draw();
      return;
    }
    await this.reload(channelId);
  }

  async reload(channelId = store.channelId) {
    if (!channelId) return;
    this.scroller.setAttribute("aria-busy", "true");
    await store.loading(api.messages(store.me.id, channelId), (page) => {
      if (channelId !== store.channelId) return;
      this.scroller.setAttribute("aria-busy", "false");
      if (page.messages) store.putPage(channelId, page);
      else toast(page.message);
    });
  }

  async loadOlder() {
    const channelId = store.channelId;
    const first = store.list(channelId).find((message) => !message.ephemeral);
    const page = await api.messages(store.me.id, channelId, first?.ts);
    if (channelId !== store.channelId || !page.messages) return;
    const height = this.scroller.scrollHeight - this.scroller.scrollTop;
    this.list.stick = false;
    store.putPage(channelId, page, { older: true });
    this.scroller.scrollTop = this.scroller.scrollHeight - height;
  }

  drawHead() {
    const channel = store.channel;
    const name = store.channelName(channel);
    const person = channel?.kind === "im" ? store.user(channel.user) : null;
    this.title.replaceChildren(channel?.kind === "private" ? icon("lock") : "", channel && channel.kind !== "im" ? (channel.kind === "private" ? name : `# ${name}`) : name);
    if (store.isAppDm(channel)) this.title.append(h("span", { class: "app-badge" }, "APP"));
    const count = channel && channel.kind !== "im" ? `${channel.members?.length ?? 0} members` : "";
    this.topic.textContent = [channel?.topic || person?.title || "", count].filter(Boolean).join("  ·  ");
    this.tabs.hidden = !store.isAppDm(channel);
    this.list.list.setAttribute("aria-label", `Messages in ${name}`);
  }

  /** Show the Home or the Messages tab; opening one by hand tells the app, as Slack does. */
  show(tab, { byPerson = false } = {}) {
    this.tab = tab;
    const home = tab === "home";
    this.homePanel.hidden = !home;
    this.messagesPanel.hidden = home;
    for (const button of this.tabButtons) {
      const here = button.dataset.tab === tab;
      button.setAttribute("aria-selected", String(here));
      button.tabIndex = here ? 0 : -1;
    }
    if (this.tabs.hidden) {
      this.messagesPanel.removeAttribute("role");
      this.messagesPanel.removeAttribute("aria-labelledby");
    } else {
      this.messagesPanel.setAttribute("role", "tabpanel");
      this.messagesPanel.setAttribute("aria-labelledby", "tab-messages");
    }
    if (home) drawHome(this.homePanel, { force: true });
    else {
      this.markRead();
      this.drawNewest();
    }
    if (byPerson) api.openHome(store.me.id, tab);
    store.emit("tab");
  }

  onTabKey(event) {
    if (!["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
    event.preventDefault();
    const other = this.tabButtons.find((button) => button !== document.activeElement);
    other.focus();
    this.show(other.dataset.tab, { byPerson: true });
  }

  draw() {
    const channelId = store.channelId;
    if (!store.isLoaded(channelId)) return;
    const messages = store.list(channelId);
    this.older.hidden = !store.more.get(channelId);
    const unseen = document.visibilityState === "hidden" || !this.list.lastSeen;
    if (unseen && this.unreadAfter === null && store.channel?.unread) this.unreadAfter = store.channel.last_read ?? null;
    document.getElementById("no-messages").hidden = messages.length > 0;
    this.list.render(channelId, messages, { unreadAfter: this.unreadAfter });
    this.markRead();
    this.drawNewest();
  }

  /** The way back down, while one reads further up. */
  drawNewest() {
    this.newest.hidden = this.list.lastSeen;
    this.newest.classList.toggle("unread", Boolean(store.channel?.unread));
    this.newest.firstElementChild.textContent = store.channel?.unread ? "New messages" : "Newest messages";
  }

  redraw(container) {
    if (container.view_id && container.view_id === store.home?.id) drawHome(this.homePanel, { force: true });
    if (container.channel === store.channelId) {
      this.list.redraw(container.ts);
      this.draw();
    }
  }

  /** Messages count as read once the last of them began to show on a visible page. */
  markRead() {
    const channel = store.channel;
    if (!channel || this.tab !== "messages" || document.visibilityState === "hidden" || !this.list.lastSeen) return;
    const last = store.list(channel.id).findLast((message) => !message.ephemeral)?.ts;
    if (!last || (channel.last_read && compareTs(channel.last_read, last) >= 0 && !channel.unread)) return;
    const mark = `${store.me.id}:${channel.id}:${last}`;
    if (this.marking === mark) return;
    this.marking = mark;
    api.markRead(store.me.id, channel.id, last);
  }
}
