/** What this person sees: people, channels, messages by ts (so nothing can double), views and clock. */

class Store extends EventTarget {
  constructor() {
    super();
    this.team = { id: "", name: "Workspace" };
    this.app = { id: "", name: "App", bot_user_id: "" };
    this.users = new Map();
    this.drafts = new Map();
    this.loads = 0;
    this.meanwhile = [];
    this.clear();
  }

  /** Forget everything that belongs to one person; names of people and drafts stay. */
  clear() {
    this.me = null;
    this.channels = new Map();
    this.commands = [];
    this.shortcuts = [];
    this.views = [];
    this.home = null;
    this.clock = { now: null, stepping: false, next_due: null, next_cadence: null };
    this.messages = new Map();
    this.more = new Map();
    this.threads = new Map();
    this.dismissed = new Set();
    this.channelId = null;
    this.threadTs = null;
  }

  emit(topic, detail = {}) {
    this.dispatchEvent(new CustomEvent(topic, { detail }));
  }

  on(topic, handler) {
    this.addEventListener(topic, (event) => handler(event.detail));
  }

  get channel() {
    return this.channels.get(this.channelId) ?? null;
  }

  get now() {
    return this.clock.now ? Date.parse(this.clock.now) / 1000 : 0;
  }

  get tz() {
    return this.me?.tz || "UTC";
  }

  user(id) {
    return this.users.get(id) ?? null;
  }

  /** The name shown for a user id; an unknown id stays visible as such. */
  userName(id) {
    const user = this.user(id);
    if (user) return user.real_name || user.name;
    return id === this.app.bot_user_id ? this.app.name : (id ?? "Unknown");
  }

  channelName(channel) {
    if (!channel) return "";
    return channel.kind === "im" ? this.userName(channel.user) : channel.name;
  }

  isAppDm(channel) {
    return channel?.kind === "im" && channel.user === this.app.bot_user_id;
  }

  takeUsers(users) {
    for (const user of users ?? []) this.users.set(user.id, user);
  }

  takeState(frame) {
    this.me = frame.me;
    this.takeUsers(frame.users);
    this.takeUsers([frame.me]);
    this.channels = new Map(frame.channels.map((channel) => [channel.id, channel]));
    this.commands = frame.commands ?? [];
    this.shortcuts = frame.shortcuts ?? [];
    this.views = frame.views ?? [];
    this.home = frame.home ?? null;
    this.clock = { ...this.clock, ...frame.clock, now: frame.clock?.now ?? frame.now };
  }

  /**
   * Wait for a page that was asked for, and hand it to `put`. What came over the socket meanwhile may be missing in
   * it: that is put on top once more.
   */
  async loading(asked, put) {
    const before = this.meanwhile.length;
    this.loads += 1;
    try {
      put(await asked);
      for (const again of this.meanwhile.slice(before)) again();
    } finally {
      this.loads -= 1;
      if (!this.loads) this.meanwhile = [];
    }
  }

  /** Replace what was loaded of a channel, or add an older page to it. */
  putPage(channelId, page, { older = false } = {}) {
    const kept = older ? [...(this.messages.get(channelId)?.values() ?? [])] : [];
    this.messages.set(channelId, new Map([...kept, ...page.messages].map((message) => [message.ts, message])));
    this.more.set(channelId, Boolean(page.has_more));
    this.emit("messages", { channel: channelId });
  }

  putThread(channelId, ts, page) {
    this.threads.set(`${channelId}:${ts}`, new Map(page.messages.map((message) => [message.ts, message])));
    this.emit("thread", { channel: channelId, ts });
  }

  /** After a gap in the connection nothing loaded can be trusted; what is on screen stays until it is reloaded. */
  forgetPages() {
    for (const id of [...this.messages.keys()]) {
      if (id === this.channelId) continue;
      this.messages.delete(id);
      this.more.delete(id);
    }
    for (const key of [...this.threads.keys()]) {
      if (key !== `${this.channelId}:${this.threadTs}`) this.threads.delete(key);
    }
  }

  isLoaded(channelId) {
    return this.more.has(channelId);
  }

  list(channelId) {
    return this.shown(channelId, this.messages.get(channelId));
  }

  threadList(channelId, ts) {
    return this.shown(channelId, this.threads.get(`${channelId}:${ts}`));
  }

  shown(channelId, known) {
    return sorted(known).filter((message) => !this.dismissed.has(`${channelId}:${message.ts}`));
  }

  /** Put an ephemeral message away; the server still knows it, so that it must be remembered here. */
  dismiss(channelId, ts) {
    this.dismissed.add(`${channelId}:${ts}`);
    this.emit("messages", { channel: channelId });
    this.emit("thread", { channel: channelId, ts: this.threadTs });
  }

  /** A new or changed message, in the channel, the thread, or both. */
  putMessage(channelId, message, { changed = false } = {}) {
    this.remember(() => this.showMessage(channelId, message, changed));
  }

  showMessage(channelId, message, changed) {
    const root = message.thread_ts;
    const isReply = root && root !== message.ts;
    const top = this.messages.get(channelId);
    const inThread = this.threads.get(`${channelId}:${root ?? message.ts}`);
    if (inThread && (!changed || inThread.has(message.ts))) inThread.set(message.ts, message);
    if (!isReply || message.subtype === "thread_broadcast") {
      if (top && (!changed || top.has(message.ts))) top.set(message.ts, message);
    }
    this.emit("messages", { channel: channelId });
    this.emit("thread", { channel: channelId, ts: root ?? message.ts });
  }

  dropMessage(channelId, ts) {
    this.remember(() => this.hideMessage(channelId, ts));
  }

  /** Do it, and once more when what is being loaded has come. */
  remember(change) {
    if (this.loads) this.meanwhile.push(change);
    change();
  }

  hideMessage(channelId, ts) {
    this.messages.get(channelId)?.delete(ts);
    for (const [key, known] of this.threads) {
      if (key.startsWith(`${channelId}:`)) known.delete(ts);
    }
    this.emit("messages", { channel: channelId });
    this.emit("thread", { channel: channelId, ts: this.threadTs });
  }

  putChannel(channel) {
    this.channels.set(channel.id, channel);
    this.emit("channels");
  }

  get unread() {
    let total = 0;
    for (const channel of this.channels.values()) total += channel.unread ?? 0;
    return total;
  }
}

function sorted(known) {
  return [...(known?.values() ?? [])].sort((a, b) => compareTs(a.ts, b.ts));
}

/** Order two message timestamps ("seconds.micros"); as numbers they would lose digits. */
export function compareTs(a, b) {
  const [aSeconds, aRest = ""] = String(a).split(".");
  const [bSeconds, bRest = ""] = String(b).split(".");
  return Number(aSeconds) - Number(bSeconds) || (aRest < bRest ? -1 : aRest > bRest ? 1 : 0);
}

export const store = new Store();
