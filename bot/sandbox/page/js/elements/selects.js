/** All select menus: static, external, users, conversations, channels; single and multiple. */

import { renderText, plainText } from "../text.js";
import { store } from "../store.js";
import { Combobox, debounced } from "./combobox.js";
import { changed, hooks, nameOf, naming } from "./common.js";

const fromOption = (option, group) => ({
  key: option.value, label: plainText(option.text), description: plainText(option.description) || undefined,
  group, node: () => renderText(option.text), value: option,
});

function fromLists(element) {
  if (element.option_groups) {
    return element.option_groups.flatMap((group) =>
      (group.options ?? []).map((option) => fromOption(option, plainText(group.label))));
  }
  return (element.options ?? []).map((option) => fromOption(option));
}

function people() {
  return [...store.users.values()]
    .filter((user) => !user.deleted)
    .map((user) => ({ key: user.id, label: store.userName(user.id), description: user.title || undefined, words: user.name, value: user.id }));
}

function conversations(element, onlyChannels) {
  const include = element.filter?.include;
  const kinds = { channel: "public", private: "private", im: "im" };
  return [...store.channels.values()]
    .filter((channel) => (onlyChannels ? channel.kind !== "im" : true))
    .filter((channel) => !include || include.includes(kinds[channel.kind]))
    .filter((channel) => !(element.filter?.exclude_bot_users && store.isAppDm(channel)))
    .map((channel) => ({
      key: channel.id, value: channel.id,
      label: channel.kind === "im" ? store.channelName(channel) : `#${channel.name}`,
      description: channel.topic || undefined,
    }));
}

/** For each select: where its options come from and under which key its value travels. */
const KINDS = {
  static_select: { one: "selected_option", many: "selected_options", list: fromLists },
  external_select: { one: "selected_option", many: "selected_options", list: null },
  users_select: { one: "selected_user", many: "selected_users", list: people },
  conversations_select: { one: "selected_conversation", many: "selected_conversations", list: (element) => conversations(element, false) },
  channels_select: { one: "selected_channel", many: "selected_channels", list: (element) => conversations(element, true) },
};

export function renderSelect(element, block, ctx) {
  const multi = element.type.startsWith("multi_");
  const kind = KINDS[multi ? element.type.slice(6) : element.type];
  const key = multi ? kind.many : kind.one;
  const stored = ctx.state.get(block, element)[key];
  const chosen = (multi ? (stored ?? []) : [stored]).filter((item) => item !== null && item !== undefined);
  const known = kind.list ? kind.list(element) : [];
  const asOption = (item) =>
    (typeof item === "string" ? known.find((option) => option.key === item) ?? { key: item, label: store.userName(item), value: item } : fromOption(item));
  const load = async (query) => {
    const answer = await ctx.options(block, element, query);
    return fromLists(answer ?? {});
  };
  const box = new Combobox({
    label: nameOf(block, element, ctx),
    placeholder: plainText(element.placeholder) || (multi ? "Select options" : "Select an option"),
    multi,
    max: element.max_selected_items,
    clearable: block.type === "input" && block.optional === true,
    minQuery: kind.list ? 0 : (element.min_query_length ?? 3),
    source: kind.list ? () => kind.list(element) : debounced(load),
    chosen: chosen.map(asOption),
    attributes: { ...naming(block, element, ctx), data: hooks(block, element) },
    onChange: (options) => {
      const values = options.map((option) => option.value);
      changed(block, element, ctx, { [key]: multi ? values : (values[0] ?? null) }, box.input);
    },
  });
  return box.node;
}
