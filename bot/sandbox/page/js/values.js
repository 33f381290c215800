/** Values of block elements: initial ones, what a person entered, and the `state.values` sent to the app. */

const option = (element) => ({ selected_option: element.initial_option ?? null });
const options = (element) => ({ selected_options: element.initial_options ?? [] });
const text = (element) => ({ value: element.initial_value ?? null });

/** For each stateful element type: its value before anybody touched it. */
const INITIAL = {
  plain_text_input: text,
  number_input: text,
  email_text_input: text,
  url_text_input: text,
  rich_text_input: (element) => ({ rich_text_value: element.initial_value ?? null }),
  static_select: (element) => ({ selected_option: element.initial_option ?? null }),
  external_select: option,
  radio_buttons: option,
  multi_static_select: options,
  multi_external_select: options,
  checkboxes: options,
  users_select: (element) => ({ selected_user: element.initial_user ?? null }),
  multi_users_select: (element) => ({ selected_users: element.initial_users ?? [] }),
  conversations_select: (element) => ({ selected_conversation: element.initial_conversation ?? null }),
  multi_conversations_select: (element) => ({ selected_conversations: element.initial_conversations ?? [] }),
  channels_select: (element) => ({ selected_channel: element.initial_channel ?? null }),
  multi_channels_select: (element) => ({ selected_channels: element.initial_channels ?? [] }),
  datepicker: (element) => ({ selected_date: element.initial_date ?? null }),
  timepicker: (element) => ({ selected_time: element.initial_time ?? null }),
  datetimepicker: (element) => ({ selected_date_time: element.initial_date_time ?? null }),
};

export const isStateful = (element) => element?.type in INITIAL;

/** Every [block, element] pair of the blocks, those inside cards and containers included. */
export function* elementsOf(blocks) {
  for (const block of blocks ?? []) {
    if (block.type === "input" && block.element) yield [block, block.element];
    if (block.accessory) yield [block, block.accessory];
    if (block.type === "actions" || block.type === "context_actions") {
      for (const element of block.elements ?? []) yield [block, element];
    }
    if (block.type === "card") for (const element of block.actions ?? []) yield [block, element];
    if (block.type === "carousel") yield* elementsOf(block.elements);
    if (block.type === "container") yield* elementsOf(block.child_blocks);
  }
}

/** What a person entered on one surface, by block, action and type, so that an update keeps what still fits. */
export class FormState {
  constructor() {
    this.entered = new Map();
  }

  key(block, element) {
    return JSON.stringify([block.block_id, element.action_id, element.type]);
  }

  get(block, element) {
    return this.entered.get(this.key(block, element)) ?? INITIAL[element.type]?.(element) ?? {};
  }

  set(block, element, value) {
    this.entered.set(this.key(block, element), value);
  }

  /** {block_id: {action_id: {type, ...value}}} for all stateful elements of the blocks. */
  values(blocks) {
    const result = {};
    for (const [block, element] of elementsOf(blocks)) {
      if (!isStateful(element)) continue;
      result[block.block_id] ??= {};
      result[block.block_id][element.action_id] = { type: element.type, ...this.get(block, element) };
    }
    return result;
  }

  /** Forget what belongs to blocks that are gone. */
  prune(blocks) {
    const present = new Set();
    for (const [block, element] of elementsOf(blocks)) present.add(this.key(block, element));
    for (const key of [...this.entered.keys()]) if (!present.has(key)) this.entered.delete(key);
  }
}

const REQUIRED = "Please complete this required field.";

function isEmpty(value) {
  return Object.values(value).every((item) => item === null || item === "" || (Array.isArray(item) && item.length === 0));
}

/** The page's own checks before a view is sent; {block_id: words} for the fields that fail, as Slack words them. */
export function faultsOf(blocks, state) {
  const faults = {};
  for (const [block, element] of elementsOf(blocks)) {
    if (block.type !== "input") continue;
    const value = state.get(block, element);
    if (isEmpty(value)) {
      if (!block.optional) faults[block.block_id] = REQUIRED;
      continue;
    }
    const fault = CHECKS[element.type]?.(element, String(value.value ?? ""));
    if (fault) faults[block.block_id] = fault;
  }
  return faults;
}

const CHECKS = {
  plain_text_input(element, value) {
    if (element.min_length && value.length < element.min_length) {
      return `Please enter at least ${element.min_length} characters.`;
    }
    if (element.max_length && value.length > element.max_length) {
      return `Please enter at most ${element.max_length} characters.`;
    }
    return null;
  },
  number_input(element, value) {
    const number = Number(value);
    if (!Number.isFinite(number)) return "Please enter a number.";
    if (!element.is_decimal_allowed && !Number.isInteger(number)) return "Please enter a whole number.";
    if (element.min_value !== undefined && number < Number(element.min_value)) {
      return `Please enter a number of at least ${element.min_value}.`;
    }
    if (element.max_value !== undefined && number > Number(element.max_value)) {
      return `Please enter a number of at most ${element.max_value}.`;
    }
    return null;
  },
  email_text_input: (_, value) => (/^\S+@\S+\.\S+$/.test(value) ? null : "Please enter a valid email address."),
  url_text_input: (_, value) => (/^https?:\/\/\S+$/i.test(value) ? null : "Please enter a valid URL."),
};
