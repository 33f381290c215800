"""One-on-ones: the slash command, the schedule, held, moved, cancelled, another time, the agenda."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time

from bot.errors import InvalidInput, NotFound
from bot.services import one_on_one_agenda as agendas
from bot.services import one_on_one_answers as answers
from bot.services import one_on_one_schedule as schedules
from bot.services import one_on_one_week as weeks
from bot.services.coaching_log import About
from bot.slack.listeners.coaching_log import log_command, logs_command, open_log
from bot.slack.listeners.desk import (
    ActionAnswer,
    ActionHandler,
    Desk,
    FormAnswer,
    FormHandler,
    OpenModal,
    ReplaceForm,
    Reply,
    carried,
    say,
)
from bot.slack.payloads import (
    Action,
    ActionId,
    CallbackId,
    Command,
    Submission,
    choice_of,
    date_of,
    text_of,
    time_of,
)
from bot.slack.views import one_on_one as views
from bot.slack.views import one_on_one_forms as forms
from bot.slack.views.text import day_and_time, escaped, message_view, section

USAGE = (
    "`/one-on-one` shows your week, `/one-on-one setup` the schedule, `/one-on-one move` another time, "
    "`/one-on-one log` logs a session, `/one-on-one logs` shows the latest logs."
)


def answer_one_on_one_command(desk: Desk, command: Command, now: datetime) -> Reply | OpenModal:
    """Answer `/one-on-one` and its words; one that is not known gets the week, with what there is to type."""
    verb = command.verb if command.text else "week"
    return COMMANDS.get(verb, _unknown)(desk, command, now)


def _week(desk: Desk, command: Command, now: datetime) -> Reply:
    week = weeks.week_of_one_on_ones(desk.store, command.user, now)
    return Reply("Your one-on-ones", views.week_blocks(week))


def _unknown(_desk: Desk, command: Command, _now: datetime) -> Reply:
    return Reply("What `/one-on-one` does", [section(f"I don't know “{escaped(command.verb, 60)}”. {USAGE}")])


def _setup(desk: Desk, command: Command, now: datetime) -> OpenModal:
    return OpenModal(forms.schedule_form(schedules.open_schedule(desk.store, command.user, now)))


def _move_next(desk: Desk, command: Command, now: datetime) -> Reply | OpenModal:
    cards = weeks.movable(desk.store, command.user, now)
    if not cards:
        raise NotFound("No one-on-one is scheduled that could be moved. `/one-on-one` shows your week.")
    if len(cards) == 1:
        return OpenModal(forms.new_time_form(cards[0]))
    return Reply("Which one-on-one?", views.choose_blocks(cards))


COMMANDS: Mapping[str, Callable[[Desk, Command, datetime], Reply | OpenModal]] = {
    "week": _week,
    "setup": _setup,
    "move": _move_next,
    "log": log_command,
    "logs": logs_command,
}


# ------------------------------------------------------------ clicks


def _held(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    """Record that it took place and open its log; once held, the same button opens the log alone."""
    done = answers.hold(desk.store, desk.jobs, _answer(action), now)
    return open_log(desk, action.user, About(one_on_one_id=done.slot.id), now)


def _cancelled(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    done = answers.cancel(desk.store, desk.jobs, _answer(action), now)
    return say(action, "Cancelled", f"*{escaped(done.rep.name)}* is told that it does not take place.")


def _accept(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    done = answers.accept(desk.store, desk.jobs, _answer(action), now)
    when = day_and_time(done.new.starts_at, done.manager.time_zone) if done.new else ""
    return say(action, "Accepted", f"Your one-on-one with *{escaped(done.rep.name)}* is on {when} now.")


def _decline(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    done = answers.decline(desk.store, desk.jobs, _answer(action), now)
    return say(action, "Declined", f"It stays where it is. *{escaped(done.rep.name)}* is told.")


def _answer(action: Action) -> answers.Answer:
    return answers.Answer(action.user, carried(action, "s"))


def _open_new_time(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    return OpenModal(forms.new_time_form(weeks.open_slot(desk.store, action.user, carried(action, "s"), now)))


def _open_agenda(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    return OpenModal(views.agenda_view(weeks.open_slot(desk.store, action.user, carried(action, "s"), now)))


def _open_item(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    return OpenModal(forms.item_form(weeks.open_slot(desk.store, action.user, carried(action, "s"), now)))


def _open_schedule(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    return OpenModal(forms.schedule_form(schedules.open_schedule(desk.store, action.user, now)))


# ------------------------------------------------------------ forms


def _accept_schedule(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    reps = [block for block in form.state if not block.startswith("at_")]
    command = schedules.AcceptSchedule(form.user, tuple(_choice(form, rep_id) for rep_id in reps))
    done = schedules.accept_schedule(desk.store, desk.jobs, command, now)
    return ReplaceForm(forms.accepted_view(len(done.scheduled), list(done.without), done.warnings))


def _choice(form: Submission, rep_id: str) -> schedules.Choice:
    value, at = choice_of(form.state, rep_id), time_of(form.state, f"at_{rep_id}")
    if at is None:
        raise InvalidInput("Choose a time.", field=f"at_{rep_id}")
    if value == forms.NONE:
        return schedules.Choice(rep_id, None, at, 1, next_week=False)
    parts = (value or "").split(".")
    if len(parts) != len(("weekday", "weeks", "later")) or not all(part.isdecimal() for part in parts):
        raise InvalidInput("Choose one of the list.", field=rep_id)
    weekday, every_weeks, later = (int(part) for part in parts)
    return schedules.Choice(rep_id, weekday, at, every_weeks, next_week=later == 1)


def _move(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    done = answers.move(desk.store, desk.jobs, _new_time(form), now)
    to = done.new.starts_at if done.new else done.slot.starts_at
    return ReplaceForm(views.moved_view(done.rep, to, done.manager.time_zone, done.changes))


def _propose(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    done = answers.propose(desk.store, desk.jobs, _new_time(form), now)
    return ReplaceForm(
        message_view(
            "Proposed",
            f"*{escaped(done.manager.name)}* is asked. Until they answer, it stays where it is.",
        )
    )


def _new_time(form: Submission) -> answers.NewTime:
    day, at = date_of(form.state, "day"), time_of(form.state, "at")
    if not isinstance(day, date):
        raise InvalidInput("Choose a day.", field="day")
    if not isinstance(at, time):
        raise InvalidInput("Choose a time.", field="at")
    note = text_of(form.state, "note")
    return answers.NewTime(form.user, str(form.metadata.get("s", "")), day, at, note)


def _add_item(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    slot_id = str(form.metadata.get("s", ""))
    command = agendas.AddItem(form.user, slot_id, text_of(form.state, "item"))
    agendas.add_item(desk.store, desk.jobs, command, now)
    return ReplaceForm(views.agenda_view(weeks.open_slot(desk.store, form.user, slot_id, now)))


ACTIONS: Mapping[str, ActionHandler] = {
    ActionId.ONE_ON_ONE_HELD: _held,
    ActionId.ONE_ON_ONE_CANCELLED: _cancelled,
    ActionId.MOVE_ONE_ON_ONE: _open_new_time,
    ActionId.PROPOSE_TIME: _open_new_time,
    ActionId.ACCEPT_TIME: _accept,
    ActionId.DECLINE_TIME: _decline,
    ActionId.OPEN_AGENDA: _open_agenda,
    ActionId.ADD_TO_AGENDA: _open_item,
    ActionId.SET_UP_ONE_ON_ONES: _open_schedule,
}
SUBMISSIONS: Mapping[str, FormHandler] = {
    CallbackId.ONE_ON_ONE_SCHEDULE: _accept_schedule,
    CallbackId.MOVE_ONE_ON_ONE: _move,
    CallbackId.PROPOSE_TIME: _propose,
    CallbackId.AGENDA_ITEM: _add_item,
}
