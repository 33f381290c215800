/** Changing and deleting one's own message. */

import * as api from "./api.js";
import { toast } from "./announce.js";
import { confirmed } from "./confirm.js";
import { h, uid } from "./dom.js";
import { store } from "./store.js";
import { plainMrkdwn } from "./text.js";

/** The menu items for a message of the person's own; none for anybody else's. */
export function ownItems(message, channel) {
  if (message.user !== store.me?.id || message.ephemeral || message.bot_id) return [];
  return [
    { label: "Edit message", data: { testid: "edit-message" }, onSelect: () => edit(message, channel) },
    { label: "Delete message…", danger: true, data: { testid: "delete-message" }, onSelect: () => remove(message, channel) },
  ];
}

function edit(message, channel) {
  const titleId = uid("edit-title");
  const text = h("textarea", { class: "text-field", rows: "4", "aria-labelledby": titleId, data: { testid: "edit-text" } });
  text.value = plainMrkdwn(message.text ?? "");
  const error = h("div", { class: "composer-error", role: "alert" });
  const save = async () => {
    const answer = await api.editMessage(store.me.id, { channel, ts: message.ts, text: text.value });
    if (answer.ok) dialog.close();
    else error.textContent = answer.message;
  };
  const dialog = h("dialog", { class: "confirm", "aria-labelledby": titleId, data: { testid: "edit-dialog" } },
    h("h2", { id: titleId }, "Edit message"), text, error,
    h("div", { class: "dialog-buttons" },
      h("button", { type: "button", class: "button", on: { click: () => dialog.close() } }, "Cancel"),
      h("button", { type: "button", class: "button primary", data: { testid: "edit-save" }, on: { click: save } }, "Save")));
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  text.focus();
}

async function remove(message, channel) {
  const words = (text) => ({ type: "plain_text", text });
  const sure = await confirmed({
    title: words("Delete message"), text: words("Are you sure? This cannot be undone."),
    confirm: words("Delete"), deny: words("Cancel"), style: "danger",
  });
  if (!sure) return;
  const answer = await api.deleteMessage(store.me.id, { channel, ts: message.ts });
  if (!answer.ok) toast(answer.message);
}
