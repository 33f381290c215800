"""Clicks and forms of the pipeline review: start, turn, decide, swap, and what became of decisions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from bot.domain.decisions import ActivityType, DecisionKind, Draft
from bot.errors import InvalidFields, InvalidInput, StaleAction
from bot.services import deciding, decision_follow_up, follow_through, review_session
from bot.slack.listeners.desk import (
    ActionAnswer,
    ActionHandler,
    Desk,
    FormAnswer,
    FormHandler,
    OpenModal,
    ReplaceForm,
    carried,
    say,
)
from bot.slack.payloads import (
    Action,
    ActionId,
    CallbackId,
    Submission,
    choice_of,
    date_of,
    number_in,
    text_of,
)
from bot.slack.views import decisions as decision_views
from bot.slack.views import pipeline_review as review_views
from bot.slack.views import review_step as step_views
from bot.slack.views.text import escaped, message_view


def _open(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    shown = review_session.start(desk.store, desk.jobs, action.user, carried(action, "r"), now)
    return OpenModal(step_views.window(shown))


def _turn(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    if action.where.view_id is None:
        raise StaleAction("Open the review again from its message.")
    command = review_session.Turn(
        action.user, carried(action, "r"), action.where.view_id, number_in(action.value, "p")
    )
    review_session.turn(desk.store, desk.jobs, command, now)
    return None


def _swap_form(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    choices = review_session.swap_choices(
        desk.store, action.user, carried(action, "r"), carried(action, "d"), now
    )
    return OpenModal(review_views.swap_form(choices))


def _done(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    command = decision_follow_up.ReportOutcome(action.user, carried(action, "d"), done=True)
    line = decision_follow_up.report_outcome(desk.store, desk.jobs, command, now)
    return say(action, "Noted", f"*{escaped(line.deal_name)}*: you say it is done. The CRM shows it or not.")


def _not_done(desk: Desk, action: Action, _now: datetime) -> ActionAnswer:
    line = decision_follow_up.open_report(desk.store, action.user, carried(action, "d"))
    return OpenModal(decision_views.not_done_form(line))


def _why(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    line, zone = follow_through.why_decision(desk.store, action.user, carried(action, "d"), now)
    return OpenModal(decision_views.why_view(line, zone), kept=line.comment is None)


def _decide(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    deal_id = str(form.metadata.get("d", ""))
    known = form.metadata.get("k")
    command = deciding.Decide(
        slack_user_id=form.user,
        review_id=str(form.metadata.get("r", "")),
        deal_id=deal_id,
        known_id=known if isinstance(known, str) else None,
        draft=_draft(form, deal_id),
    )
    try:
        shown = deciding.decide(desk.store, desk.jobs, command, now)
    except InvalidInput as error:
        if not error.fields:
            raise
        # The fields of each deal have ids of their own, else Slack would carry one deal's words to the next.
        raise InvalidFields({f"{name}:{deal_id}": words for name, words in error.fields.items()}) from error
    return ReplaceForm(step_views.window(shown))


def _draft(form: Submission, deal_id: str) -> Draft:
    kind = choice_of(form.state, f"kind:{deal_id}")
    if kind not in tuple(DecisionKind):
        raise InvalidInput("Choose one of these.", field=f"kind:{deal_id}")
    activity = choice_of(form.state, f"activity:{deal_id}")
    return Draft(
        kind=DecisionKind(kind),
        owner_id=choice_of(form.state, f"owner:{deal_id}") or "",
        due_on=_day(form, f"due_on:{deal_id}"),
        new_close_date=_day(form, f"new_close_date:{deal_id}"),
        reason=text_of(form.state, f"reason:{deal_id}"),
        action_words=text_of(form.state, f"action:{deal_id}"),
        activity=ActivityType(activity) if activity in tuple(ActivityType) else None,
    )


def _day(form: Submission, block: str) -> date | None:
    return date_of(form.state, block)


def _swap(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    incoming = choice_of(form.state, "incoming")
    if incoming is None:
        raise InvalidInput("Choose a deal.", field="incoming")
    command = review_session.Swap(
        form.user, str(form.metadata.get("r", "")), str(form.metadata.get("d", "")), incoming
    )
    card = review_session.swap(desk.store, desk.jobs, command, now)
    return ReplaceForm(
        review_views.swapped_view(next(item for item in card.items if item.deal.id == incoming))
    )


def _reported(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    command = decision_follow_up.ReportOutcome(
        form.user, str(form.metadata.get("d", "")), done=False, reason=text_of(form.state, "reason")
    )
    line = decision_follow_up.report_outcome(desk.store, desk.jobs, command, now)
    return ReplaceForm(
        message_view("Noted", f"*{escaped(line.deal_name)}*: not done, with your reason beside it.")
    )


ACTIONS: Mapping[str, ActionHandler] = {
    ActionId.REVIEW_OPEN: _open,
    ActionId.REVIEW_TURN: _turn,
    ActionId.REVIEW_SWAP: _swap_form,
    ActionId.DECISION_DONE: _done,
    ActionId.DECISION_NOT_DONE: _not_done,
    ActionId.DECISION_WHY: _why,
}
SUBMISSIONS: Mapping[str, FormHandler] = {
    CallbackId.REVIEW_STEP: _decide,
    CallbackId.REVIEW_SWAP: _swap,
    CallbackId.DECISION_NOT_DONE: _reported,
}
