"""What stands on a day's card beside its own content: one line each, the most urgent first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.attention import CardLine, Urgency
from bot.slack.payloads import ActionId, CallbackId, encode
from bot.slack.views.room import HOME, MESSAGE, Room
from bot.slack.views.text import (
    TITLE_LIMIT,
    Block,
    View,
    button,
    clock_time,
    context,
    day_and_time,
    divider,
    plain,
    section,
)

# Without "today": a card stays where it is, and is read the day after too.
HEADING = "*Also for you* · without a sound, the most urgent first"
WORDS: Mapping[Urgency, str] = {
    Urgency.DUE_TODAY: "*Due*",
    Urgency.OWED: "*Waits for you*",
    Urgency.NEWS: "News",
}


def with_lines(
    blocks: Sequence[Block], lines: Sequence[CardLine], card_id: str, zone: str, now: datetime
) -> list[Block]:
    """Return a card with its lines as far as Slack takes them, and a button for those that are left."""
    if not lines:
        return list(blocks)
    head: list[Block] = [*([divider()] if blocks else []), section(HEADING)]
    made = [*head, *_lines(lines, card_id, zone, now, MESSAGE.less([*blocks, *head]))]
    return [*blocks, *made]


def summary(lines: Sequence[CardLine]) -> str:
    """Return the line that stands for a card whose own content is gone."""
    left = sum(not one.opened and not one.answered for one in lines)
    return f"Your day: {left} to look at" if left else "Your day: nothing is left to look at"


def all_lines(lines: Sequence[CardLine], card_id: str, zone: str, now: datetime) -> View:
    """Return every line of a card in a window."""
    return {
        "type": "modal",
        "callback_id": CallbackId.READ_ONLY,
        "title": plain("Your day", TITLE_LIMIT),
        "close": plain("Close", TITLE_LIMIT),
        "blocks": _lines(lines, card_id, zone, now, HOME) or [section("Nothing is left to look at.")],
    }


def _lines(lines: Sequence[CardLine], card_id: str, zone: str, now: datetime, room: Room) -> list[Block]:
    ordered = sorted(lines, key=lambda one: (one.answered, one.opened))
    made = [_line(one, zone, now) for one in ordered]
    if room.takes(made):
        return made
    kept = room.less([_more(len(made), card_id)])
    shown: list[Block] = []
    while kept.takes([*shown, made[len(shown)]]):
        shown.append(made[len(shown)])
    return [*shown, _more(len(made) - len(shown), card_id)]


def _line(line: CardLine, zone: str, now: datetime) -> Block:
    if line.answered:
        return context(f":white_check_mark: {line.text}")
    if line.opened:
        return context(f"{line.text} · opened: it stands below")
    label = f"Open: {_spoken(line.text)}"
    return section(
        f"{WORDS[line.urgency]} · {line.text} · _since {_since(line.since, zone, now)}_",
        accessory=button("Open", ActionId.OPEN_NOTICE, encode(n=line.notice_id), label=label),
    )


def _spoken(text: str) -> str:
    return text.replace("*", "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _since(at: datetime, zone: str, now: datetime) -> str:
    local = ZoneInfo(zone)
    same_day = at.astimezone(local).date() == now.astimezone(local).date()
    return clock_time(at, zone) if same_day else day_and_time(at, zone)


def _more(count: int, card_id: str) -> Block:
    return {
        "type": "actions",
        "elements": [button(f"{count} more…", ActionId.MORE_NOTICES, encode(n=card_id))],
    }
