/** Dates and times as the viewer reads them, in their own zone, relative to the workspace's clock. */

const formatters = new Map();

function formatter(tz, options) {
  const key = tz + JSON.stringify(options);
  if (!formatters.has(key)) {
    let made;
    try {
      made = new Intl.DateTimeFormat("en-US", { timeZone: tz, ...options });
    } catch {
      made = new Intl.DateTimeFormat("en-US", { timeZone: "UTC", ...options });
    }
    formatters.set(key, made);
  }
  return formatters.get(key);
}

function part(seconds, tz, options, type) {
  const parts = formatter(tz, options).formatToParts(new Date(seconds * 1000));
  return parts.find((item) => item.type === type)?.value ?? "";
}

/** Numeric pieces of an instant in a zone; `key` ("2026-10-05") compares days. */
export function pieces(seconds, tz) {
  const options = { year: "numeric", month: "2-digit", day: "2-digit", weekday: "long" };
  const values = Object.fromEntries(
    formatter(tz, options).formatToParts(new Date(seconds * 1000)).map((item) => [item.type, item.value]),
  );
  return { ...values, key: `${values.year}-${values.month}-${values.day}` };
}

export function clockTime(seconds, tz, withSeconds = false) {
  const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (withSeconds) options.second = "2-digit";
  return formatter(tz, options).format(new Date(seconds * 1000));
}

/** "CEST", "EDT", or "GMT+2" where the zone has no common short name. */
export function zoneName(seconds, tz) {
  const american = part(seconds, tz, { timeZoneName: "short" }, "timeZoneName");
  if (!american.startsWith("GMT")) return american;
  const british = new Intl.DateTimeFormat("en-GB", { timeZone: tz, timeZoneName: "short" })
    .formatToParts(new Date(seconds * 1000))
    .find((item) => item.type === "timeZoneName")?.value;
  return british ?? american;
}

function ordinal(day) {
  const number = Number(day);
  const tens = number % 100;
  if (tens >= 11 && tens <= 13) return `${number}th`;
  return `${number}${{ 1: "st", 2: "nd", 3: "rd" }[number % 10] ?? "th"}`;
}

function relativeDay(seconds, tz, now) {
  const key = pieces(seconds, tz).key;
  if (key === pieces(now, tz).key) return "Today";
  if (key === pieces(now - 86400, tz).key) return "Yesterday";
  if (key === pieces(now + 86400, tz).key) return "Tomorrow";
  return null;
}

/** The words on a day divider: "Today", or "Monday, October 5th" with the year when it isn't this one. */
export function dayLabel(seconds, tz, now) {
  const relative = relativeDay(seconds, tz, now);
  if (relative && relative !== "Tomorrow") return relative;
  const value = pieces(seconds, tz);
  const month = part(seconds, tz, { month: "long" }, "month");
  const year = value.year === pieces(now, tz).year ? "" : `, ${value.year}`;
  return `${value.weekday}, ${month} ${ordinal(value.day)}${year}`;
}

/** "Mon 5 Oct, 08:55" for buttons and hints. */
export function shortMoment(seconds, tz, now) {
  const value = pieces(seconds, tz);
  const time = clockTime(seconds, tz);
  if (now && value.key === pieces(now, tz).key) return `today ${time}`;
  const month = part(seconds, tz, { month: "short" }, "month");
  return `${value.weekday.slice(0, 3)} ${Number(value.day)} ${month}, ${time}`;
}

/** "Monday, October 5th, 2026 at 08:55 CEST" for tooltips and screen readers. */
export function fullMoment(seconds, tz) {
  return `${dateForms(seconds, tz, null).date_long} at ${clockTime(seconds, tz)} ${zoneName(seconds, tz)}`;
}

function ago(seconds, now) {
  const distance = Math.abs(now - seconds);
  const [size, unit] = [[86400, "day"], [3600, "hour"], [60, "minute"]].find(([size]) => distance >= size) ?? [1, "second"];
  const count = Math.floor(distance / size);
  const words = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return seconds <= now ? `${words} ago` : `in ${words}`;
}

function dateForms(seconds, tz, now) {
  const value = pieces(seconds, tz);
  const month = part(seconds, tz, { month: "long" }, "month");
  const short = part(seconds, tz, { month: "short" }, "month");
  const long = `${month} ${ordinal(value.day)}, ${value.year}`;
  const pretty = now === null ? null : relativeDay(seconds, tz, now);
  const forms = {
    date_num: value.key,
    date_slash: `${value.month}/${value.day}/${value.year}`,
    date: long,
    date_short: `${short} ${Number(value.day)}, ${value.year}`,
    date_long: `${value.weekday}, ${long}`,
    date_long_full: `${value.weekday}, ${long}`,
    time: clockTime(seconds, tz),
    time_secs: clockTime(seconds, tz, true),
    ago: now === null ? "" : ago(seconds, now),
  };
  for (const name of ["date", "date_short", "date_long"]) forms[`${name}_pretty`] = pretty ?? forms[name];
  forms.day_divider_pretty = pretty ?? forms.date_long;
  return forms;
}

/** Fill Slack's date tokens, e.g. "{date_short_pretty} at {time}"; null when a token isn't known. */
export function formatTokens(seconds, pattern, tz, now) {
  if (!Number.isFinite(seconds)) return null;
  const forms = dateForms(seconds, tz, now);
  let known = true;
  const text = pattern.replace(/\{(\w+)\}/g, (whole, name, offset) => {
    if (!(name in forms)) known = false;
    const form = forms[name] ?? whole;
    const relative = name.includes("pretty") && /^(Today|Yesterday|Tomorrow)$/.test(form);
    return relative && offset > 0 ? form.toLowerCase() : form;
  });
  return known ? text : null;
}
