"""The modal of `/mydata`: what is held, what for and how long, who was shown the coaching logs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.my_data import NAMES, PURPOSES, HeldRecords, MyData, Purpose, Reading, RecordKind
from bot.domain.wording import count_of, short_date
from bot.slack.views.text import Block, View, context, divider, escaped, message_view, section

TITLE = "What is held about you"
MOST_READINGS = 25
# Of these nothing is left when their time is over; of the others what they proved.
GONE_WHOLE = {
    *(RecordKind.NOTES_BY, RecordKind.DRAFTS_BY, RecordKind.AGENDA_ITEMS, RecordKind.READS),
    RecordKind.COMMENTS,
}
RATINGS = (
    "*Ratings* of sessions are only added up. That you rated a session is kept, so that it is rated once: "
    "not when, and not how. Nobody can read yours, not here either."
)
NOT_COUNTED = (
    "Private notes and drafts of others are theirs alone, and what somebody says of a verdict about them is "
    "for their leaders: neither is counted here. What you change is in the audit trail, with your id. A "
    "message that was sent stays in Slack."
)
TO_ERASE = (
    "To have something corrected, ask whoever keeps your CRM. To have your name and words erased, ask your "
    "Drumbeat admin: `drumbeat forget` does it, and leaves a record that it was done."
)


def my_data_view(data: MyData, now: datetime) -> View:
    """Return the modal; somebody of whom nothing is held is told so, and what that means."""
    if data.name is None:
        return _nothing_held(data)
    today = now.astimezone(ZoneInfo(data.time_zone)).date()
    held = {one.kind: one for one in data.held}
    blocks = [section(f"*{escaped(data.name)}*, this is what Drumbeat holds about you. Only you see it.")]
    for purpose in PURPOSES:
        if shown := [held[kind] for kind in purpose.kinds if kind in held]:
            blocks += _group(purpose, shown, data.kept_days, today)
    blocks += _readers(data.readings, data.time_zone, today)
    blocks += [
        divider(),
        section(RATINGS),
        context(NOT_COUNTED),
        context(_terms(data)),
        context(TO_ERASE),
    ]
    return {**message_view(TITLE), "blocks": blocks}


def _nothing_held(data: MyData) -> View:
    return message_view(
        TITLE,
        "*Nothing under your name.* I know people from the CRM, and could not match you to anybody in it.",
        "That you used a command is known by Slack's id of you and of the request for "
        f"{count_of(data.request_days, 'day')}, so that nothing is done twice. What you write in a deal's "
        "thread is not kept.",
        "If you should be there, ask your Drumbeat admin to check that your e-mail address in Slack and in "
        "the CRM is the same.",
    )


def _group(
    purpose: Purpose, held: Sequence[HeldRecords], kept: Mapping[RecordKind, int], today: date
) -> list[Block]:
    lines = [_line(one, kept.get(one.kind), today) for one in held]
    return [divider(), section("\n".join([f"*{purpose.title}*", *lines])), context(purpose.words)]


def _line(one: HeldRecords, days: int | None, today: date) -> str:
    count = "" if one.kind is RecordKind.ENTRY else f": *{one.count}*"
    what = "kept" if one.kind in GONE_WHOLE else "words kept"
    term = f" · {what} {count_of(days, 'day')}" if days is not None else ""
    return f"•  {NAMES[one.kind]}{count}{_span(one, today)}{term}"


def _span(one: HeldRecords, today: date) -> str:
    if one.first is None or one.last is None:
        return ""
    first, last = short_date(one.first, today), short_date(one.last, today)
    return f" ({first})" if first == last else f" ({first} – {last})"


def _readers(readings: Sequence[Reading], zone: str, today: date) -> list[Block]:
    title = "*Who was shown your coaching logs*"
    if not readings:
        return [divider(), section(f"{title}\nNobody yet, beside you.")]
    lines = [_reading(one, zone, today) for one in readings[:MOST_READINGS]]
    if len(readings) > MOST_READINGS:
        lines.append(f"… and {len(readings) - MOST_READINGS} more.")
    return [divider(), section(title), *_in_sections(lines)]


def _in_sections(lines: Sequence[str]) -> list[Block]:
    # Five lines with the longest of names fit into one section.
    return [section("\n".join(lines[start : start + 5])) for start in range(0, len(lines), 5)]


def _reading(one: Reading, zone: str, today: date) -> str:
    logs = count_of(one.logs, "log")
    whose = f"{logs} about you" if one.about else f"{logs} you wrote"
    what = "read the text of" if one.text else "was shown day, minutes, focus area and verdict of"
    last = short_date(one.last.astimezone(ZoneInfo(zone)).date(), today)
    return f"•  *{escaped(one.reader)}* {what} {whose}, last on {last}"


def _terms(data: MyData) -> str:
    has_terms = any(one.kind in data.kept_days for one in data.held)
    erased = "Words are erased after the days named; that it happened" if has_terms else "That it happened"
    return (
        f"{erased}, when, and the verdict stay as long as the ledger. "
        f"Requests from Slack are known by their id for {count_of(data.request_days, 'day')}."
    )
