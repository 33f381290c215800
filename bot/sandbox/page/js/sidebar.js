/** The sidebar: workspace, who you are, channels and direct messages with their unread marks. */

import * as api from "./api.js";
import { toast } from "./announce.js";
import { avatar } from "./avatar.js";
import { h, icon, reconcile } from "./dom.js";
import { PersonPicker } from "./picker.js";
import { store } from "./store.js";

export class Sidebar {
  constructor(host, { onOpen, onSwitch }) {
    this.host = host;
    this.onOpen = onOpen;
    this.rows = new Map();
    this.teamName = h("h1", { class: "team-name" });
    this.me = h("button", { type: "button", class: "me", "aria-haspopup": "dialog", data: { testid: "person-switcher" } });
    this.switcher = new PersonPicker({
      title: "You are", testid: "person-list", people: () => [...store.users.values()].filter((user) => !user.is_bot),
      current: () => store.me?.id, onPick: onSwitch,
    });
    this.newDm = new PersonPicker({
      title: "Message someone", testid: "dm-list", people: () => [...store.users.values()].filter((user) => user.id !== store.me?.id),
      current: () => null, onPick: (id) => this.startDm(id),
    });
    this.me.addEventListener("click", () => this.switcher.open());
    const section = (title, key, extra) => {
      const list = h("ul", { class: "channel-list", data: { section: key } });
      this[key] = list;
      return h("section", { class: "side-section", "aria-labelledby": `side-${key}` },
        h("div", { class: "side-title" }, h("h2", { id: `side-${key}` }, title), extra), list);
    };
    const add = h("button", { type: "button", class: "icon-button", "aria-label": "New direct message", title: "New direct message", data: { testid: "new-dm" }, on: { click: () => this.newDm.open() } }, icon("plus"));
    this.nav = h("nav", { class: "channels", "aria-label": "Channels and direct messages" },
      section("Channels", "channels"), section("Direct messages", "dms", add), section("Apps", "apps"));
    this.nav.addEventListener("keydown", (event) => this.onKey(event));
    host.replaceChildren(h("div", { class: "side-head" }, this.teamName, this.me), this.nav);
    store.on("channels", () => this.draw());
    store.on("place", () => this.draw());
  }

  async startDm(id) {
    const answer = await api.openDm(store.me.id, id);
    if (!answer.ok) {
      toast(answer.message);
      return;
    }
    store.putChannel(answer.channel);
    this.onOpen(answer.channel.id);
  }

  draw() {
    this.teamName.textContent = store.team.name;
    if (store.me) {
      const title = store.me.title || (store.me.is_admin ? "Workspace admin" : "");
      this.me.setAttribute("aria-label", `You are ${store.userName(store.me.id)}${title ? `, ${title}` : ""}. Switch person`);
      this.me.replaceChildren(avatar(store.me.id, "small"),
        h("span", { class: "me-words" }, h("span", { class: "me-label" }, "You are"), h("span", { class: "me-name" }, store.userName(store.me.id)), h("span", { class: "me-title" }, title)),
        icon("chevron"));
    }
    const all = [...store.channels.values()];
    const byName = (a, b) => store.channelName(a).localeCompare(store.channelName(b));
    const groups = {
      channels: all.filter((channel) => channel.kind !== "im"),
      dms: all.filter((channel) => channel.kind === "im" && !store.isAppDm(channel)),
      apps: all.filter((channel) => store.isAppDm(channel)),
    };
    for (const [key, channels] of Object.entries(groups)) {
      reconcile(this[key], channels.sort(byName).map((channel) => this.row(channel)));
    }
    for (const id of [...this.rows.keys()]) if (!store.channels.has(id)) this.rows.delete(id);
    const rows = this.buttons();
    const tabbable = rows.find((row) => row.dataset.channel === store.channelId) ?? rows[0];
    for (const row of rows) row.tabIndex = row === tabbable ? 0 : -1;
  }

  /** A channel's row is made once and then only changed, so that the focus stays on it. */
  row(channel) {
    if (!this.rows.has(channel.id)) {
      const button = h("button", { type: "button", class: "channel", data: { channel: channel.id }, on: { click: () => this.onOpen(channel.id) } });
      this.rows.set(channel.id, h("li", {}, button));
    }
    const item = this.rows.get(channel.id);
    const button = item.firstElementChild;
    const name = store.channelName(channel);
    const here = channel.id === store.channelId;
    const unread = channel.unread ?? 0;
    const badge = channel.kind === "im" ? unread : (channel.mentions ?? 0);
    const signature = JSON.stringify([name, here, unread, badge, channel.kind]);
    if (button.dataset.drawn === signature) return item;
    button.dataset.drawn = signature;
    button.className = ["channel", here && "here", unread && "unread"].filter(Boolean).join(" ");
    if (here) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
    const spoken = [channel.kind === "private" ? "private channel" : null, badge ? `${badge} ${channel.kind === "im" ? "unread" : badge === 1 ? "mention" : "mentions"}` : unread ? "unread" : null].filter(Boolean);
    button.setAttribute("aria-label", [name, ...spoken].join(", "));
    button.replaceChildren(
      channel.kind === "im" ? avatar(channel.user, "tiny") : channel.kind === "private" ? icon("lock") : h("span", { class: "hash", "aria-hidden": "true" }, "#"),
      h("span", { class: "channel-name" }, name),
      channel.user === store.me?.id && channel.kind === "im" ? h("span", { class: "you" }, "you") : "",
      badge ? h("span", { class: "badge", "aria-hidden": "true" }, String(badge)) : "");
    return item;
  }

  buttons() {
    return [...this.nav.querySelectorAll("button.channel")];
  }

  onKey(event) {
    const rows = this.buttons();
    const at = rows.indexOf(document.activeElement);
    if (at < 0) return;
    const targets = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 };
    const next = event.key in targets ? rows[targets[event.key]] : null;
    if (!next) return;
    event.preventDefault();
    for (const row of rows) row.tabIndex = row === next ? 0 : -1;
    next.focus();
  }
}
