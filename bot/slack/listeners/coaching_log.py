"""Coaching logs: written, kept while writing, read, edited, confirmed, disputed, rated, released."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.coaching import LogKind
from bot.domain.verification import Answer
from bot.services import coaching_answer, coaching_log, coaching_reading
from bot.services.coaching_log import About
from bot.services.coaching_people import loggable, may_log
from bot.slack.listeners.desk import (
    ActionAnswer,
    ActionHandler,
    Desk,
    FieldErrors,
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
    number_in,
    text_of,
)
from bot.slack.views import coaching_log as views
from bot.slack.views import coaching_news as news
from bot.slack.views.text import escaped, message_view


def log_command(desk: Desk, command: Command, now: datetime) -> Reply | OpenModal:
    """Answer `/one-on-one log`, or `log NAME`: the form where it is clear with whom, else whom to choose."""
    reps = loggable(desk.store, command.user, command.rest)
    if len(reps) == 1:
        return open_log(desk, command.user, About(rep_id=reps[0].id), now)
    return Reply("Whom did you talk to?", news.choose_blocks(reps))


def logs_command(desk: Desk, command: Command, now: datetime) -> Reply:
    """Answer `/one-on-one logs`: the latest logs that this person may open."""
    cards = coaching_reading.recent_logs(desk.store, command.user, now)
    writes = not cards and may_log(desk.store, command.user)
    return Reply("The latest coaching logs", news.logs_blocks(cards, may_log=writes))


def open_log(desk: Desk, slack_user_id: str, about: About, now: datetime) -> OpenModal:
    """Return the form of a log: for a slot, a person, or a log that is edited."""
    draft = coaching_log.open_form(desk.store, slack_user_id, about, now)
    return OpenModal(views.form(draft), kept=False)


def _open(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    slot, rep = action.value.get("s"), action.value.get("r")
    about = About(
        one_on_one_id=slot if isinstance(slot, str) else None, rep_id=rep if isinstance(rep, str) else None
    )
    return open_log(desk, action.user, about, now)


def _open_deep_dive(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    return open_log(desk, action.user, About(LogKind.DEEP_DIVE, rep_id=carried(action, "r")), now)


def _edit(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    return open_log(desk, action.user, About(log_id=carried(action, "k")), now)


def _keep(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    about = _about(action.view_metadata)
    if about.log_id is None:
        coaching_log.keep_draft(desk.store, action.user, about, _fields(action.state), now)
    return None


def _read(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    card = coaching_reading.read_log(desk.store, action.user, carried(action, "k"), now)
    return OpenModal(views.log_view(card), kept=False)


def _release(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    card = coaching_reading.release_text(desk.store, desk.jobs, action.user, carried(action, "k"), now)
    other = card.coached if card.viewer.id == card.author.id else card.author
    both = all(card.released)
    words = (
        "You both released it: the leaders above can read the text now."
        if both
        else f"The leaders above can read the text once *{escaped(other.name)}* releases it too."
    )
    return OpenModal(message_view("Released", words))


def _confirm(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    command = coaching_answer.AnswerLog(
        action.user, carried(action, "k"), number_in(action.value, "v"), Answer.CONFIRMED
    )
    card = coaching_answer.answer(desk.store, desk.jobs, command, now)
    return say(action, "Thank you", f"You confirmed the session with *{escaped(card.author.name)}*.")


def _open_dispute(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    card = coaching_answer.open_answer(desk.store, action.user, carried(action, "k"), now)
    return OpenModal(views.dispute_form(card))


def _open_rating(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    card = coaching_answer.open_answer(desk.store, action.user, carried(action, "k"), now)
    if card.rated:
        return OpenModal(message_view("Rated already", "You have rated this session. A rating is final."))
    return OpenModal(views.rating_form(card))


def _submit(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    command = coaching_log.SubmitLog(form.user, _about(form.metadata), _fields(form.state))
    done = coaching_log.submit(desk.store, desk.jobs, command, now)
    if done.faults:
        # The first one of a field is said there; a field that the form does not have can't show any.
        return FieldErrors({fault.field: fault.words for fault in reversed(done.faults)})
    return ReplaceForm(
        views.submitted(done.coached, asked=done.asked, changed=done.changed, unreleased=done.unreleased)
    )


def _dispute(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    command = coaching_answer.AnswerLog(
        form.user,
        str(form.metadata.get("k", "")),
        number_in(form.metadata, "v"),
        Answer.DISPUTED,
        text_of(form.state, "comment") or None,
    )
    card = coaching_answer.answer(desk.store, desk.jobs, command, now)
    return ReplaceForm(
        message_view("Sent", f"*{escaped(card.author.name)}* is told that you remember it differently.")
    )


def _rate(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    score = choice_of(form.state, "score") or ""
    command = coaching_answer.RateSession(
        form.user, str(form.metadata.get("k", "")), int(score) if score.isdecimal() else 0
    )
    coaching_answer.rate(desk.store, desk.jobs, command, now)
    return ReplaceForm(views.rated())


def _about(metadata: Mapping[str, Any]) -> About:
    def text(key: str) -> str | None:
        value = metadata.get(key)
        return value if isinstance(value, str) else None

    kind = LogKind.DEEP_DIVE if text("k") == LogKind.DEEP_DIVE else LogKind.SESSION
    return About(kind, text("s"), text("r"), text("l"), number_in(metadata, "v"))


def _fields(state: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return what stands in each input: a text, a day, the value chosen, several ones joined by a space."""
    return {
        block: said for block, elements in state.items() if (said := _said(next(iter(elements.values()), {})))
    }


def _said(element: Mapping[str, Any]) -> str:
    several = element.get("selected_options")
    if isinstance(several, list):
        return " ".join(str(one.get("value", "")) for one in several)
    one = element.get("selected_option")
    if isinstance(one, dict):
        return str(one.get("value", ""))
    return str(element.get("selected_date") or element.get("value") or "").strip()


ACTIONS: Mapping[str, ActionHandler] = {
    ActionId.COACHING_LOG: _open,
    ActionId.COACHING_DEEP_DIVE: _open_deep_dive,
    ActionId.COACHING_EDIT: _edit,
    ActionId.COACHING_DRAFT: _keep,
    ActionId.COACHING_READ: _read,
    ActionId.COACHING_RELEASE: _release,
    ActionId.COACHING_CONFIRM: _confirm,
    ActionId.COACHING_DISPUTE: _open_dispute,
    ActionId.COACHING_RATE: _open_rating,
}
SUBMISSIONS: Mapping[str, FormHandler] = {
    CallbackId.COACHING_LOG: _submit,
    CallbackId.COACHING_DISPUTE: _dispute,
    CallbackId.COACHING_RATING: _rate,
}
