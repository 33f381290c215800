/** Starts the page: who you are, the live line, and the wiring between the parts. */

import * as api from "./api.js";
import { troubleAtControl } from "./actions.js";
import { announce, toast } from "./announce.js";
import { ClockBar } from "./clock.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { resetHome } from "./home.js";
import { authorName, forgetStates, messageWords } from "./message.js";
import { startModal } from "./modal.js";
import { Sidebar } from "./sidebar.js";
import { Live } from "./socket.js";
import { store } from "./store.js";
import { ThreadPanel } from "./thread.js";

const asked = new URLSearchParams(location.search);
let live = null;

/** Inert until the state of who is looking is here: a menu opened before would be empty, a word typed would be lost. */
const app = document.getElementById("app");
const sidebar = new Sidebar(document.getElementById("sidebar"), { onOpen: openChannel, onSwitch: become });
const conversation = new Conversation();
const thread = new ThreadPanel();
const clock = new ClockBar(document.getElementById("clock"));
const composer = new Composer(document.getElementById("composer"), {
  id: "composer-text", target: () => (store.channelId ? { channel: store.channelId } : null),
});
startModal();

function openChannel(id, options = {}) {
  thread.close({ refocus: false });
  closeDrawer();
  const name = store.channelName(store.channels.get(id));
  conversation.open(id, options);
  const label = store.channels.get(id)?.kind === "im" ? name : `#${name}`;
  composer.show(`Message ${label}`, `Message ${label}`);
  if (options.focus !== false && conversation.tab === "messages") composer.text.focus();
}

/** Become another person: a clean slate, their own line. */
function become(id) {
  live?.close();
  app.inert = true;
  thread.close({ refocus: false });
  const wasApp = store.isAppDm(store.channel);
  const wished = wasApp ? null : store.channelId;
  store.clear();
  forgetStates();
  resetHome();
  conversation.list.reset();
  store.emit("views");
  let first = true;
  live = new Live(id, {
    onStatus: (status) => document.body.classList.toggle("offline", status === "lost"),
    onFrame: (frame) => {
      if (frame.type !== "state") {
        onFrame(frame);
        return;
      }
      store.takeState(frame);
      if (first) start(wished);
      else resume();
      first = false;
    },
  });
}

function start(wished) {
  app.inert = false;
  drawAll();
  const all = [...store.channels.values()];
  const wanted = [asked.get("channel"), wished].find((id) => id && store.channels.has(id));
  const fallback = all.find((channel) => store.isAppDm(channel)) ?? all[0];
  const channel = wanted ?? fallback?.id;
  asked.delete("channel");
  if (!channel) return;
  const threadTs = asked.get("thread");
  openChannel(channel, { tab: asked.get("tab") === "home" ? "home" : "messages", focus: !threadTs });
  asked.delete("tab");
  asked.delete("thread");
  if (threadTs) thread.open(threadTs);
}

/** After a gap everything is asked for again; messages are kept by ts, so nothing doubles. */
function resume() {
  store.forgetPages();
  drawAll();
  if (!store.channel) {
    start(null);
    return;
  }
  conversation.drawHead();
  conversation.reload();
  thread.reload();
}

function drawAll() {
  store.emit("channels");
  store.emit("clock");
  store.emit("views");
  store.emit("home");
}

const FRAMES = {
  message(frame) {
    store.putMessage(frame.channel, frame.message);
    if (frame.message.user !== store.me?.id) announceMessage(frame);
  },
  message_changed: (frame) => store.putMessage(frame.channel, frame.message, { changed: true }),
  message_deleted: (frame) => store.dropMessage(frame.channel, frame.ts),
  channel(frame) {
    store.putChannel(frame.channel);
    if (frame.channel.id === store.channelId) {
      conversation.markRead();
      conversation.drawNewest();
    }
  },
  views(frame) {
    store.views = frame.views;
    store.emit("views");
  },
  home(frame) {
    store.home = frame.view;
    store.emit("home");
  },
  clock(frame) {
    const day = Math.floor(store.now / 3600);
    store.clock = frame.clock;
    store.emit("clock");
    if (Math.floor(store.now / 3600) !== day && store.channelId) {
      store.emit("messages", { channel: store.channelId });
      store.emit("home");
    }
  },
  trouble(frame) {
    if (troubleAtControl(frame)) return;
    if (frame.view_id && frame.view_id === store.views.at(-1)?.id) store.emit("trouble", frame);
    else if (frame.channel && frame.channel === store.channelId) (store.threadTs ? thread.composer : composer).say(frame.text);
    else toast(frame.text);
  },
};

function onFrame(frame) {
  FRAMES[frame.type]?.(frame);
}

function announceMessage({ channel, message }) {
  const where = store.channels.get(channel);
  const place = where?.kind === "im" ? "" : ` in ${store.channelName(where)}`;
  announce(`${authorName(message)}${place}: ${messageWords(message)}${message.ephemeral ? " (only visible to you)" : ""}`);
}

function paintTitle() {
  const unread = store.unread;
  const channel = store.channel;
  const name = channel ? (channel.kind === "im" ? store.channelName(channel) : `#${channel.name}`) : "";
  document.title = `${unread ? `(${unread}) ` : ""}${[name, store.team.name].filter(Boolean).join(" · ")}`;
}

function paintAddress() {
  if (!store.me) return;
  const query = new URLSearchParams({ user: store.me.id });
  if (store.channelId) query.set("channel", store.channelId);
  if (store.isAppDm(store.channel) && conversation.tab === "home") query.set("tab", "home");
  if (store.threadTs) query.set("thread", store.threadTs);
  history.replaceState(null, "", `?${query}`);
}

function closeDrawer() {
  document.body.classList.remove("drawer-open");
  document.getElementById("main").inert = false;
  document.getElementById("drawer-button").setAttribute("aria-expanded", "false");
}

function wireDrawer() {
  const button = document.getElementById("drawer-button");
  button.addEventListener("click", () => {
    const open = document.body.classList.toggle("drawer-open");
    button.setAttribute("aria-expanded", String(open));
    document.getElementById("main").inert = open;
    if (open) document.querySelector("#sidebar .me").focus();
  });
  document.getElementById("drawer-shade").addEventListener("click", closeDrawer);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !document.body.classList.contains("drawer-open")) return;
    closeDrawer();
    button.focus();
  });
}

store.on("channels", paintTitle);
store.on("place", paintTitle);
store.on("place", paintAddress);
store.on("tab", paintAddress);
store.on("open-channel", ({ channel }) => openChannel(channel));
store.on("open-thread", ({ ts }) => thread.open(ts));

async function boot() {
  wireDrawer();
  const answer = await api.bootstrap();
  if (!answer.users) {
    toast(answer.message ?? "The workspace could not be loaded.");
    return;
  }
  store.team = answer.team;
  store.app = answer.app;
  store.takeUsers(answer.users);
  store.clock = { ...store.clock, now: answer.now };
  const people = answer.users.filter((user) => !user.is_bot);
  const remembered = asked.get("user");
  const me = people.find((user) => user.id === remembered) ?? people[0];
  if (me) become(me.id);
}

clock.draw();
sidebar.draw();
boot();
