"""A coverage conversation: log it, confirm its plan, put it off, ask why of its verdict."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.errors import InvalidInput
from bot.services import coverage_conversation, overview, snooze
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
from bot.slack.views import coverage_conversation as views
from bot.slack.views import overview as overview_views
from bot.slack.views.text import day_and_time, escaped


def _log_conversation(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    draft = coverage_conversation.open_form(desk.store, action.user, carried(action, "o"), now)
    return OpenModal(views.form(draft.obligation.id, draft.obligation.version, draft.rep, draft.today))


def _confirm_plan(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    command = coverage_conversation.ConfirmPlan(
        action.user, carried(action, "o"), number_in(action.value, "v")
    )
    done = coverage_conversation.confirm_plan(desk.store, desk.jobs, command, now)
    return say(
        action, "Confirmed", f"The plan with *{escaped(done.rep.name)}* still stands. {done.left} left today."
    )


def _snooze(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    command = snooze.Snooze(action.user, carried(action, "o"), carried(action, "s"))
    until, zone = snooze.snooze(desk.store, desk.jobs, command, now)
    return say(
        action,
        "Snoozed",
        f"You will be reminded {day_and_time(until, zone)}. It is still due when it was due.",
    )


def _why(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    line, zone = overview.why(desk.store, action.user, carried(action, "o"), now)
    return OpenModal(overview_views.why_view(line, zone), kept=line.comment is None)


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
    return ReplaceForm(views.logged(done.rep, done.left))


ACTIONS: Mapping[str, ActionHandler] = {
    ActionId.LOG_CONVERSATION: _log_conversation,
    ActionId.CONFIRM_PLAN: _confirm_plan,
    ActionId.SNOOZE: _snooze,
    ActionId.WHY: _why,
}
SUBMISSIONS: Mapping[str, FormHandler] = {CallbackId.CONVERSATION: _conversation}
