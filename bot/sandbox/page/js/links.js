/** Links, mentions and images: what text may point at, and nothing else. */

import { h } from "./dom.js";
import { store } from "./store.js";

const SAFE = /^(https?:|mailto:|tel:|slack:)/i;

/** An anchor for a safe address; anything else (javascript: …) stays plain text. */
export function linkNode(url, ...label) {
  const content = label.length ? label : [url];
  if (!SAFE.test(url)) return h("span", {}, ...content);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...content);
}

export function isSafe(url) {
  return SAFE.test(url);
}

export function userMention(id, fallback) {
  const known = store.user(id);
  const name = known ? store.userName(id) : (fallback ?? id);
  return h("span", { class: id === store.me?.id ? "mention mention-me" : "mention", data: { user: id } }, `@${name}`);
}

export function channelMention(id, fallback) {
  const channel = store.channels.get(id);
  if (!channel) return h("span", { class: "mention" }, `#${fallback || "private channel"}`);
  const open = () => store.emit("open-channel", { channel: id });
  return h("button", { type: "button", class: "mention mention-link", on: { click: open } }, `#${store.channelName(channel)}`);
}

export function broadcast(range) {
  return h("span", { class: "mention mention-me" }, `@${range}`);
}

/**
 * An image, when it lies on this machine; the sandbox stays on loopback, so any other address is shown as a
 * labelled frame with its link.
 */
export function imageNode(url, alt, className) {
  const local = url && (url.startsWith("data:image/") || isLoopback(url));
  if (local) return h("img", { class: className, src: url, alt: alt ?? "", loading: "lazy" });
  return h(
    "span",
    { class: `${className} image-away`, role: "img", "aria-label": alt || "Image", title: url ?? "" },
    h("span", { "aria-hidden": "true" }, alt ? alt.slice(0, 40) : "Image"),
  );
}

function isLoopback(url) {
  try {
    return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url, location.href).hostname);
  } catch {
    return false;
  }
}
