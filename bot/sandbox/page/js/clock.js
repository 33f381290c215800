/** The workspace's clock: what time it is there, and the buttons that step it. */

import * as api from "./api.js";
import { sayNow } from "./announce.js";
import { clockTime, fullMoment, pieces, shortMoment, zoneName } from "./dates.js";
import { h, icon } from "./dom.js";
import { store } from "./store.js";

const STEPS = [
  { to: "next_cadence", label: "To the next cadence", testid: "clock-next" },
  { to: "+1h", label: "+1 hour", testid: "clock-hour" },
  { to: "+1d", label: "+1 day", testid: "clock-day" },
  { to: "monday", label: "To Monday 09:00", testid: "clock-monday" },
];

export class ClockBar {
  constructor(host) {
    this.stepping = false;
    this.time = h("time", { class: "clock-time", data: { testid: "clock-time" } });
    this.zone = h("span", { class: "clock-zone" });
    this.buttons = STEPS.map((step) => {
      const button = h("button", { type: "button", class: "clock-button", data: { testid: step.testid, step: step.to }, on: { click: () => this.step(step) } });
      button.append(h("span", {}, step.label));
      return button;
    });
    this.progress = h("progress", { class: "clock-progress", "aria-label": "Moving the workspace's clock", hidden: true });
    this.result = h("div", { class: "clock-result", role: "status", data: { testid: "clock-result" } });
    const controls = h("div", { class: "clock-controls", role: "group", "aria-label": "Move the workspace's clock", id: "clock-controls" }, this.buttons);
    const toggle = h("button", {
      type: "button", class: "clock-toggle icon-button", "aria-label": "Move the clock", "aria-expanded": "false", "aria-controls": "clock-controls",
      on: { click: () => toggle.setAttribute("aria-expanded", String(host.classList.toggle("expanded"))) },
    }, icon("chevron"));
    host.replaceChildren(
      h("div", { class: "clock-now" }, icon("clock"), h("span", { class: "visually-hidden" }, "Workspace time: "), this.time, this.zone, toggle),
      controls, this.progress, this.result);
    store.on("clock", () => this.draw());
    store.on("channels", () => this.draw());
  }

  draw() {
    const { now, next_cadence: next, stepping } = store.clock;
    if (!now) return;
    const seconds = store.now;
    const day = pieces(seconds, store.tz);
    this.time.textContent = `${day.weekday.slice(0, 3)} ${shortMoment(seconds, store.tz).slice(4).replace(",", "")}`;
    this.time.setAttribute("datetime", now);
    this.time.title = fullMoment(seconds, store.tz);
    this.zone.textContent = zoneName(seconds, store.tz);
    // Whose Monday 09:00 is meant is known only once the page knows who is looking.
    const busy = stepping || this.stepping || !store.me;
    this.progress.hidden = !busy;
    for (const button of this.buttons) {
      const idle = button.dataset.step === "next_cadence" && !next;
      button.setAttribute("aria-disabled", String(busy || idle));
    }
    const words = next ? `${next.label}, ${shortMoment(Date.parse(next.at) / 1000, store.tz, seconds)}` : "none is planned";
    this.buttons[0].replaceChildren(h("span", {}, STEPS[0].label), h("span", { class: "clock-hint" }, words));
  }

  async step({ to, label }) {
    if (!store.me) {
      sayNow("The workspace is still loading. Try again in a moment.");
      return;
    }
    if (store.clock.stepping || this.stepping) {
      sayNow("The clock is already moving. Wait until it stands still.");
      return;
    }
    if (to === "next_cadence" && !store.clock.next_cadence) {
      sayNow("No cadence is planned.");
      return;
    }
    this.stepping = true;
    this.result.replaceChildren(h("span", {}, `${label} …`));
    this.draw();
    const answer = await api.stepClock(to, store.tz);
    this.stepping = false;
    if (answer.ok && answer.now) store.clock = { ...store.clock, now: answer.now, stepping: false };
    store.emit("clock");
    this.report(answer);
  }

  /** What passed, in the order it was due; the list folds away by itself in a summary. */
  report(answer) {
    if (!answer.ok) {
      this.result.replaceChildren(h("span", { class: "clock-fault" }, icon("warning"), answer.message));
      return;
    }
    const passed = answer.passed ?? [];
    const late = answer.late_clients ?? [];
    const summary = passed.length ? `${passed.length} thing${passed.length === 1 ? "" : "s"} passed` : "Nothing was due";
    const rows = passed.map((one) => {
      const at = Date.parse(one.at) / 1000;
      return h("li", {}, h("time", { datetime: one.at, title: fullMoment(at, store.tz) }, `${pieces(at, store.tz).weekday.slice(0, 3)} ${clockTime(at, store.tz)}`), " ", one.label);
    });
    this.result.replaceChildren(
      passed.length ? h("details", { class: "passed" }, h("summary", {}, summary), h("ol", {}, rows)) : h("span", {}, summary),
      late.length ? h("span", { class: "clock-fault" }, icon("warning"), `No answer from ${late.map((one) => one.client ?? one).join(", ")}`) : "",
      h("button", { type: "button", class: "icon-button", "aria-label": "Dismiss", on: { click: () => this.result.replaceChildren() } }, icon("close")));
  }
}
