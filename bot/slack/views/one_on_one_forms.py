"""The forms of one-on-ones: the schedule to accept, another time, an item for the agenda."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from bot.domain.one_on_one_cards import ScheduleDraft, SlotCard
from bot.domain.one_on_one_schedule import FORTNIGHT, Slotting, weekday_name
from bot.domain.people import Person
from bot.slack.payloads import CallbackId, encode
from bot.slack.views.text import (
    TITLE_LIMIT,
    Block,
    View,
    clip,
    context,
    day_and_time,
    escaped,
    message_view,
    option,
    plain,
    section,
)

NONE = "none"
WEEKDAYS = (0, 1, 2, 3, 4)


def schedule_form(draft: ScheduleDraft) -> View:
    """Return the modal with a rhythm and a time for every rep, as it is or as it is proposed."""
    blocks: list[Block] = [
        section(
            "A one-on-one with each rep. Change what doesn't suit you, then accept: from then on this is the "
            f"schedule you are asked about. Times are yours ({escaped(draft.manager.time_zone)}), each rep "
            "sees their own."
        )
    ]
    blocks += [section(f":warning: {escaped(words, 300)}") for words in draft.warnings[:6]]
    for rep, slotting in draft.rows:
        blocks += _row(rep, slotting, draft)
    if draft.left_out:
        blocks.append(context(f"{draft.left_out} more reps keep what they have: open this again for them."))
    return {
        "type": "modal",
        "callback_id": CallbackId.ONE_ON_ONE_SCHEDULE,
        "private_metadata": encode(),
        "title": plain("One-on-ones", TITLE_LIMIT),
        "submit": plain("Accept", TITLE_LIMIT),
        "close": plain("Cancel", TITLE_LIMIT),
        "blocks": blocks,
    }


def _row(rep: Person, slotting: Slotting, draft: ScheduleDraft) -> list[Block]:
    options = _rhythms()
    chosen = rhythm_value(slotting, draft.today)
    initial = next((one for one in options if one["value"] == chosen), options[-1])
    name = clip(rep.name, 100)
    there = "" if rep.time_zone == draft.manager.time_zone else f" ({rep.time_zone})"
    return [
        {
            "type": "input",
            "block_id": rep.id,
            "label": plain(f"{name}{there}", 2000),
            "element": {
                "type": "static_select",
                "action_id": "rhythm",
                "initial_option": initial,
                "options": options,
            },
        },
        {
            "type": "input",
            "block_id": f"at_{rep.id}",
            "label": plain(f"{name}: at", 2000),
            "element": {
                "type": "timepicker",
                "action_id": "at",
                "initial_time": f"{slotting.at:%H:%M}",
            },
        },
    ]


def _rhythms() -> list[Block]:
    """Return the rhythms to choose from; every two weeks from this week on, or from the next."""
    weekly = [option(f"{weekday_name(day)}, every week", f"{day}.1.0") for day in WEEKDAYS]
    fortnightly = [
        option(f"{weekday_name(day)}, every two weeks from {words}", f"{day}.2.{later}")
        for day in WEEKDAYS
        for later, words in ((0, "this one"), (1, "the next"))
    ]
    return [*weekly, *fortnightly, option("No one-on-ones", NONE)]


def rhythm_value(slotting: Slotting, today: date) -> str:
    """Return the value of the choice that a slotting is, seen from today's week."""
    this_week = Slotting(slotting.rep_id, slotting.weekday, slotting.at, slotting.every_weeks, today)
    later = int(slotting.every_weeks == FORTNIGHT and this_week.place != slotting.place)
    return f"{slotting.weekday}.{slotting.every_weeks}.{later}"


def accepted_view(scheduled: int, without: list[Person], warnings: tuple[str, ...]) -> View:
    """Return what the form turns into once the schedule is accepted."""
    are = "rep is" if scheduled == 1 else "reps are"
    lines = [
        f":white_check_mark: One-on-ones with {scheduled} {are} scheduled. Each of them is told.",
        "The agenda comes in the morning, a question after each: held, moved or cancelled?",
    ]
    if without:
        lines.append(f"Without one-on-ones: {', '.join(escaped(rep.name, 60) for rep in without[:20])}")
    lines += [f":warning: {escaped(words, 300)}" for words in warnings[:6]]
    return message_view("Accepted", *lines)


def new_time_form(card: SlotCard) -> View:
    """Return the modal in which the manager moves a slot, or the rep proposes another time for it."""
    zone = card.viewer.time_zone
    local = card.slot.starts_at.astimezone(ZoneInfo(zone))
    today = card.now.astimezone(ZoneInfo(zone)).date()
    blocks: list[Block] = [
        section(
            f"One-on-one with *{escaped(card.other.name)}*, now on {day_and_time(card.slot.starts_at, zone)}"
        ),
        {
            "type": "input",
            "block_id": "day",
            "label": plain("Day", 2000),
            "element": {
                "type": "datepicker",
                "action_id": "day",
                "initial_date": max(local.date(), today).isoformat(),
            },
        },
        {
            "type": "input",
            "block_id": "at",
            "label": plain("Time", 2000),
            "hint": plain(f"On your clock ({zone})", 2000),
            "element": {"type": "timepicker", "action_id": "at", "initial_time": f"{local:%H:%M}"},
        },
    ]
    if card.leads:
        blocks.append(context("Within the same week it still counts as kept, once it was held."))
    else:
        blocks.append(_note_input())
    return {
        "type": "modal",
        "callback_id": CallbackId.MOVE_ONE_ON_ONE if card.leads else CallbackId.PROPOSE_TIME,
        "private_metadata": encode(s=card.slot.id),
        "title": plain("Move it" if card.leads else "Propose another time", TITLE_LIMIT),
        "submit": plain("Move" if card.leads else "Propose", TITLE_LIMIT),
        "close": plain("Cancel", TITLE_LIMIT),
        "blocks": blocks,
    }


def _note_input() -> Block:
    return {
        "type": "input",
        "block_id": "note",
        "optional": True,
        "label": plain("Why?", 2000),
        "element": {"type": "plain_text_input", "action_id": "note", "max_length": 300},
    }


def item_form(card: SlotCard) -> View:
    """Return the modal that puts something on an agenda."""
    return {
        "type": "modal",
        "callback_id": CallbackId.AGENDA_ITEM,
        "private_metadata": encode(s=card.slot.id),
        "title": plain("Add to the agenda", TITLE_LIMIT),
        "submit": plain("Add", TITLE_LIMIT),
        "close": plain("Cancel", TITLE_LIMIT),
        "blocks": [
            section(
                f"One-on-one with *{escaped(card.other.name)}*, "
                f"{day_and_time(card.slot.starts_at, card.viewer.time_zone)}"
            ),
            {
                "type": "input",
                "block_id": "item",
                "label": plain("What do you want to talk about?", 2000),
                "element": {"type": "plain_text_input", "action_id": "item", "max_length": 200},
            },
            context(f"{escaped(card.other.name)} sees it."),
        ],
    }
