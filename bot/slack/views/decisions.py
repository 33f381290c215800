"""Decisions in words: what was decided, what became of it, why it was judged so, Friday's question."""

from __future__ import annotations

from bot.domain.decision_verification import FollowThrough, Judgement
from bot.domain.decisions import ActivityType, Decision, DecisionKind, DecisionState
from bot.domain.obligations import Reason, Verdict
from bot.domain.review_cards import DecisionLine, FollowUpCard
from bot.domain.verdict_comments import Judged
from bot.domain.wording import count_of, short_date, weekday_date
from bot.slack.payloads import ActionId, CallbackId, encode
from bot.slack.views.comment_words import IN_A_LINE, WHOLE, comment_actions, said
from bot.slack.views.deal_thread import link_button
from bot.slack.views.figures import STAGE_NAMES
from bot.slack.views.room import MESSAGE, Room, fill
from bot.slack.views.text import (
    TITLE_LIMIT,
    Block,
    View,
    button,
    context,
    day_and_time,
    escaped,
    message_view,
    plain,
    section,
)

ACTIVITY_NAMES = {
    ActivityType.CALL: "a call",
    ActivityType.MEETING: "a meeting",
    ActivityType.EMAIL: "an email",
    ActivityType.ANY: "any activity",
}
VERDICT_WORDS = {
    Verdict.PENDING: "waiting for the CRM",
    Verdict.VERIFIED: "verified",
    Verdict.UNVERIFIED: "not verified",
    Verdict.UNANSWERED: "no answer, which counts neither way",
    Verdict.CONTRADICTED: "the CRM says otherwise",
}
_MARKS = {
    Verdict.PENDING: ":hourglass_flowing_sand:",
    Verdict.VERIFIED: ":white_check_mark:",
    Verdict.CONTRADICTED: ":warning:",
}
_RECORDS = {
    "activities": "an activity in the CRM",
    "deal_changes": "a change of the deal in the CRM",
    "deal_stage_events": "a stage the deal entered in the CRM",
    "deals": "the deal in the CRM",
    "evidence": "evidence in the deal's thread",
}
NAME = 120
WORDS = 300


def what(one: Decision) -> str:
    """Say what was decided, as "Advance to Negotiation"."""
    match one.kind:
        case DecisionKind.ADVANCE | DecisionKind.DEMOTE:
            verb = "Advance" if one.kind is DecisionKind.ADVANCE else "Demote"
            return f"{verb} to {STAGE_NAMES[one.to_stage]}" if one.to_stage else verb
        case DecisionKind.RE_DATE:
            day = f" to {short_date(one.new_close_date, one.due_on)}" if one.new_close_date else ""
            return f"Re-date{day}"
        case DecisionKind.REMOVE:
            return "Remove from the pipeline"
        case DecisionKind.KEEP:
            return "Keep"


def standing(one: Decision) -> str:
    """Say what the CRM and its manager say of a decision."""
    reported = {
        DecisionState.REPORTED_DONE: " · said to be done",
        DecisionState.REPORTED_NOT_DONE: " · said not to be done",
    }.get(one.state, "")
    return f"{VERDICT_WORDS[one.verdict]}{reported}"


def line_words(line: DecisionLine, *, full: bool = False) -> str:
    """Return a decision's line: deal, decision, owner, date, how it stands; `full` adds the next action."""
    one = line.decision
    mark = _MARKS.get(one.verdict, ":heavy_minus_sign:")
    words = (
        f"{mark} *{escaped(line.deal_name, NAME)}* · {what(one)} · {escaped(line.owner)} until "
        f"{short_date(one.due_on)} · {standing(one)}"
    )
    if full and one.next_action is not None:
        action = one.next_action
        words += f"\n>Next: {escaped(action.words, WORDS)} ({ACTIVITY_NAMES[action.activity]})"
        if one.kind.decides:
            words += f" · {VERDICT_WORDS[action.verdict]}"
    if one.state is DecisionState.REPORTED_NOT_DONE:
        words += f"\n>Not done: {escaped(one.report_reason, WORDS)}"
    return words


def why_button(line: DecisionLine) -> Block:
    """Return the button that opens the records of a verdict."""
    return button("Why?", ActionId.DECISION_WHY, encode(d=line.decision.id), label=f"Why: {line.deal_name}")


def week_line(line: DecisionLine, zone: str) -> Block:
    """Return a decision as one line of its own manager's or its rep's week."""
    # The week is that of somebody whose decision it is, or who reads no comment on it.
    words = f"\n{_said(line, zone, IN_A_LINE)}" if line.comment else ""
    return section(f"{line_words(line)}{words}", accessory=why_button(line))


def _said(line: DecisionLine, zone: str, limit: int) -> str:
    """Return what its manager says of the verdict, and how that stood then where it stands otherwise."""
    if line.comment is None:
        return ""
    stood = "" if line.comment.verdict is line.decision.verdict else VERDICT_WORDS[line.comment.verdict]
    return said(line.comment, line.by, zone, own=line.is_own, limit=limit, stood=stood)


def why_view(line: DecisionLine, zone: str) -> View:
    """Return the modal that gives a decision's verdict, and its next action's, with their records."""
    one = line.decision
    decided = f"decided by *{escaped(line.by)}* on {day_and_time(one.decided_at, zone)}"
    lines = [
        f"*{escaped(line.deal_name, NAME)}*\n{what(one)}, {decided}",
        f"To be done by *{escaped(line.owner)}* until {weekday_date(one.due_on)}",
    ]
    if one.reason:
        lines.append(f"Reason given: {escaped(one.reason, WORDS)}")
    lines.append(f"*Verdict: {VERDICT_WORDS[one.verdict]}*{_uncounted(one)}")
    made = message_view("Why", *lines)
    shown: list[Block] = [*made["blocks"], *(_reason(reason, line) for reason in one.reasons)]
    if one.next_action is not None and one.kind.decides:
        action = one.next_action
        words = f"{escaped(action.words, WORDS)} ({ACTIVITY_NAMES[action.activity]})"
        shown.append(section(f"*Next action: {VERDICT_WORDS[action.verdict]}*\n{words}"))
        shown += [_reason(reason, line) for reason in action.reasons]
    if one.report_reason or one.state is not DecisionState.TAKEN:
        because = f": {escaped(one.report_reason, WORDS)}" if one.report_reason else ""
        done = "done" if one.state is DecisionState.REPORTED_DONE else "not done"
        shown.append(
            section(f"{escaped(line.by)} said that it was {done}{because}. The verdict is the CRM's alone.")
        )
    if line.comment is not None:
        shown.append(section(_said(line, zone, WHOLE)))
    # Of one that was withdrawn nothing more is said; what was can still be taken back.
    if line.is_own and (line.comment or one.state is not DecisionState.WITHDRAWN):
        shown.append(comment_actions(Judged.DECISION, one.id, line.deal_name, line.comment))
    return {**made, "blocks": shown}


def _reason(reason: Reason, line: DecisionLine) -> Block:
    """Return a reason; evidence with its words, and the way to their message."""
    found = line.quoted.get(reason.record_id or "") if reason.record_kind == "evidence" else None
    if found is None:
        return section(reason_words(reason))
    words = f"{reason_words(reason)}\n>{escaped(found.words, WORDS) or '(a file, no words)'}"
    if found.permalink is None:
        return section(words)
    return section(words, accessory=link_button("Open the message", found.permalink))


def judged_words(found: Judgement) -> str:
    """Say what was found of a next action, without its reasons."""
    return f"{VERDICT_WORDS[found.verdict]}{_uncounted(found)}"


def _uncounted(one: Decision | Judgement) -> str:
    return "" if one.counts else " · counts neither way"


def reason_words(reason: Reason) -> str:
    """Say a reason of a verdict with the record it rests on."""
    record = f" _({_RECORDS[reason.record_kind]})_" if reason.record_kind in _RECORDS else ""
    return f"• {escaped(reason.text, 600)}{record}"


def kept_words(kept: FollowThrough) -> str:
    """Say how much of what was due was verified by its date."""
    if not kept.due and not kept.pending:
        return "no decision has come due yet"
    waiting = f", {kept.pending} waiting for the CRM" if kept.pending else ""
    otherwise = f", {kept.contradicted} the CRM contradicts" if kept.contradicted else ""
    return f"{kept.verified} of {kept.due} verified by their date{otherwise}{waiting}"


def follow_up_summary(card: FollowUpCard) -> str:
    """Return the one line that a notification gives of Friday's question."""
    when = "by now" if card.earlier else "this week"
    return f"What became of {count_of(len(card.lines), 'decision')} due {when}?"


def follow_up_blocks(card: FollowUpCard, room: Room = MESSAGE) -> list[Block]:
    """Return the question what became of the week's decisions, the CRM's verdict beside each."""
    before = " and before" if card.earlier else ""
    title = f"Decisions due · week of {short_date(card.week_of)}{before}"
    as_of = f" · CRM as of {day_and_time(card.crm_as_of, card.manager.time_zone)}" if card.crm_as_of else ""
    head: list[Block] = [
        {"type": "header", "text": plain(title, 150)},
        context(f"Follow-through in 90 days: {kept_words(card.kept)}{as_of}"),
    ]
    foot = context(
        "Why you get this: you decided these in a pipeline review. Who sees your answers: you and the rep; "
        "your leader from one working day later."
    )
    groups = [_asked(line) for line in card.lines]
    return [
        *head,
        *fill(groups, room.less([*head, foot]), lambda rest: f"{rest} more: see `/drumbeat week`."),
        foot,
    ]


def _asked(line: DecisionLine) -> list[Block]:
    one = line.decision
    reference = encode(d=one.id)
    elements = []
    if one.verdict is Verdict.VERIFIED and one.state is not DecisionState.REPORTED_NOT_DONE:
        # The CRM shows it, and nobody says otherwise: there is nothing to ask.
        return [section(line_words(line, full=True), accessory=why_button(line))]
    if one.state is not DecisionState.REPORTED_DONE:
        elements.append(button("Done", ActionId.DECISION_DONE, reference, label=f"Done: {line.deal_name}"))
    if one.state is not DecisionState.REPORTED_NOT_DONE:
        elements.append(
            button("Not done…", ActionId.DECISION_NOT_DONE, reference, label=f"Not done: {line.deal_name}")
        )
    return [
        section(line_words(line, full=True)),
        {"type": "actions", "block_id": f"due:{one.id}", "elements": [*elements, why_button(line)]},
    ]


def not_done_form(line: DecisionLine) -> View:
    """Return the modal in which a manager says why a decision was not carried out."""
    return {
        "type": "modal",
        "callback_id": CallbackId.DECISION_NOT_DONE,
        "private_metadata": encode(d=line.decision.id),
        "title": plain("Not done", TITLE_LIMIT),
        "submit": plain("Save", TITLE_LIMIT),
        "close": plain("Cancel", TITLE_LIMIT),
        "blocks": [
            section(f"*{escaped(line.deal_name, NAME)}*\n{what(line.decision)}"),
            {
                "type": "input",
                "block_id": "reason",
                "label": plain("What came in between?", 2000),
                "hint": plain("It stands beside the CRM's verdict, and changes nothing in it.", 2000),
                "element": {"type": "plain_text_input", "action_id": "reason", "max_length": 500},
            },
        ],
    }
