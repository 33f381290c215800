"""The health check as a message: conversations owed, coverage per rep, the deals that matter, what is off."""

from __future__ import annotations

from bot.domain.coverage import CoverageStatus
from bot.domain.flags import FlaggedDeal
from bot.domain.health_check import OwedConversation, RepCoverage
from bot.domain.notices import HealthCheckCard
from bot.domain.obligations import Obligation, State, Verdict
from bot.domain.wording import count_of, short_date, weekday_date
from bot.slack.payloads import ActionId, encode
from bot.slack.views.figures import STAGE_NAMES, rep_figures
from bot.slack.views.text import (
    Block,
    button,
    clock_time,
    context,
    day_and_time,
    divider,
    escaped,
    money,
    option,
    plain,
    section,
)

# Fifty blocks a message: two for each conversation, one for each deal, the rest for what stands around them.
MOST_CONVERSATIONS = 12
MOST_LINES = 2800
REPS_A_SECTION = 6

VERDICT_WORDS = {
    Verdict.PENDING: "waiting for confirmation",
    Verdict.VERIFIED: "verified",
    Verdict.UNVERIFIED: "not verified",
    Verdict.UNANSWERED: "no answer, which counts neither way",
    Verdict.CONTRADICTED: "disputed",
}


def summary(card: HealthCheckCard) -> str:
    """Return the one line that a notification and a screen reader give."""
    left = card.check.left
    if left:
        return f"Monday health check: {count_of(left, 'conversation')} owed by {_due(card)}"
    return f"Health check of {short_date(card.check.local_date)}: no conversation is open"


def blocks(card: HealthCheckCard) -> list[Block]:
    """Return the whole message."""
    return [
        {"type": "header", "text": plain(f"Health check · {weekday_date(card.check.local_date)}", 150)},
        context(_standing(card)),
        *_owed(card),
        *_covered(card),
        *_deals(card),
        *_small_print(card),
    ]


def _due(card: HealthCheckCard) -> str:
    return clock_time(card.due_at, card.check.manager.time_zone)


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


def _owed(card: HealthCheckCard) -> list[Block]:
    conversations = card.check.conversations
    if not conversations:
        return [section(_nothing_owed(card))]
    left = card.check.left
    if left:
        title = f"*{count_of(left, 'conversation')} left of {len(conversations)}* · due today {_due(card)}"
    elif disputed := sum(one.obligation.verdict is Verdict.CONTRADICTED for one in conversations):
        title = f"*All conversations are answered, {disputed} disputed.* Talk again, then log it anew."
    else:
        title = "*All conversations are answered.* Nothing is left of this health check."
    made = [section(title)]
    # What still asks for something comes first.
    conversations = tuple(sorted(conversations, key=lambda one: not _answerable(one.obligation)))
    for one in conversations[:MOST_CONVERSATIONS]:
        made += _conversation(one, card)
    if len(conversations) > MOST_CONVERSATIONS:
        rest = len(conversations) - MOST_CONVERSATIONS
        made.append(context(f"{rest} more below: they come up here as you answer these."))
    return made


def _nothing_owed(card: HealthCheckCard) -> str:
    known = [figure for figure in card.check.coverage if figure.coverage.status is not CoverageStatus.OFF]
    if not known:
        return "*No conversation is owed:* coverage can't be judged on this data (see below)."
    return f"*No conversation is owed:* every rep whose coverage is known is at {card.target:.1f}× or above."


def _conversation(one: OwedConversation, card: HealthCheckCard) -> list[Block]:
    obligation = one.obligation
    rep = one.rep_coverage.rep
    if not _answerable(obligation):
        return [context(_answered_words(one, card))]
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
        return f"*{name}* · excused: {escaped(obligation.excused_reason or '', 200)}"
    at = clock_time(obligation.done_at, card.check.manager.time_zone) if obligation.done_at else ""
    late = ", late" if obligation.done_late else ""
    return f":white_check_mark: *{name}* · answered {at}{late} · {VERDICT_WORDS[obligation.verdict]}"


def _covered(card: HealthCheckCard) -> list[Block]:
    owed = {one.rep_coverage.rep.id for one in card.check.conversations if _answerable(one.obligation)}
    others = [figure for figure in card.check.coverage if figure.rep.id not in owed]
    if not others:
        return []
    made = [divider(), section("*Coverage of the other reps*" if owed else "*Coverage of your reps*")]
    for start in range(0, len(others), REPS_A_SECTION):
        made += _figures_section(others[start : start + REPS_A_SECTION], card)
    return made


def _figures_section(figures: list[RepCoverage], card: HealthCheckCard) -> list[Block]:
    texts: list[str] = []
    for figure in figures:
        text = rep_figures(figure, card.currency, fell=figure.rep.id in card.fallen)
        if texts and len(texts[-1]) + len(text) < MOST_LINES:
            texts[-1] += f"\n{text}"
        else:
            texts.append(text)
    return [section(text) for text in texts]


def _deals(card: HealthCheckCard) -> list[Block]:
    check = card.check
    if not card.all_deals:
        return [divider(), section("*No deal raises a flag.*")]
    shown, total = check.deals_shown, len(card.all_deals)
    if not shown:
        title = "*No new flags.* What the first import brought was listed once and does not nag."
    elif len(shown) < total:
        title = f"*The {len(shown)} deals that matter most*, of {total} with flags"
    else:
        title = f"*{count_of(total, 'deal')} with flags*"
    if check.first_listing:
        title += "\n_First check on this data: what the import brought is listed once and never scored._"
    names = {figure.rep.id: figure.rep.name for figure in check.coverage}
    made = [divider(), section(f"{title}\nFlags are signals: answer them where it helps, nothing is owed.")]
    made += [_deal(one, names, card) for one in shown]
    everything = encode(f=card.fire_id)
    made.append(
        {
            "type": "actions",
            "block_id": "all_deals",
            "elements": [button(f"All {total} flagged deals…", ActionId.ALL_DEALS, everything)],
        }
    )
    return made


def _deal(one: FlaggedDeal, names: dict[str, str], card: HealthCheckCard) -> Block:
    text = f"{deal_line(one, names, card.currency)}\n{flag_lines(one, card)}"
    menu = [
        option("It's fixed in the CRM", encode(d=one.deal.id, a="fixed")),
        option("Dismiss, with a reason…", encode(d=one.deal.id, a="dismiss")),
        option("Snooze a week", encode(d=one.deal.id, a="snooze")),
    ]
    return section(
        text,
        block_id=f"deal:{one.deal.id}",
        accessory={"type": "overflow", "action_id": ActionId.DEAL_MENU, "options": menu},
    )


def deal_line(one: FlaggedDeal, names: dict[str, str], currency: str) -> str:
    """Say which deal it is: name, amount, stage, rep."""
    deal = one.deal
    amount = money(deal.amount, currency) if deal.amount is not None else "no amount"
    owner = escaped(names.get(deal.owner_id, "someone else"))
    account = (
        f" ({escaped(deal.account_name, 60)})"
        if deal.account_name and deal.account_name not in deal.name
        else ""
    )
    return f"*{escaped(deal.name)}*{account} · {amount} · {STAGE_NAMES[deal.stage]} · {owner}"


def flag_lines(one: FlaggedDeal, card: HealthCheckCard) -> str:
    """Say each flag of a deal in a line of its own."""
    return "\n".join(f"• {escaped(flag.words(card.check.local_date), 200)}" for flag in one.flags)


def _small_print(card: HealthCheckCard) -> list[Block]:
    made = []
    if card.check.off:
        made.append(context("\n".join(f"{off.what.capitalize()}: {off.reason}" for off in card.check.off)))
    made.append(
        context(
            "Why you get this: you lead these reps. Who sees your answers: the rep a conversation is about, "
            "and your leader from one working day later, as done or not and verified or not."
        )
    )
    return made
