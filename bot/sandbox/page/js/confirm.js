/** The "are you sure" dialog of a confirm object. */

import { h, uid } from "./dom.js";
import { plainText, renderText } from "./text.js";

/** Ask; resolves true when confirmed. Escape and the deny button say no; the focus goes back by itself. */
export function confirmed(confirm) {
  if (!confirm) return Promise.resolve(true);
  return new Promise((resolve) => {
    const titleId = uid("confirm-title");
    const textId = uid("confirm-text");
    let answer = false;
    const close = (value) => {
      answer = value;
      dialog.close();
    };
    const style = confirm.style === "danger" ? "button danger-fill" : "button primary";
    const yes = h(
      "button",
      { type: "button", class: style, data: { testid: "confirm-yes" }, on: { click: () => close(true) } },
      plainText(confirm.confirm) || "Yes",
    );
    const no = h(
      "button",
      { type: "button", class: "button", data: { testid: "confirm-no" }, on: { click: () => close(false) } },
      plainText(confirm.deny) || "No",
    );
    const dialog = h(
      "dialog",
      { class: "confirm", role: "alertdialog", "aria-labelledby": titleId, "aria-describedby": textId, data: { testid: "confirm-dialog" } },
      h("h2", { id: titleId }, plainText(confirm.title) || "Are you sure?"),
      h("div", { id: textId, class: "confirm-text" }, renderText(confirm.text)),
      h("div", { class: "dialog-buttons" }, no, yes),
    );
    dialog.addEventListener("keydown", (event) => event.stopPropagation());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
    (confirm.style === "danger" ? no : yes).focus();
  });
}
