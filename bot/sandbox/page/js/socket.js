/** One live connection per person: reconnects by itself, and the state frame that follows reloads everything. */

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 5000;

export class Live {
  /** `onFrame(frame)` gets each JSON frame, `onStatus("live" | "lost")` each change of the line. */
  constructor(user, { onFrame, onStatus }) {
    this.user = user;
    this.onFrame = onFrame;
    this.onStatus = onStatus;
    this.wait = FIRST_WAIT_MS;
    this.closed = false;
    this.connect();
  }

  connect() {
    if (this.closed) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/page/ws?user=${encodeURIComponent(this.user)}`);
    this.socket = socket;
    socket.addEventListener("message", (event) => {
      if (socket !== this.socket || this.closed) return;
      this.wait = FIRST_WAIT_MS;
      const frame = JSON.parse(event.data);
      if (frame.type === "state") this.onStatus("live");
      this.onFrame(frame);
    });
    socket.addEventListener("close", () => {
      if (socket !== this.socket || this.closed) return;
      this.onStatus("lost");
      this.retry();
    });
  }

  /** A refused WebSocket writes to the console, so the HTTP side is asked first whether anybody is there. */
  retry() {
    this.timer = setTimeout(async () => {
      if (this.closed) return;
      if (document.visibilityState === "hidden" || !(await reachable())) {
        this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
        this.retry();
        return;
      }
      this.connect();
    }, this.wait);
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.socket?.close();
  }
}

async function reachable() {
  try {
    return (await fetch("/page/clock")).ok;
  } catch {
    return false;
  }
}
