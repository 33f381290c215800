/** DOM building without HTML strings: text can only ever become text nodes. */

const SVG_NS = "http://www.w3.org/2000/svg";
let counter = 0;

/** A document-unique id; ids built from data would collide between two copies of a message. */
export function uid(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

/**
 * Build an element. Props: `class`, `on` ({event: handler}), `data` ({key: value}), `style` ({property: value}),
 * any attribute otherwise. null, undefined and false leave an attribute out; true writes it empty.
 */
export function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

export function svg(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG_NS, tag), props, children);
}

function fill(node, props, children) {
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "on") {
      for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    } else if (key === "data") {
      for (const [name, item] of Object.entries(value)) {
        if (item !== null && item !== undefined) node.dataset[name] = item;
      }
    } else if (key === "style") {
      for (const [name, item] of Object.entries(value)) node.style.setProperty(name, item);
    } else {
      node.setAttribute(key, value === true ? "" : String(value));
    }
  }
  append(node, children);
  return node;
}

/** Append nodes, strings and nested arrays; null and false are skipped. */
export function append(node, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : String(child));
  }
  return node;
}

export function fragment(...children) {
  return append(document.createDocumentFragment(), children);
}

export function replace(node, ...children) {
  node.replaceChildren();
  return append(node, children);
}

/** Make `nodes` the children of `parent`, moving only what is out of place, so that focus and scroll survive. */
export function reconcile(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) {
    if (!wanted.has(child)) child.remove();
  }
  nodes.forEach((node, index) => {
    const current = parent.childNodes[index];
    if (current !== node) parent.insertBefore(node, current ?? null);
  });
}

/** An inline icon from a path on a 20×20 grid; decorative, its control carries the name. */
export function icon(name) {
  const path = ICONS[name];
  return svg(
    "svg",
    { class: "icon", viewBox: "0 0 20 20", width: "20", height: "20", "aria-hidden": "true", focusable: "false" },
    svg("path", {
      d: path, fill: "none", stroke: "currentColor", "stroke-width": name === "dots" || name === "more" ? "2.6" : "1.6",
      "stroke-linecap": "round", "stroke-linejoin": "round",
    }),
  );
}

const ICONS = {
  menu: "M3 5.5h14M3 10h14M3 14.5h14",
  close: "M5 5l10 10M15 5L5 15",
  back: "M12 4.5L6.5 10l5.5 5.5",
  chevron: "M5.5 8l4.5 4.5L14.5 8",
  more: "M10 4.6v.01M10 10v.01M10 15.4v.01",
  dots: "M4.6 10h.01M10 10h.01M15.4 10h.01",
  thread: "M4 4.5h12a1 1 0 011 1v7a1 1 0 01-1 1H9l-3.5 3v-3H4a1 1 0 01-1-1v-7a1 1 0 011-1zM6.5 8h7M6.5 10.7h4",
  send: "M3.5 16.5L17 10 3.5 3.5 6 10zM6 10h5",
  clock: "M10 3.2a6.8 6.8 0 110 13.6 6.8 6.8 0 010-13.6zM10 6.5V10l2.5 1.6",
  lock: "M5.5 9h9a1 1 0 011 1v5.5a1 1 0 01-1 1h-9a1 1 0 01-1-1V10a1 1 0 011-1zM7 9V6.8a3 3 0 016 0V9",
  plus: "M10 4.5v11M4.5 10h11",
  bolt: "M11 2.8L4.8 11.2H10l-1 6 6.2-8.4H10z",
  eye: "M2.5 10S5.2 5 10 5s7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5zM10 7.8a2.2 2.2 0 110 4.4 2.2 2.2 0 010-4.4z",
  warning: "M10 3.3l7.2 13H2.8zM10 8v3.8M10 14.1v.01",
  at: "M10 6.8a3.2 3.2 0 110 6.4 3.2 3.2 0 010-6.4zM13.2 7v4.2c0 1.4 2.6 1.4 2.6-1.2A5.9 5.9 0 1010 16",
  slash: "M12.5 4l-5 12",
  check: "M4.5 10.5l3.5 3.5 7.5-8",
  people: "M7.5 4.5a2.6 2.6 0 110 5.2 2.6 2.6 0 010-5.2zM2.8 16c.3-2.8 2.2-4.3 4.7-4.3s4.4 1.5 4.7 4.3M13 5.2a2.3 2.3 0 010 4.4M14.5 12.2c1.5.5 2.5 1.8 2.7 3.8",
};
