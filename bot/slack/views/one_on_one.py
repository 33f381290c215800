"""One-on-ones as people read them: a slot with its agenda, the question after it, a week, what changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.obligations import State
from bot.domain.one_on_one import Adherence, SlotState
from bot.domain.one_on_one_cards import AcceptedSeries, Invitation, OneOnOneWeek, SlotCard
from bot.domain.one_on_one_schedule import FORTNIGHT
from bot.domain.people import Person
from bot.domain.wording import count_of, short_date
from bot.slack.payloads import ActionId, encode
from bot.slack.views.one_on_one_agenda import agenda_texts
from bot.slack.views.room import MESSAGE, Room, fill
from bot.slack.views.text import (
    Block,
    View,
    button,
    clock_time,
    context,
    day_and_time,
    escaped,
    message_view,
    plain,
    section,
)

MARKS = {
    SlotState.SCHEDULED: ":spiral_calendar_pad:",
    SlotState.HELD: ":white_check_mark:",
    SlotState.MOVED: ":arrow_right:",
    SlotState.CANCELLED: ":x:",
    SlotState.MISSED: ":warning:",
}


# ------------------------------------------------------------ a slot


def agenda_summary(card: SlotCard) -> str:
    """Return the notification of the morning."""
    return f"One-on-one with {escaped(card.other.name)} today at {_time(card, card.slot.starts_at)}"


def agenda_blocks(card: SlotCard) -> list[Block]:
    """Return a slot of today with what there is to talk about; one that is over is a line."""
    if not card.slot.is_scheduled:
        return [section(line(card))]
    if card.leads and card.has_ended:
        return [section(f"{line(card)} · over, see the question about it")]
    made = [section(f"{line(card)}{_proposal_words(card)}")]
    made += [section(text) for text in agenda_texts(card.agenda, card.viewer, card.now)]
    if not card.has_ended:
        made.append(_agenda_buttons(card))
    return made


def _agenda_buttons(card: SlotCard) -> Block:
    value = encode(s=card.slot.id)
    other = (
        button("Move…", ActionId.MOVE_ONE_ON_ONE, value, label=f"Move the one-on-one with {card.rep.name}")
        if card.leads
        else button("Propose another time…", ActionId.PROPOSE_TIME, value)
    )
    add = button(
        "Add to the agenda…",
        ActionId.ADD_TO_AGENDA,
        value,
        label=f"Add to the agenda with {card.other.name}",
    )
    return {"type": "actions", "elements": [add, other]}


def line(card: SlotCard) -> str:
    """Say a slot in a line: with whom, when, and where it stands."""
    who = f"{MARKS[card.slot.state]} *One-on-one with {escaped(card.other.name)}*"
    when = day_and_time(card.slot.starts_at, card.viewer.time_zone)
    return f"{who} · {when}–{_time(card, card.slot.ends_at)}{_standing(card)}"


def _standing(card: SlotCard) -> str:
    slot = card.slot
    if slot.excused_reason:
        return f" · excused ({escaped(slot.excused_reason, 160)})"
    match slot.state:
        case SlotState.SCHEDULED:
            return ""
        case SlotState.HELD:
            owed = card.obligation
            open_log = owed is not None and owed.state not in {State.DONE, State.EXCUSED}
            return " · held, not logged yet" if open_log else " · held"
        case SlotState.MOVED:
            to = day_and_time(card.moved_to_at, card.viewer.time_zone) if card.moved_to_at else "another time"
            return f" · moved to {to}"
        case SlotState.CANCELLED:
            return " · cancelled"
        case SlotState.MISSED:
            return " · missed"


def _proposal_words(card: SlotCard) -> str:
    if card.slot.proposed_at is None:
        return ""
    when = day_and_time(card.slot.proposed_at, card.viewer.time_zone)
    return f"\n{'You' if not card.leads else escaped(card.rep.name)} proposed {when}."


def _time(card: SlotCard, at: datetime) -> str:
    return clock_time(at, card.viewer.time_zone)


# ------------------------------------------------------------ after its end


def ended_summary(card: SlotCard) -> str:
    """Return the notification of the question."""
    name = escaped(card.rep.name)
    if not card.slot.is_scheduled:
        return f"One-on-one with {name}{_standing(card)}"
    return f"How did it go with {name}? Held, moved or cancelled: one click."


def ended_blocks(card: SlotCard) -> list[Block]:
    """Return the question what became of a slot, or the line that says it."""
    if not card.slot.is_scheduled:
        return [section(line(card)), *_log_button(card), *_made_good(card), *_changes_words(card)]
    # The words stand as long as nobody answers: "just now" would be wrong from the next day on.
    ended = day_and_time(card.slot.ends_at, card.viewer.time_zone)
    return [section(f"{line(card)}\nIt was to end on {ended}. What became of it?"), outcome_buttons(card)]


def outcome_buttons(card: SlotCard) -> Block:
    """Return the three answers, one click each."""
    value, which = encode(s=card.slot.id), _which(card)
    held = button(
        "Held", ActionId.ONE_ON_ONE_HELD, value, style="primary", label=f"Held: one-on-one on {which}"
    )
    moved = button("Moved…", ActionId.MOVE_ONE_ON_ONE, value, label=f"Moved: one-on-one on {which}")
    cancelled = button(
        "Cancelled", ActionId.ONE_ON_ONE_CANCELLED, value, label=f"Cancelled: one-on-one on {which}"
    )
    return {"type": "actions", "elements": [held, moved, cancelled]}


def _which(card: SlotCard) -> str:
    """Name a slot among others of the same two, its time first: a long name is cut off at its end."""
    return f"{day_and_time(card.slot.starts_at, card.viewer.time_zone)}, with {card.other.name}"


def _log_button(card: SlotCard) -> list[Block]:
    if not card.is_to_log:
        return []
    log = button(
        "Log it…",
        ActionId.ONE_ON_ONE_HELD,
        encode(s=card.slot.id),
        style="primary",
        label=f"Log the one-on-one on {_which(card)}",
    )
    return [{"type": "actions", "elements": [log]}]


def _made_good(card: SlotCard) -> list[Block]:
    """Return the way to say late that a missed one took place, for as long as it can be logged."""
    if not card.can_be_made_good:
        return []
    held = button(
        "Held after all…",
        ActionId.ONE_ON_ONE_HELD,
        encode(s=card.slot.id),
        label=f"Held after all: one-on-one on {_which(card)}",
    )
    return [{"type": "actions", "elements": [held]}]


def _changes_words(card: SlotCard) -> list[Block]:
    if not card.changes:
        return []
    return [
        context(
            f"One-on-ones with {escaped(card.rep.name)} were moved or cancelled "
            f"{count_of(card.changes, 'time')} this quarter. Your leader sees that from the next working day."
        )
    ]


# ------------------------------------------------------------ what changed, what is asked


def changed_summary(card: SlotCard) -> str:
    """Return the notification of a change: what it is, for who reads no more than that."""
    when = day_and_time(card.slot.starts_at, card.viewer.time_zone)
    name = escaped(card.other.name)
    if card.slot.is_scheduled:
        return f"Your one-on-one with {name} stays on {when}"
    return f"Your one-on-one with {name} on {when}{_standing(card)}"


def changed_blocks(card: SlotCard) -> list[Block]:
    """Return what a manager's change means to the rep."""
    if card.slot.is_scheduled:
        when = day_and_time(card.slot.starts_at, card.viewer.time_zone)
        return [
            section(
                f"Your one-on-one with *{escaped(card.other.name)}* stays on {when}. Another time didn't fit."
            )
        ]
    return [section(line(card))]


def series_blocks(found: AcceptedSeries) -> list[Block]:
    """Return what a rep is told once their manager has scheduled one-on-ones with them."""
    slotting = found.series.slotting
    rhythm = "every two weeks" if slotting.every_weeks == FORTNIGHT else "every week"
    when = day_and_time(found.first, found.rep.time_zone)
    return [
        section(
            f"*{escaped(found.manager.name)}* scheduled one-on-ones with you: {rhythm}, "
            f"the first one {when}, {slotting.minutes} minutes."
        ),
        context(
            "The agenda comes in the morning of each. `/one-on-one` shows them, and lets you propose another "
            "time. Afterwards you are asked whether it took place."
        ),
    ]


def series_summary(manager: Person) -> str:
    """Return the notification of a new schedule."""
    return f"{escaped(manager.name)} scheduled one-on-ones with you"


def proposal_summary(card: SlotCard) -> str:
    """Return the notification of a proposal."""
    name = escaped(card.rep.name)
    if card.slot.proposed_at is None or not card.slot.is_scheduled:
        return f"{name} asked for another time for your one-on-one: answered"
    return f"{name} asks for another time for your one-on-one"


def proposal_blocks(card: SlotCard) -> list[Block]:
    """Return a rep's proposal with the two answers, or what became of it."""
    zone, slot = card.viewer.time_zone, card.slot
    if slot.proposed_at is None or not slot.is_scheduled:
        return [section(line(card))]
    note = f"\n> {escaped(slot.proposal_note, 300)}" if slot.proposal_note else ""
    value = encode(s=slot.id)
    return [
        section(
            f"*{escaped(card.rep.name)}* asks to move your one-on-one from "
            f"{day_and_time(slot.starts_at, zone)} to *{day_and_time(slot.proposed_at, zone)}*.{note}"
        ),
        {
            "type": "actions",
            "elements": [
                button(
                    "Accept",
                    ActionId.ACCEPT_TIME,
                    value,
                    style="primary",
                    label=f"Accept the time of {card.rep.name}",
                ),
                button("Decline", ActionId.DECLINE_TIME, value, label=f"Decline the time of {card.rep.name}"),
                button("Another time…", ActionId.MOVE_ONE_ON_ONE, value),
            ],
        },
    ]


def invitation_summary(invitation: Invitation) -> str:
    """Return the notification of an invitation."""
    return f"{escaped(invitation.rep.name)} reports to you now: schedule your one-on-ones"


def invitation_blocks(invitation: Invitation) -> list[Block]:
    """Return the invitation to schedule one-on-ones with a rep who is new to a manager."""
    name = escaped(invitation.rep.name)
    if invitation.scheduled:
        return [section(f":white_check_mark: Your one-on-ones with *{name}* are scheduled.")]
    return [
        section(
            f"*{name}* reports to you now and has no one-on-ones with you yet.",
            accessory=button("Schedule…", ActionId.SET_UP_ONE_ON_ONES, encode(r=invitation.rep.id)),
        )
    ]


# ------------------------------------------------------------ a week


def week_blocks(week: OneOnOneWeek, room: Room = MESSAGE) -> list[Block]:
    """Return a person's one-on-ones of this week and the next, with the way to answer and to move them."""
    made: list[Block] = [
        {"type": "header", "text": plain(f"One-on-ones from {short_date(week.starts_on)}", 150)}
    ]
    foot = _week_foot(week)
    if not week.slots:
        made.append(section("No one-on-ones are scheduled."))
    groups = [slot_blocks(card) for card in week.slots]
    made += fill(groups, room.less([*made, *foot]), lambda rest: f"and {rest} more")
    return [*made, *foot]


def slot_blocks(card: SlotCard) -> list[Block]:
    """Return a slot as a line with what the viewer can do about it now."""
    value = encode(s=card.slot.id)
    if card.leads and card.slot.state is SlotState.HELD:
        return [section(line(card)), *_log_button(card)]
    if not card.slot.is_scheduled:
        return [section(line(card)), *_made_good(card)]
    if card.leads and card.has_begun:
        return [section(line(card)), outcome_buttons(card)]
    words = f"{line(card)}{_proposal_words(card)}"
    label = f"Agenda of {_which(card)}"
    return [section(words, accessory=button("Agenda…", ActionId.OPEN_AGENDA, value, label=label))]


def kept_words(kept: Adherence) -> str:
    """Say how much of a schedule was kept, as "4 of 6 held, 3 confirmed, 1 not logged yet"."""
    confirmed = f", {kept.verified} confirmed" if kept.held else ""
    to_log = f", {kept.to_log} not logged yet" if kept.to_log else ""
    return f"{kept.held} of {kept.due} held{confirmed}{to_log}"


def _week_foot(week: OneOnOneWeek) -> list[Block]:
    made = []
    kept = week.adherence
    if kept is not None and (kept.due or kept.open):
        said = kept_words(kept) if kept.due else "none due so far"
        excused = f" · {kept.excused} excused, counted neither way" if kept.excused else ""
        made.append(section(f"*The schedule you accepted, this quarter* · {said}{excused}"))
    if week.unsettled:
        names = ", ".join(f"{escaped(rep.name, 60)} ({count}×)" for rep, count in week.unsettled[:20])
        made.append(section(f":warning: *Moved or cancelled more than once this quarter* · {names}"))
    if week.unscheduled:
        names = ", ".join(escaped(rep.name, 60) for rep in week.unscheduled[:20])
        made.append(section(f"*Without one-on-ones* · {names}"))
    if week.leads:
        text = "Change the schedule…" if not week.unscheduled else "Set up the schedule…"
        made.append({"type": "actions", "elements": [button(text, ActionId.SET_UP_ONE_ON_ONES, encode())]})
    return made


def choose_blocks(cards: Sequence[SlotCard], room: Room = MESSAGE) -> list[Block]:
    """Return what can be moved, each with the button that does; for a rep, that proposes."""
    made = [section("Which one?")]
    groups = []
    for card in cards:
        action = ActionId.MOVE_ONE_ON_ONE if card.leads else ActionId.PROPOSE_TIME
        text = "Move…" if card.leads else "Propose another time…"
        label = f"{text} {_which(card)}"
        accessory = button(text, action, encode(s=card.slot.id), label=label)
        groups.append([section(line(card), accessory=accessory)])
    return [*made, *fill(groups, room.less(made), lambda rest: f"and {rest} more")]


def agenda_view(card: SlotCard) -> View:
    """Return the modal of a slot's agenda, with what the viewer can add and change."""
    texts = agenda_texts(card.agenda, card.viewer, card.now)
    view = message_view("Agenda", line(card), *(texts or ["Nothing is on the agenda yet."]))
    if card.slot.is_scheduled and not card.has_ended:
        view["blocks"].append(_agenda_buttons(card))
    return view


def moved_view(rep: Person, to: datetime, zone: str, changes: int) -> View:
    """Return what the form says once a slot was moved; `changes`: how often this quarter, if too often."""
    lines = [f"Your one-on-one with *{escaped(rep.name)}* is on {day_and_time(to, zone)} now. They are told."]
    if changes:
        often = count_of(changes, "time")
        lines.append(f":warning: One-on-ones with them were moved or cancelled {often} this quarter.")
    return message_view("Moved", *lines)
