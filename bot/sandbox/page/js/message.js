/** One message as a list item: avatar, name, time, content, marks, and what can be done with it. */

import * as api from "./api.js";
import { surfaceContext, setOpener } from "./actions.js";
import { toast } from "./announce.js";
import { avatar } from "./avatar.js";
import { renderBlocks } from "./blocks/index.js";
import { clockTime, fullMoment, shortMoment } from "./dates.js";
import { h, icon } from "./dom.js";
import { ownItems } from "./editing.js";
import { emojiNode } from "./emoji.js";
import { toggleMenu } from "./menu.js";
import { renderMrkdwn } from "./mrkdwn.js";
import { store } from "./store.js";
import { plainMrkdwn, plainText } from "./text.js";
import { FormState } from "./values.js";

const states = new Map();

function stateOf(channel, ts) {
  const key = `${channel}:${ts}`;
  if (!states.has(key)) states.set(key, new FormState());
  return states.get(key);
}

export function forgetStates() {
  states.clear();
}

/** The author's id: apps post with their bot user. */
const authorOf = (message) => message.user ?? (message.bot_id ? store.app.bot_user_id : null);
const isApp = (message) => Boolean(message.bot_id) || Boolean(store.user(message.user)?.is_bot);

export const authorName = (message) => message.username || store.userName(authorOf(message));

/** The words of a message for the screen reader's log. */
export function messageWords(message) {
  const fromBlocks = (message.blocks ?? []).map((block) => plainText(block.text)).filter(Boolean);
  const words = message.text ? plainMrkdwn(message.text) : fromBlocks.join(". ");
  return words.length > 240 ? `${words.slice(0, 240)}…` : words;
}

/** Options: {channel, inThread, compact}. */
export function renderMessage(message, { channel, inThread, compact }) {
  const seconds = Number(message.ts);
  const name = authorName(message);
  const heard = `${name}, ${clockTime(seconds, store.tz)}`;
  const time = h("time", { class: "message-time", datetime: new Date(seconds * 1000).toISOString(), title: fullMoment(seconds, store.tz) }, clockTime(seconds, store.tz));
  const body = h("div", { class: "message-body" },
    compact ? h("span", { class: "visually-hidden" }, `${name} `) : h("div", { class: "message-head" },
      h("span", { class: "message-author" }, name),
      isApp(message) ? h("span", { class: "app-badge" }, "APP") : null, time),
    content(message, channel),
    message.edited ? h("span", { class: "edited", title: fullMoment(Number(message.edited.ts), store.tz) }, "(edited)") : null,
    reactions(message), inThread ? null : replies(message));
  return h(
    "li",
    {
      class: ["message", compact && "compact", message.ephemeral && "ephemeral"].filter(Boolean).join(" "),
      tabindex: "-1", "aria-label": heard, data: { ts: message.ts, testid: "message" },
    },
    message.ephemeral ? h("div", { class: "only-you" }, icon("eye"), "Only visible to you") : null,
    h("div", { class: "message-gutter" }, compact ? time : avatar(authorOf(message), "medium", name)),
    body, toolbar(message, channel, { inThread, heard }),
  );
}

function content(message, channel) {
  if (!message.blocks?.length) {
    return h("div", { class: "message-text mrkdwn" }, renderMrkdwn(message.text ?? ""), attachments(message, channel));
  }
  const container = { type: "message", channel, ts: message.ts };
  if (message.thread_ts) container.thread_ts = message.thread_ts;
  if (message.ephemeral) container.ephemeral = true;
  const state = stateOf(channel, message.ts);
  state.prune(message.blocks);
  const ctx = surfaceContext({ surface: "message", container, blocks: () => message.blocks, state });
  return h("div", { class: "message-blocks" }, renderBlocks(message.blocks, ctx), attachments(message, channel));
}

function attachments(message, channel) {
  return (message.attachments ?? []).map((one) => {
    const container = { type: "message", channel, ts: message.ts };
    const ctx = surfaceContext({ surface: "message", container, blocks: () => one.blocks ?? [], state: stateOf(channel, message.ts) });
    return h("div", { class: "attachment" },
      one.pretext ? h("div", {}, renderMrkdwn(one.pretext)) : null,
      one.title ? h("strong", {}, one.title) : null,
      one.blocks ? renderBlocks(one.blocks, ctx) : h("div", { class: "mrkdwn" }, renderMrkdwn(one.text ?? one.fallback ?? "")));
  });
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return h("ul", { class: "reactions", "aria-label": "Reactions" }, message.reactions.map((one) => {
    const who = one.users.map((id) => store.userName(id)).join(", ");
    const mine = one.users.includes(store.me?.id);
    return h("li", { class: mine ? "reaction mine" : "reaction", title: `${who} reacted with :${one.name}:` },
      emojiNode(one.name), h("span", {}, String(one.count)), h("span", { class: "visually-hidden" }, ` from ${who}`));
  }));
}

function replies(message) {
  if (!message.reply_count) return null;
  const words = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  const last = message.latest_reply ? `Last reply ${shortMoment(Number(message.latest_reply), store.tz, store.now)}` : null;
  return h(
    "button",
    { type: "button", class: "replies", data: { testid: "replies", focusKey: "replies" }, on: { click: () => store.emit("open-thread", { ts: message.ts }) } },
    h("span", { class: "reply-faces", "aria-hidden": "true" }, (message.reply_users ?? []).slice(0, 4).map((id) => avatar(id, "tiny"))),
    h("span", { class: "reply-count" }, words),
    last ? h("span", { class: "reply-last" }, last) : null,
  );
}

/** `heard`: the message's name, so that its tools sound unlike those of another. */
function toolbar(message, channel, { inThread, heard }) {
  const items = [];
  if (!message.ephemeral) {
    for (const shortcut of store.shortcuts.filter((one) => one.type === "message")) {
      items.push({
        label: shortcut.name, hint: store.app.name, data: { callbackId: shortcut.callback_id },
        onSelect: () => runShortcut(shortcut, channel, message.ts),
      });
    }
  }
  items.push(...ownItems(message, channel));
  const reply = !inThread && !message.ephemeral
    ? h("button", { type: "button", class: "icon-button", "aria-label": `Reply in thread: ${heard}`, title: "Reply in thread", data: { testid: "reply-in-thread", focusKey: "reply" }, on: { click: () => store.emit("open-thread", { ts: message.thread_ts ?? message.ts }) } }, icon("thread"))
    : null;
  const dismiss = message.ephemeral
    ? h("button", { type: "button", class: "icon-button", "aria-label": `Dismiss message: ${heard}`, title: "Dismiss message", on: { click: () => store.dismiss(channel, message.ts) } }, icon("close"))
    : null;
  const more = items.length
    ? h("button", { type: "button", class: "icon-button", "aria-label": `More actions: ${heard}`, title: "More actions", "aria-haspopup": "menu", "aria-expanded": "false", data: { testid: "more-actions", focusKey: "more" } }, icon("more"))
    : null;
  more?.addEventListener("click", () => {
    setOpener(more);
    toggleMenu(more, `More actions: ${heard}`, items);
  });
  if (!reply && !dismiss && !more) return null;
  return h("div", { class: "message-tools", role: "group", "aria-label": `Message actions: ${heard}` }, reply, more, dismiss);
}

async function runShortcut(shortcut, channel, ts) {
  const answer = await api.runShortcut(store.me.id, { callback_id: shortcut.callback_id, channel, ts });
  if (!answer.ok) toast(answer.message);
}
