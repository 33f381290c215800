"""Submitted forms: each callback id calls one service; what is wrong is said at its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.domain.flags import FlagKind, ResponseKind
from bot.domain.verification import Answer
from bot.errors import InvalidInput, StaleAction
from bot.services import acknowledgement, coverage_conversation, deal_flags
from bot.slack.listeners.desk import Desk, FormAnswer, ReplaceForm
from bot.slack.payloads import CallbackId, Submission, choice_of, choices_of, date_of, number_in, text_of
from bot.slack.views import coverage_conversation as conversation_views
from bot.slack.views import deal_flags as flag_views
from bot.slack.views.text import escaped, message_view

Handler = Callable[[Desk, Submission, datetime], FormAnswer]


def answer_submission(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    """Answer one submitted form."""
    handler = SUBMISSIONS.get(form.callback_id)
    if handler is None:
        raise StaleAction("This form is from an older version of Drumbeat. Close it and open it again.")
    return handler(desk, form, now)


def _conversation(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    held_on, next_step_on = date_of(form.state, "held_on"), date_of(form.state, "next_step_on")
    if held_on is None:
        raise InvalidInput("Choose the day you talked.", field="held_on")
    if next_step_on is None:
        raise InvalidInput("Choose the day of the next step.", field="next_step_on")
    minutes = choice_of(form.state, "minutes") or ""
    done = coverage_conversation.log_conversation(
        desk.store,
        desk.jobs,
        coverage_conversation.LogConversation(
            slack_user_id=form.user,
            obligation_id=str(form.metadata.get("o", "")),
            version=number_in(form.metadata, "v"),
            held_on=held_on,
            minutes=int(minutes) if minutes.isdecimal() else 0,
            cause=choice_of(form.state, "cause") or "",
            plan=text_of(form.state, "plan"),
            next_step_on=next_step_on,
        ),
        now,
    )
    return ReplaceForm(conversation_views.logged(done.rep, done.left))


def _dismiss(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    chosen = _kinds(choices_of(form.state, "flags"))
    if not chosen:
        raise InvalidInput("Tick at least one flag.", field="flags")
    command = deal_flags.AnswerFlags(
        slack_user_id=form.user,
        deal_ids=(str(form.metadata.get("d", "")),),
        kinds=chosen,
        response=ResponseKind.DISMISSED,
        reason=text_of(form.state, "reason"),
    )
    done = deal_flags.answer_flags(desk.store, desk.jobs, command, now)
    return _noted(done, ResponseKind.DISMISSED)


def _bulk(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    response = _response(choice_of(form.state, "response"))
    ticked = next((choices_of(form.state, block) for block in form.state if block.startswith("deals:")), [])
    chosen = flag_views.ListFilter.parse(form.metadata)
    if choice_of(form.state, "scope") == "all":
        card = deal_flags.all_flagged(desk.store, form.user, str(form.metadata.get("f", "")), now)
        ticked = [one.deal.id for one in chosen.pick(card.all_deals)]
    if not ticked:
        raise InvalidInput("Tick the deals meant, or choose all that match.", field="scope")
    command = deal_flags.AnswerFlags(
        slack_user_id=form.user,
        deal_ids=tuple(ticked),
        # With a filter on one flag, that flag is what is answered; its neighbours stay.
        kinds=frozenset({chosen.flag}) if chosen.flag else None,
        response=response,
        reason=text_of(form.state, "reason"),
    )
    return _noted(deal_flags.answer_flags(desk.store, desk.jobs, command, now), response)


def _noted(done: deal_flags.FlagsAnswered, response: ResponseKind) -> FormAnswer:
    lines = flag_views.answered(done.deals, done.flags, done.not_fixable, response.value)
    return ReplaceForm(message_view("Noted", *lines))


def _response(chosen: str | None) -> ResponseKind:
    if chosen is None:
        raise InvalidInput("Choose what shall be done.", field="response")
    try:
        return ResponseKind(chosen)
    except ValueError:
        raise StaleAction(
            "This form is from an older version of Drumbeat. Close it and open it again."
        ) from None


def _kinds(chosen: list[str]) -> frozenset[FlagKind]:
    return frozenset(FlagKind(kind) for kind in chosen if kind in tuple(FlagKind))


def _dispute(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    command = acknowledgement.Acknowledge(
        form.user, str(form.metadata.get("k", "")), Answer.DISPUTED, text_of(form.state, "comment") or None
    )
    card = acknowledgement.acknowledge(desk.store, desk.jobs, command, now)
    return ReplaceForm(
        message_view("Sent", f"*{escaped(card.manager.name)}* is told that you remember it differently.")
    )


def _close(_desk: Desk, _form: Submission, _now: datetime) -> FormAnswer:
    return None


SUBMISSIONS: Mapping[str, Handler] = {
    CallbackId.CONVERSATION: _conversation,
    CallbackId.DISMISS_FLAG: _dismiss,
    CallbackId.BULK: _bulk,
    CallbackId.DISPUTE: _dispute,
    CallbackId.READ_ONLY: _close,
}
