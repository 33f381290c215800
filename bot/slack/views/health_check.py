"""The health check as a message: conversations owed, coverage per rep, the deals that matter, what is off."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.coverage import CoverageStatus
from bot.domain.health_check import OwedConversation
from bot.domain.notices import HealthCheckCard
from bot.domain.obligations import Obligation, State, Verdict
from bot.domain.wording import count_of, listed, short_date, weekday_date
from bot.slack.payloads import COMMAND, ActionId, encode
from bot.slack.views import flagged_deals
from bot.slack.views.figures import STAGE_NAMES, rep_figures, team_figures
from bot.slack.views.room import MESSAGE, Room, fill, packed_to_fit
from bot.slack.views.text import (
    Block,
    button,
    clock_time,
    context,
    day_and_time,
    divider,
    escaped,
    option,
    percent,
    plain,
    section,
)

# Conversations come first and deals after them; what they leave is for the figures of the other reps.
CONVERSATIONS_SHARE = 0.55
DEALS_SHARE = 0.6
MOST_CONVERSATIONS = 12
MOST_UNSCHEDULED = 6

VERDICT_WORDS = {
    Verdict.PENDING: "waiting for confirmation",
    Verdict.VERIFIED: "verified",
    Verdict.UNVERIFIED: "not verified",
    Verdict.UNANSWERED: "the rep has not answered, which counts neither way",
    Verdict.CONTRADICTED: "disputed",
}


def summary(card: HealthCheckCard) -> str:
    """Return the one line that a notification and a screen reader give."""
    left = card.check.left
    if left:
        return f"Health check: {count_of(left, 'conversation')} owed by {_due(card)}"
    return f"Health check of {short_date(card.check.local_date)}: no conversation is open"


def blocks(card: HealthCheckCard, room: Room = MESSAGE) -> list[Block]:
    """Return the message within what Slack takes: where not everything fits, a line says so."""
    head: list[Block] = [
        {"type": "header", "text": plain(f"Health check · {weekday_date(card.check.local_date)}", 150)},
        context(_standing(card)),
    ]
    small_print = [*_unscheduled(card), *_small_print(card)]
    room = room.less([*head, *small_print])
    owed = _owed(card, room.share(CONVERSATIONS_SHARE))
    deals = flagged_deals.blocks(card, room.less(owed).share(DEALS_SHARE))
    covered = _covered(card, room.less([*owed, *deals]))
    return [*head, *owed, *covered, *deals, *small_print]


def _due(card: HealthCheckCard) -> str:
    return clock_time(card.due_at, card.check.manager.time_zone)


def _due_words(card: HealthCheckCard) -> str:
    zone = ZoneInfo(card.check.manager.time_zone)
    due, now = card.due_at.astimezone(zone), card.check.now.astimezone(zone)
    if due.date() == now.date():
        return f"due today {_due(card)}"
    when = day_and_time(card.due_at, card.check.manager.time_zone)
    return f"was due {when}" if due < now else f"due {when}"


def _standing(card: HealthCheckCard) -> str:
    check = card.check
    parts = [check.period.label, _crm_words(card)]
    if check.late:
        parts.append("late: Drumbeat was not running at the planned time")
    return " · ".join(parts)


def _crm_words(card: HealthCheckCard) -> str:
    as_of = card.check.crm_as_of
    if as_of is None:
        return "no CRM data yet"
    words = f"CRM as of {day_and_time(as_of, card.check.manager.time_zone)}"
    return f"{words}, older than expected: verdicts wait for newer data" if card.check.crm_is_old else words


def _owed(card: HealthCheckCard, room: Room) -> list[Block]:
    conversations = card.check.conversations
    if not conversations:
        return [section(_nothing_owed(card))]
    asking = sorted((one for one in conversations if _answerable(one.obligation)), key=_nearness)
    answered = [one for one in conversations if not _answerable(one.obligation)]
    made = [section(_what_is_left(card))]
    # What still asks for something comes first.
    groups = [_conversation(one, card) for one in asking[:MOST_CONVERSATIONS]]
    hidden = len(asking) - len(groups)
    made += fill(
        [*groups, *([[context(_come_up(hidden))]] if hidden else [])],
        room.less(made),
        lambda rest: _come_up(rest - bool(hidden) + hidden),
    )
    return made + fill(
        [[context(_answered_words(one, card))] for one in answered],
        room.less(made),
        lambda rest: f"{rest} more answered: `{COMMAND} week` lists them.",
    )


def _nearness(one: OwedConversation) -> tuple[Decimal, str]:
    """Sort those furthest from the target first, and those alike by name, so that no card changes about."""
    return one.rep_coverage.coverage.ratio or Decimal(0), one.rep_coverage.rep.name


def _come_up(rest: int) -> str:
    return f"{count_of(rest, 'more conversation')}: they come up here as you answer these."


def _what_is_left(card: HealthCheckCard) -> str:
    obligations = [one.obligation for one in card.check.conversations]
    asked = sum(one.state is not State.EXCUSED for one in obligations)
    disputed = sum(one.verdict is Verdict.CONTRADICTED for one in obligations)
    if left := card.check.left:
        # Those excused were never asked for: counting them would make the work look larger than it is.
        owed = f"{count_of(left, 'conversation')} owed"
        title = owed if left == asked else f"{left} of {asked} conversations left"
        anew = f" · {disputed} disputed" if disputed else ""
        return f"*{title}*{anew} · {_due_words(card)} · coverage below {_target(card)}"
    if missed := sum(one.state is State.MISSED for one in obligations):
        return f"*{count_of(missed, 'conversation')} missed:* the next check has come. You can still log."
    if disputed:
        return f"*All conversations are answered, {disputed} disputed.* Talk again, then log it anew."
    if not asked:
        return f"*No conversation is owed:* everyone with coverage below {_target(card)} is excused."
    return "*All conversations are answered.* Nothing is left of this health check."


def _target(card: HealthCheckCard) -> str:
    return f"{card.target:.1f}×"


def _nothing_owed(card: HealthCheckCard) -> str:
    known = [figure for figure in card.check.coverage if figure.coverage.status is not CoverageStatus.OFF]
    if not known:
        return "*No conversation is owed:* coverage can't be judged on this data (see below)."
    return f"*No conversation is owed:* every rep whose coverage is known is at {_target(card)} or above."


def _conversation(one: OwedConversation, card: HealthCheckCard) -> list[Block]:
    obligation = one.obligation
    rep = one.rep_coverage.rep
    reference = encode(o=obligation.id, v=obligation.version)
    figures = rep_figures(one.rep_coverage, card.currency, fell=rep.id in card.fallen)
    note = _note(obligation, card)
    again = obligation.verdict is Verdict.CONTRADICTED
    actions = [
        button(
            "Log it again" if again else "Log the conversation",
            ActionId.LOG_CONVERSATION,
            reference,
            style="primary",
            label=f"Log the conversation with {rep.name}",
        )
    ]
    if one.confirmable_plan and obligation.is_open:
        agreed = short_date(one.confirmable_plan.agreed_on)
        actions.append(
            button(
                f"Confirm the plan of {agreed}",
                ActionId.CONFIRM_PLAN,
                reference,
                label=f"Confirm the plan of {agreed} with {rep.name}",
            )
        )
    if obligation.is_open:
        actions.append(_snooze_menu(obligation, card))
    return [
        section(f"{figures}\n{note}" if note else figures),
        {"type": "actions", "block_id": f"owed:{obligation.id}", "elements": actions},
    ]


def _answerable(obligation: Obligation) -> bool:
    if obligation.state is State.DONE:
        return obligation.verdict is Verdict.CONTRADICTED
    return obligation.state is not State.EXCUSED


def _note(obligation: Obligation, card: HealthCheckCard) -> str:
    if obligation.verdict is Verdict.CONTRADICTED:
        return f"*Disputed.* {escaped(' '.join(reason.text for reason in obligation.reasons), 300)}"
    if obligation.is_snoozed(card.check.now) and obligation.snoozed_until:
        until = day_and_time(obligation.snoozed_until, card.check.manager.time_zone)
        return f"_Snoozed until {until}; still due at {_due(card)}._"
    if obligation.state is State.OVERDUE:
        return "*Overdue.* Late is accepted, and marked late."
    if obligation.state is State.MISSED:
        return "*Missed:* the next health check has come. You can still log it."
    return ""


def _snooze_menu(obligation: Obligation, card: HealthCheckCard) -> Block:
    return {
        "type": "overflow",
        "action_id": ActionId.SNOOZE,
        "options": [
            option(f"Snooze: {label}", encode(o=obligation.id, s=option_id))
            for option_id, label in card.snooze_options
        ],
    }


def _answered_words(one: OwedConversation, card: HealthCheckCard) -> str:
    obligation = one.obligation
    name = escaped(one.rep_coverage.rep.name)
    if obligation.state is State.EXCUSED:
        return f"*{name}* · excused ({escaped(obligation.excused_reason or 'no reason given', 200)})"
    at = clock_time(obligation.done_at, card.check.manager.time_zone) if obligation.done_at else ""
    late = ", late" if obligation.done_late else ""
    return f":white_check_mark: *{name}* · done {at}{late} · {VERDICT_WORDS[obligation.verdict]}"


def _covered(card: HealthCheckCard, room: Room) -> list[Block]:
    owed = {one.rep_coverage.rep.id for one in card.check.conversations if _answerable(one.obligation)}
    others = [figure for figure in card.check.coverage if figure.rep.id not in owed]
    if not others:
        return []
    title = "*Coverage of the other reps*" if owed else "*Coverage of your reps*"
    made = [divider(), section(f"{title}{_team_drop(card)}")]
    texts = team_figures(others, card.currency, card.fallen)
    return made + packed_to_fit(
        texts, room.less(made), lambda rest: f"{count_of(rest, 'more rep')} on Drumbeat's Home tab."
    )


def _team_drop(card: HealthCheckCard) -> str:
    if card.team_drop is None:
        return ""
    before, current = card.team_drop
    steps = f"{STAGE_NAMES[current.stage]} → {STAGE_NAMES[current.next_stage]}"
    shares = f"{percent(before.rate or Decimal(0))} to {percent(current.rate or Decimal(0))}"
    made_of = f"{current.advanced} of {current.entered} deals"
    return f"\n*{steps} fell across the team* on the quarter before: from {shares} ({made_of})"


def _unscheduled(card: HealthCheckCard) -> list[Block]:
    """Return with whom no one-on-ones are scheduled, and the way there: nobody else tells a manager."""
    if not card.unscheduled:
        return []
    named = [escaped(rep.name, 60) for rep in card.unscheduled[:MOST_UNSCHEDULED]]
    hidden = len(card.unscheduled) - len(named)
    names = listed([*named, *([f"{hidden} more"] if hidden else [])], "and")
    set_up = button("Set them up…", ActionId.SET_UP_ONE_ON_ONES, encode(), label="Set up the one-on-ones")
    return [divider(), section(f"*One-on-ones:* none are scheduled with {names}.", accessory=set_up)]


def _small_print(card: HealthCheckCard) -> list[Block]:
    made = []
    if card.check.off:
        made.append(context("\n".join(f"{off.what.capitalize()} · {off.reason}" for off in card.check.off)))
    made.append(
        context(
            "Why you get this: you lead these reps. Who sees your answers: the rep a conversation is about, "
            "and your leader from one working day later, as done or not and verified or not."
        )
    )
    return made
