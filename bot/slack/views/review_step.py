"""The window of a pipeline review: one deal after the other, and what it ends with."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from bot.domain.advancing import InCommon
from bot.domain.decisions import ActivityType, Decision, DecisionKind
from bot.domain.inspection import Backing, CriterionStatus
from bot.domain.review_cards import REVIEW, STATUS_MEETING, ReviewEnd, ReviewStep
from bot.domain.wording import count_of, listed, short_date
from bot.slack.payloads import COMMAND, ActionId, CallbackId, encode
from bot.slack.views.decisions import ACTIVITY_NAMES, what
from bot.slack.views.figures import STAGE_NAMES, team_figures
from bot.slack.views.pipeline_review import NAME, deal_head
from bot.slack.views.room import Room, packed_to_fit
from bot.slack.views.text import (
    TITLE_LIMIT,
    Block,
    View,
    button,
    context,
    divider,
    escaped,
    money,
    option,
    plain,
    section,
)

BACKING = {
    Backing.OPEN: "○ open",
    Backing.INSUFFICIENT: "◐ insufficient",
    Backing.EVIDENCED: "● evidenced",
}
GRADES = {"claimed": "claimed", "buyer_quoted": "buyer quoted", "corroborated": "corroborated"}
TITLE = "Pipeline review"
SHORT_REPS = Room(blocks=4, characters=4_000)


def window(shown: ReviewStep | ReviewEnd) -> View:
    """Return the window for wherever the review stands."""
    return step_form(shown) if isinstance(shown, ReviewStep) else end_view(shown)


def step_form(step: ReviewStep) -> View:
    """Return the modal of one deal: facts, flags, evidence, then the decision; read-only for one gone."""
    item = step.item
    made: list[Block] = [context(_progress(step))]
    view: View = {
        "type": "modal",
        "callback_id": CallbackId.READ_ONLY,
        "private_metadata": encode(
            r=step.card.id, d=item.deal.id, p=step.place, k=item.decision.id if item.decision else None
        ),
        "title": plain(TITLE, TITLE_LIMIT),
        "close": plain("Go on later", TITLE_LIMIT),
    }
    if item.gone is not None:
        # It may be another team's: what the CRM says of it now is theirs to see.
        made.append(
            section(f"*{escaped(item.deal.name, NAME)}*\nNothing to decide: {escaped(item.gone, 300)}.")
        )
        view["blocks"] = [*made, _turning(step)]
        return view
    made += [
        section(f"{deal_head(item, step.card.currency)}\n{_facts(step)}"),
        context(f"Picked: {escaped(item.reason, 300)}"),
    ]
    made += [
        *_demotion(step),
        *_flags(step),
        *_evidence(step),
        divider(),
        *_decision_fields(step),
        _turning(step),
    ]
    view["callback_id"] = CallbackId.REVIEW_STEP
    view["submit"] = plain("Change" if item.decision else "Decide, next", TITLE_LIMIT)
    view["blocks"] = made
    return view


def _progress(step: ReviewStep) -> str:
    marks = "".join("○" if item.waits else "●" for item in step.card.items)
    return f"Deal {step.place + 1} of {len(step.card.items)} · {marks} · {len(step.card.waiting)} to decide"


def _facts(step: ReviewStep) -> str:
    deal, today = step.item.deal, step.today
    said = []
    if step.days_in_stage is not None:
        usual = f" (usual {step.usual_days:.0f})" if step.usual_days is not None else ""
        said.append(f"{count_of(step.days_in_stage, 'day')} in its stage{usual}")
    pushed = f", pushed {count_of(step.pushes, 'time')}" if step.pushes else ""
    said.append(
        f"close date {short_date(deal.close_date, today)}{pushed}" if deal.close_date else "no close date"
    )
    if deal.next_step is not None:
        due = f" by {short_date(deal.next_step.due_on, today)}" if deal.next_step.due_on else ""
        said.append(f"next step: {escaped(deal.next_step.text, 120)}{due}")
    if deal.contact_count:
        said.append(count_of(deal.contact_count, "contact"))
    if deal.last_activity_at is not None:
        active_on = deal.last_activity_at.astimezone(ZoneInfo(step.card.manager.time_zone)).date()
        said.append(f"last activity {short_date(active_on, today)}")
    return " · ".join(said)


def _demotion(step: ReviewStep) -> list[Block]:
    proposed = step.demotion
    if proposed is None:
        return []
    where = (
        f"a step back to {STAGE_NAMES[proposed.to_stage]}" if proposed.to_stage else "leaving the pipeline"
    )
    lines = "\n".join(f"• {escaped(one, 160)}" for one in proposed.questions)
    return [section(f"*Proposed: {where}*, since these are open past their day. You decide:\n{lines}")]


def _flags(step: ReviewStep) -> list[Block]:
    if not step.flags:
        return [context("No flag is open on it.")]
    lines = [f"• {escaped(flag.words(step.today), 160)}" for flag in step.flags]
    return [section("*Flags*\n" + "\n".join(lines))]


def _evidence(step: ReviewStep) -> list[Block]:
    if not step.statuses:
        return []
    lines = [_criterion(one) for one in step.statuses]
    return [section("*Evidence for its stage*\n" + "\n".join(lines))]


def _criterion(one: CriterionStatus) -> str:
    grade = f", {GRADES.get(one.best.grade.value, one.best.grade.value)}" if one.best else ""
    return f"{BACKING[one.backing]}{grade}: {escaped(one.criterion.question, 160)}"


def _decision_fields(step: ReviewStep) -> list[Block]:
    deal_id, known = step.item.deal.id, step.item.decision
    in_their_words = "To re-date: in the buyer's words. " if step.may_re_date else ""
    return [
        _input(f"kind:{deal_id}", "What do you decide?", _kinds(step, known), hint=_kind_hint(step)),
        *([_new_close_date(step, known)] if step.may_re_date else []),
        _input(
            f"reason:{deal_id}",
            "Why?",
            _text("reason", known.reason if known else "", 500),
            optional=True,
            hint=f"{in_their_words}To remove: what ended it.",
        ),
        _input(
            f"action:{deal_id}",
            "What happens next with the buyer?",
            _text("action", known.next_action.words if known and known.next_action else "", 500),
            optional=True,
            hint="Needed for every deal that stays in the pipeline.",
        ),
        _input(
            f"activity:{deal_id}",
            "What will the CRM show of it?",
            _activities(known),
            optional=True,
        ),
        _input(f"owner:{deal_id}", "Who does it?", _owners(step, known)),
        _input(f"due_on:{deal_id}", "By when?", _day("due_on", known.due_on if known else step.due_on)),
    ]


def _new_close_date(step: ReviewStep, known: Decision | None) -> Block:
    return _input(
        f"new_close_date:{step.item.deal.id}",
        "New close date",
        _day("new_close_date", known.new_close_date if known else None),
        optional=True,
        hint="Only to re-date it.",
    )


def _kind_hint(step: ReviewStep) -> str | None:
    if step.may_re_date:
        return None
    return (
        f"Its close date was pushed {count_of(step.pushes, 'time')}, so to re-date it again is not offered."
    )


def _kinds(step: ReviewStep, known: Decision | None) -> Block:
    ahead = STAGE_NAMES[step.ahead] if step.ahead else "the next stage"
    offered = [
        option(f"Advance to {ahead}", DecisionKind.ADVANCE, "Needs its evidence, and the CRM to show it"),
        option("Keep as it is: no decision", DecisionKind.KEEP, "With what happens next"),
        option("Remove from the pipeline", DecisionKind.REMOVE, "Say why"),
    ]
    if step.behind:
        offered.insert(1, option(f"Demote to {STAGE_NAMES[step.behind]}", DecisionKind.DEMOTE))
    if step.may_re_date:
        offered.append(option("Re-date", DecisionKind.RE_DATE, "With the buyer's reason"))
    made: Block = {"type": "radio_buttons", "action_id": "kind", "options": offered}
    return _with_initial(made, known.kind.value if known else None)


def _activities(known: Decision | None) -> Block:
    made: Block = {
        "type": "static_select",
        "action_id": "activity",
        "placeholder": plain("Choose", 150),
        "options": [option(ACTIVITY_NAMES[one].capitalize(), one.value) for one in ActivityType],
    }
    action = known.next_action if known else None
    return _with_initial(made, action.activity.value if action else None)


def _owners(step: ReviewStep, known: Decision | None) -> Block:
    made: Block = {
        "type": "static_select",
        "action_id": "owner",
        "options": [option(one.name, one.id) for one in step.owners],
    }
    first = step.owners[0].id if step.owners else None
    return _with_initial(made, known.owner_id if known else first)


def _with_initial(element: Block, value: str | None) -> Block:
    found = next((one for one in element["options"] if one["value"] == value), None)
    return {**element, "initial_option": found} if found else element


def _day(action_id: str, initial: date | None) -> Block:
    made: Block = {"type": "datepicker", "action_id": action_id}
    return {**made, "initial_date": initial.isoformat()} if initial else made


def _text(action_id: str, initial: str, limit: int) -> Block:
    made: Block = {"type": "plain_text_input", "action_id": action_id, "multiline": True, "max_length": limit}
    return {**made, "initial_value": initial} if initial else made


def _input(
    block_id: str, label: str, element: Block, *, optional: bool = False, hint: str | None = None
) -> Block:
    made: Block = {
        "type": "input",
        "block_id": block_id,
        "optional": optional,
        "label": plain(label, 2000),
        "element": element,
    }
    return {**made, "hint": plain(hint, 2000)} if hint else made


def _turning(step: ReviewStep) -> Block:
    review, place, last = step.card.id, step.place, len(step.card.items) - 1
    turns = []
    if place > 0:
        turns.append(button("Back", f"{ActionId.REVIEW_TURN}.back", encode(r=review, p=place - 1)))
    forward = "Next" if place < last else "To the end"
    turns.append(button(forward, f"{ActionId.REVIEW_TURN}.next", encode(r=review, p=place + 1)))
    return {"type": "actions", "block_id": f"turn:{place}", "elements": turns}


def end_view(end: ReviewEnd) -> View:
    """Return what a review ends with: its outcome, the coverage gap, what advancing deals have in common."""
    card = end.card
    made: list[Block] = [section(_outcome(end))]
    if card.taken:
        made.append(section("\n".join(_taken(end))))
    # Never coverage without conversion and velocity: a gap can be one of pipeline or of what moves on.
    short = packed_to_fit(
        team_figures(end.short, card.currency), SHORT_REPS, lambda rest: f"{rest} more in `{COMMAND} team`."
    )
    made += [divider(), section(_gap(end)), *short, section(_common(end.common))]
    waiting = next((at for at, item in enumerate(card.items) if item.waits), None)
    back = waiting if waiting is not None else max(0, len(card.items) - 1)
    if card.items:
        text = "To the deals that wait" if waiting is not None else "Back to the deals"
        made.append(
            {
                "type": "actions",
                "block_id": "turn:end",
                "elements": [button(text, f"{ActionId.REVIEW_TURN}.back", encode(r=card.id, p=back))],
            }
        )
    return {
        "type": "modal",
        "callback_id": CallbackId.READ_ONLY,
        "private_metadata": encode(r=card.id),
        "title": plain(TITLE, TITLE_LIMIT),
        "close": plain("Close", TITLE_LIMIT),
        "blocks": made,
    }


def _taken(end: ReviewEnd) -> list[str]:
    card = end.card
    return [
        f"• *{escaped(item.deal.name, 80)}* · {what(item.decision)} · "
        f"{escaped(card.names.get(item.decision.owner_id, 'nobody'), 60)} "
        f"until {short_date(item.decision.due_on)}"
        for item in card.items
        if item.decision is not None
    ]


def _outcome(end: ReviewEnd) -> str:
    card = end.card
    decided = sum(one.kind.decides for one in card.taken)
    if card.outcome == REVIEW:
        return (
            f":white_check_mark: *The review is done.* {count_of(len(card.taken), 'deal')}, each with what "
            f"happens next; {count_of(decided, 'decision')}."
        )
    if card.outcome == STATUS_MEETING:
        return (
            "*Recorded as a status meeting.* No deal was advanced, demoted, removed or re-dated. "
            "Go back and take one decision, and it counts as a review."
        )
    return f"*{count_of(len(card.waiting), 'deal')} still to decide.* The review can be continued any time."


def _gap(end: ReviewEnd) -> str:
    gap, currency = end.gap, end.card.currency
    off = f" _Unknown for {escaped(listed(gap.off, 'and'), 300)}._" if gap.off else ""
    target = f"{end.target:.1f}×"
    if gap.gap is None:
        return f"*Coverage gap:* off, coverage can't be judged on this data.{off}"
    if not gap.short:
        return f"*Coverage gap:* none, every rep whose coverage is known is at {target} or above.{off}"
    return (
        f"*Coverage gap:* the team lacks {money(gap.gap, currency)} of open pipeline to {target}, over "
        f"{gap.short} of {count_of(gap.known, 'rep')}.{off}"
    )


def _common(common: InCommon) -> str:
    deals = f"{count_of(common.advancing, 'deal')} of the last 30 days and today"
    head = f"*What advancing deals have in common* ({deals})"
    off = f"\n_Not known: {escaped(listed(common.off, 'and'), 300)}._" if common.off else ""
    if not common.shared:
        return f"{head}\n{escaped(common.reason or 'too few to say').capitalize()}.{off}"
    lines = [
        f"• {escaped(one.words)}: {one.advancing} of {one.of_advancing}, and {one.others} of the "
        f"{one.of_others} others"
        for one in common.shared
    ]
    return head + "\n" + "\n".join(lines) + off
