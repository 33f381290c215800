/** Avatars: initials on a colour that is always the same for the same person. */

import { h } from "./dom.js";
import { store } from "./store.js";

const HUES = 10;

export function hueOf(id) {
  let sum = 7;
  for (const character of String(id)) sum = (sum * 31 + character.codePointAt(0)) % 100003;
  return sum % HUES;
}

export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0]?.toUpperCase() ?? "").join("") || "?";
}

export function avatar(id, size = "medium", name = null) {
  const isApp = id === store.app.bot_user_id;
  const label = name ?? store.userName(id);
  return h(
    "span",
    { class: `avatar avatar-${size} ${isApp ? "avatar-app" : `hue-${hueOf(id)}`}`, "aria-hidden": "true" },
    initials(label),
  );
}
