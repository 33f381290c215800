/** Completion while typing: slash commands at the start, @people and #channels anywhere. */

import { h } from "./dom.js";
import { matching } from "./elements/listbox.js";
import { store } from "./store.js";

/** The word being typed at the caret: {kind, query, from, to}, or null. */
export function tokenAt(text, caret) {
  const before = text.slice(0, caret);
  const command = before.match(/^\/(\S*)$/);
  if (command) return { kind: "command", query: command[1], from: 0, to: caret };
  const mention = before.match(/(?:^|\s)([@#])([\p{L}\p{N}._-]*(?: [\p{L}\p{N}._-]*)?)$/u);
  if (!mention) return null;
  return { kind: mention[1] === "@" ? "person" : "channel", query: mention[2], from: caret - mention[2].length - 1, to: caret };
}

/** Options for a token; `insert` is the text that takes its place. */
export function optionsFor(token) {
  if (token.kind === "command") {
    return store.commands
      .filter((one) => one.command.slice(1).startsWith(token.query.toLowerCase()))
      .map((one) => ({
        key: one.command, label: one.command, description: one.description, insert: `${one.command} `,
        node: () => h("span", {}, h("strong", {}, one.command), one.usage_hint ? h("span", { class: "usage" }, ` ${one.usage_hint}`) : null),
      }));
  }
  const all = token.kind === "person" ? people() : channels();
  return matching(all, token.query).slice(0, 12);
}

const people = () => [...store.users.values()].map((user) => ({
  key: user.id, label: store.userName(user.id), description: user.title || undefined, words: user.name, insert: `@${store.userName(user.id)} `,
}));

const channels = () => [...store.channels.values()].filter((channel) => channel.kind !== "im").map((channel) => ({
  key: channel.id, label: `#${channel.name}`, description: channel.topic || undefined, insert: `#${channel.name} `,
}));

/**
 * Typed text with full names ("@Kara Voss") turned into references; short names and everything that needs escaping
 * are the server's business.
 */
export function encode(text) {
  const names = new Map([...store.users.values()].map((user) => [`@${store.userName(user.id)}`, `<@${user.id}>`]));
  const known = [...names.keys()].sort((a, b) => b.length - a.length).map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (!known.length) return text;
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(${known.join("|")})(?![\\p{L}\\p{N}])`, "gu");
  return text.replace(pattern, (name) => names.get(name));
}
