"""Words for Slack: escaping what people wrote, and figures and times as a reader expects them."""

from __future__ import annotations

import re
import textwrap
from datetime import datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.wording import short_date, weekday_date
from bot.slack.payloads import CallbackId

Block = dict[str, Any]
View = dict[str, Any]

SECTION_LIMIT = 3000
PIECE_LIMIT = 2800
OPTION_LIMIT = 75
TITLE_LIMIT = 24
CONFIRM_TITLE_LIMIT = 100
CONFIRM_TEXT_LIMIT = 300
CONFIRM_BUTTON_LIMIT = 30
# mrkdwn has no escape for a backtick, and an odd one would swallow the rest of the line: its look-alike stays
# text. What turns the direction of writing would turn the line around it too.
_TAMED = {ord("`"): "\N{MODIFIER LETTER GRAVE ACCENT}"} | dict.fromkeys(
    [0, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
_CUT_ENTITY = re.compile(r"&[a-z]*$")


def escape(text: str) -> str:
    """Return text of people or the CRM so that Slack shows it as it stands, with nothing alive in it.

    https://docs.slack.dev/messaging/formatting-message-text asks for these three characters and no others.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip(text: str, limit: int) -> str:
    """Return the text, cut with an ellipsis where it is longer than Slack takes."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _clip_escaped(text: str, limit: int) -> str:
    """Return escaped text cut to what Slack counts, never inside an entity: half of one would show."""
    return text if len(text) <= limit else _CUT_ENTITY.sub("", text[: limit - 1]) + "…"


def _tidy(text: str) -> str:
    return " ".join(text.translate(_TAMED).split())


def escaped(text: str, limit: int = 120) -> str:
    """Return people's text escaped for a place in a mrkdwn line; `limit` counts it as Slack does, escaped."""
    return _clip_escaped(escape(_tidy(text)), limit)


def escaped_whole(text: str) -> list[str]:
    """Return people's text escaped and uncut, in as few pieces as sections take with some words around."""
    pieces: list[str] = []
    # "&amp;" is five characters for one: what is wrapped so stays within a piece, whatever is in it.
    for part in map(escape, textwrap.wrap(_tidy(text), PIECE_LIMIT // 5, break_on_hyphens=False)):
        if pieces and len(pieces[-1]) + len(part) < PIECE_LIMIT:
            pieces[-1] += f" {part}"
        else:
            pieces.append(part)
    return pieces


def plain(text: str, limit: int = OPTION_LIMIT) -> Block:
    """Return a plain_text object; `limit` is what the place for it takes. Slack refuses an empty one."""
    return {"type": "plain_text", "text": clip(_tidy(text), limit) or "–", "emoji": True}


def mrkdwn(text: str) -> Block:
    """Return a mrkdwn object within a section's limit.

    Verbatim: no address or name in what people wrote becomes a link or a mention by itself.
    """
    return {"type": "mrkdwn", "text": _clip_escaped(text, SECTION_LIMIT), "verbatim": True}


def section(text: str, **more: Any) -> Block:
    """Return a section of mrkdwn; `more` adds an accessory or a block_id."""
    return {"type": "section", "text": mrkdwn(text), **more}


def context(*texts: str) -> Block:
    """Return a line of small print."""
    return {"type": "context", "elements": [mrkdwn(text) for text in texts]}


def divider() -> Block:
    """Return a rule."""
    return {"type": "divider"}


def button(
    text: str,
    action_id: str,
    value: str,
    *,
    style: str | None = None,
    label: str | None = None,
    confirm: Block | None = None,
) -> Block:
    """Return a button; `label` is what a screen reader says in place of its short text.

    `confirm` is asked before it does anything: for what can't be undone.
    """
    made: Block = {"type": "button", "text": plain(text), "action_id": action_id, "value": value}
    if style:
        made["style"] = style
    if label:
        made["accessibility_label"] = clip(_tidy(label), 75)
    if confirm:
        made["confirm"] = confirm
    return made


def question(title: str, text: str, *, yes: str, no: str) -> Block:
    """Return a confirmation dialog: what a click would do, and the two ways on."""
    return {
        "title": plain(title, CONFIRM_TITLE_LIMIT),
        "text": plain(text, CONFIRM_TEXT_LIMIT),
        "confirm": plain(yes, CONFIRM_BUTTON_LIMIT),
        "deny": plain(no, CONFIRM_BUTTON_LIMIT),
        "style": "danger",
    }


def option(text: str, value: str, description: str | None = None) -> Block:
    """Return one choice of a select, radio group, checkbox group or overflow menu."""
    made: Block = {"text": plain(text), "value": value}
    if description:
        made["description"] = plain(description)
    return made


def money(amount: Decimal, currency: str) -> str:
    """Return an amount in whole units, as "EUR 45,000"."""
    return f"{currency} {amount.quantize(Decimal(1), ROUND_HALF_UP):,}"


def ratio(value: Decimal) -> str:
    """Return a coverage ratio rounded down, so that 2.96 never reads as a 3.0 that is called too low."""
    return f"{value.quantize(Decimal('0.1'), ROUND_DOWN)}×"


def percent(share: Decimal) -> str:
    """Return a share from 0 to 1 as whole per cent."""
    return f"{(share * 100).quantize(Decimal(1), ROUND_HALF_UP)}%"


def clock_time(at: datetime, zone: str) -> str:
    """Return a moment as the reader's clock shows it, "18:00"."""
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M}"


def day_and_time(at: datetime, zone: str) -> str:
    """Return a moment with its day in the reader's zone, "Monday 5 Oct, 18:00"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{weekday_date(local.date())}, {local:%H:%M}"


def day_of(at: datetime, zone: str) -> str:
    """Return the day of a moment in the reader's zone, "5 Oct"."""
    return short_date(at.astimezone(ZoneInfo(zone)).date())


def message_view(title: str, *lines: str) -> View:
    """Return a small modal that only says something."""
    return {
        "type": "modal",
        "callback_id": CallbackId.READ_ONLY,
        "title": plain(title, TITLE_LIMIT),
        "close": plain("Close", TITLE_LIMIT),
        "blocks": [section(line) for line in lines],
    }
