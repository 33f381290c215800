/** The table from block type to its renderer. */

import { fragment, h } from "../dom.js";
import { renderRichText } from "../richtext.js";
import { renderMarkdown } from "../markdown.js";
import { renderCard, renderCarousel, renderContainer } from "./cards.js";
import { renderChart } from "./chart.js";
import { renderInput } from "./input.js";
import { renderActions, renderAlert, renderContext, renderHeader, renderImage, renderSection } from "./plain.js";
import { renderDataTable, renderTable } from "./tables.js";

const RENDERERS = {
  section: renderSection,
  header: renderHeader,
  divider: () => h("hr"),
  image: renderImage,
  context: renderContext,
  context_actions: renderActions,
  actions: renderActions,
  input: renderInput,
  markdown: (block) => renderMarkdown(block.text),
  rich_text: renderRichText,
  table: renderTable,
  data_table: renderDataTable,
  data_visualization: renderChart,
  alert: renderAlert,
  card: renderCard,
  carousel: renderCarousel,
  container: (block, ctx) => renderContainer(block, ctx, renderBlocks),
};

/**
 * Nodes for a list of blocks. ctx: {surface, blocks(), state (FormState), act(block, element, value, node, undo?),
 * options(block, element, query), clearError?(block_id)}.
 */
export function renderBlocks(blocks, ctx) {
  return fragment((blocks ?? []).map((block) => {
    const render = RENDERERS[block.type];
    const content = render ? render(block, ctx) : h("p", { class: "unknown" }, `A "${block.type}" block isn't shown here.`);
    return h("div", { class: `block block-${block.type}`, data: { blockId: block.block_id, block: block.type } }, content);
  }));
}
