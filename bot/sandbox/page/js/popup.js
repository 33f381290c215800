/** Popups in the top layer (above dialogs too), placed under or over their anchor. */

const GAP = 4;
const EDGE = 8;

/** Show `popup` (a child of the page or of an open dialog) at `anchor`; returns a function that hides it. */
export function showAt(popup, anchor, { width = "anchor", align = "start" } = {}) {
  popup.setAttribute("popover", "manual");
  if (!popup.matches(":popover-open")) popup.showPopover();
  const place = () => {
    if (!anchor.isConnected) return;
    const box = anchor.getBoundingClientRect();
    const viewport = document.documentElement;
    if (width === "anchor") popup.style.minWidth = `${Math.min(box.width, viewport.clientWidth - 2 * EDGE)}px`;
    popup.style.maxWidth = `${viewport.clientWidth - 2 * EDGE}px`;
    const below = viewport.clientHeight - box.bottom - GAP - EDGE;
    const above = box.top - GAP - EDGE;
    const wanted = popup.scrollHeight + 2;
    const under = below >= Math.min(wanted, 220) || below >= above;
    const room = Math.max(under ? below : above, 96);
    popup.style.maxHeight = `${Math.min(room, 340)}px`;
    const height = Math.min(wanted, room, 340);
    popup.style.top = `${under ? box.bottom + GAP : Math.max(EDGE, box.top - GAP - height)}px`;
    const start = align === "end" ? box.right - popup.offsetWidth : box.left;
    popup.style.left = `${Math.max(EDGE, Math.min(start, viewport.clientWidth - popup.offsetWidth - EDGE))}px`;
  };
  place();
  const listen = { capture: true, passive: true };
  addEventListener("scroll", place, listen);
  addEventListener("resize", place);
  return {
    place,
    hide() {
      removeEventListener("scroll", place, listen);
      removeEventListener("resize", place);
      if (popup.isConnected && popup.matches(":popover-open")) popup.hidePopover();
    },
  };
}
