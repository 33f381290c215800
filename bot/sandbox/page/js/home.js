/** The app's Home tab. */

import { surfaceContext } from "./actions.js";
import { renderBlocks } from "./blocks/index.js";
import { h } from "./dom.js";
import * as focus from "./focus.js";
import { store } from "./store.js";
import { FormState } from "./values.js";

let state = new FormState();
let drawn = null;

export function resetHome() {
  state = new FormState();
  drawn = null;
}

/** Draw the home view into its panel, keeping what is typed where block and action ids are unchanged. */
export function drawHome(panel, { force = false } = {}) {
  const view = store.home;
  const signature = JSON.stringify([view, store.me?.id, Math.floor(store.now / 3600)]);
  if (!force && signature === drawn) return;
  drawn = signature;
  const memory = focus.remember(panel);
  if (!view) {
    panel.replaceChildren(h("div", { class: "empty" }, h("p", {}, `${store.app.name} has nothing to show here yet.`)));
    return;
  }
  state.prune(view.blocks);
  const container = { type: "view", view_id: view.id };
  const ctx = surfaceContext({ surface: "home", container, blocks: () => store.home?.blocks ?? [], state });
  panel.replaceChildren(h("div", { class: "home-blocks", data: { viewId: view.id } }, renderBlocks(view.blocks, ctx)));
  focus.restore(panel, memory);
}
