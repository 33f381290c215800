/** Interactions on their way to the app: confirm, send, show the wait, and say kindly what went wrong. */

import * as api from "./api.js";
import { sayNow } from "./announce.js";
import { confirmed } from "./confirm.js";
import { h, icon } from "./dom.js";
import { closeMenu } from "./menu.js";
import { store } from "./store.js";

const LONGEST_WAIT_MS = 5000;
let opener = null;
const pending = new Map();
const answered = new Map();
const KEPT = 20;

const placeOf = (container) => container.view_id ?? container.channel;

/** What the person last acted on, so that a closing modal can give the focus back. */
export function lastOpener() {
  return opener;
}

export function setOpener(node) {
  const item = node?.closest?.("[data-ts]");
  const keyed = node?.closest?.("[data-focus-key]");
  opener = node ? { node, ts: item?.dataset.ts ?? null, key: keyed?.dataset.focusKey ?? null } : null;
}

/** Give the focus back to the last opener, or to its copy after a redraw. */
export function refocusOpener() {
  if (!opener) return false;
  const { node, ts, key } = opener;
  let target = node.isConnected ? node : null;
  if (!target && key) {
    const root = ts ? document.querySelector(`[data-ts="${CSS.escape(ts)}"]`) : document.getElementById("main");
    target = [...(root?.querySelectorAll("[data-focus-key]") ?? [])].find((one) => one.dataset.focusKey === key);
    target ??= ts ? root : null;
  }
  target?.focus();
  return Boolean(target);
}

/**
 * The ctx that blocks of one surface are drawn with. `container` names the surface to the server, `blocks()` gives
 * its blocks as they are now, `state` keeps what was entered.
 */
export function surfaceContext({ surface, container, blocks, state, clearError }) {
  return {
    surface,
    blocks,
    state,
    clearError,
    async act(block, element, value, node, undo) {
      if (element.type === "button" && node.getAttribute("aria-busy") === "true") return;
      if (!(await confirmed(element.confirm))) {
        if (undo) {
          undo();
          store.emit("redraw", { container });
        }
        return;
      }
      closeMenu();
      if (surface !== "modal") setOpener(node);
      await send({ block, element, value, node, container, state, blocks });
    },
    async options(block, element, query) {
      const body = { container, action_id: element.action_id, block_id: block.block_id, value: query };
      const answer = await api.loadOptions(store.me.id, body);
      if (answer.ok === false) sayNow(answer.message);
      return answer;
    },
  };
}

async function send({ block, element, value, node, container, state, blocks }) {
  clearTrouble(node);
  node.setAttribute("aria-busy", "true");
  pending.set(placeOf(container), node);
  const patience = setTimeout(() => node.removeAttribute("aria-busy"), LONGEST_WAIT_MS);
  const answer = await api.sendAction(store.me.id, {
    container,
    action: { type: element.type, block_id: block.block_id, action_id: element.action_id, ...value },
    state: { values: state.values(blocks()) },
  });
  clearTimeout(patience);
  if (pending.get(placeOf(container)) === node) pending.delete(placeOf(container));
  node.removeAttribute("aria-busy");
  remember(answer.action_ts, node);
  if (!answer.ok) showTrouble(node, answer.message);
}

/** The answer and the trouble frame travel on two lines; either may come first. */
function remember(actionTs, node) {
  if (!actionTs) return;
  answered.set(actionTs, node);
  if (answered.size > KEPT) answered.delete(answered.keys().next().value);
}

/** Show a trouble frame at the control it is about; false when no control of that place waits for an answer. */
export function troubleAtControl(frame) {
  if (!frame.action_ts) return false;
  const node = answered.get(frame.action_ts) ?? pending.get(frame.view_id) ?? pending.get(frame.channel);
  if (!node?.isConnected) return false;
  node.removeAttribute("aria-busy");
  showTrouble(node, frame.text);
  return true;
}

/** Words under the control that failed, as Slack marks a button whose app did not answer. */
export function showTrouble(node, words) {
  const host = node.closest?.(".block") ?? document.getElementById("toasts");
  clearTrouble(node);
  host.append(h("div", { class: "trouble", role: "alert" }, icon("warning"), h("span", {}, words)));
}

function clearTrouble(node) {
  node.closest?.(".block")?.querySelectorAll(":scope > .trouble").forEach((old) => old.remove());
}
