/** The page's HTTP calls to the sandbox. Every call resolves; a failure becomes {ok: false, message}. */

const LOST = "The sandbox can't be reached right now. Your text is kept; try again in a moment.";

async function call(path, options = {}) {
  try {
    const response = await fetch(path, options);
    const body = await response.json().catch(() => ({}));
    if (!response.ok && body.ok === undefined) {
      return { ok: false, error: `http_${response.status}`, message: body.message ?? LOST };
    }
    if (body.ok === false && !body.message && body.error) {
      return { ...body, message: `That didn't work (${body.error}).` };
    }
    return body;
  } catch {
    return { ok: false, error: "unreachable", message: LOST };
  }
}

const get = (path) => call(path, { headers: { Accept: "application/json" } });

const post = (path, body) =>
  call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Sandbox-Page": "1" },
    body: JSON.stringify(body ?? {}),
  });

const at = (user, ...parts) => `/page/${[user, ...parts].map(encodeURIComponent).join("/")}`;

export const bootstrap = () => get("/page/bootstrap");

export function messages(user, channel, before) {
  const query = new URLSearchParams({ limit: "100" });
  if (before) query.set("before", before);
  return get(`${at(user, "channels", channel, "messages")}?${query}`);
}

export const thread = (user, channel, ts) => get(at(user, "channels", channel, "threads", ts));
export const sendMessage = (user, body) => post(at(user, "messages"), body);
export const editMessage = (user, body) => post(at(user, "messages", "edit"), body);
export const deleteMessage = (user, body) => post(at(user, "messages", "delete"), body);
export const sendCommand = (user, body) => post(at(user, "commands"), body);
export const sendAction = (user, body) => post(at(user, "actions"), body);
export const submitView = (user, id, body) => post(at(user, "views", id, "submit"), body);
export const closeView = (user, id, clearAll) => post(at(user, "views", id, "close"), { clear_all: clearAll });
export const openHome = (user, tab) => post(at(user, "home"), { tab });
export const markRead = (user, channel, ts) => post(at(user, "channels", channel, "read"), { ts });
export const openDm = (user, other) => post(at(user, "dms"), { user: other });
export const runShortcut = (user, body) => post(at(user, "shortcuts"), body);
export const loadOptions = (user, body) => post(at(user, "options"), body);
export const stepClock = (to, tz) => post("/page/clock/step", { to, tz });
