"""A deal's thread is found, its questions asked, messages used as evidence, and evidence ruled on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.evidence import Grade
from bot.errors import InvalidInput
from bot.services import deal_evidence, deal_inspection, deal_thread, evidence_rulings, inspection_asking
from bot.services.deal_messages import Written
from bot.slack.listeners.desk import (
    OLD_FORM,
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
    MessageShortcut,
    Submission,
    choice_of,
    number_in,
    text_of,
)
from bot.slack.views import deal_inspection as views
from bot.slack.views import deal_thread as thread_views
from bot.slack.views.text import escaped, message_view


def answer_deal_command(desk: Desk, command: Command, now: datetime) -> Reply:
    """Answer `/deal NAME`: where its thread is, or which deals the name may mean."""
    found = deal_thread.find_deal(desk.store, desk.jobs, command.user, command.text, now)
    if found.link is None or found.deal is None:
        return Reply("Which deal do you mean?", thread_views.choice_blocks(found.choices, found.more))
    shown = thread_views.link_blocks(found.link, found.deal.id, may_ask=found.may_ask)
    return Reply(thread_views.link_summary(found.link), shown)


def _chosen(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    found = deal_thread.open_deal(desk.store, desk.jobs, action.user, carried(action, "d"), now)
    if found.link is None or found.deal is None:
        return None
    view = message_view("Thread of the deal")
    view["blocks"] = thread_views.link_blocks(found.link, found.deal.id, may_ask=found.may_ask)
    return OpenModal(view)


def _on_record(desk: Desk, action: Action, _now: datetime) -> ActionAnswer:
    return OpenModal(
        views.on_record(deal_inspection.read_inspection(desk.store, action.user, carried(action, "d")))
    )


def _ask(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    asked = inspection_asking.ask_open_questions(
        desk.store, desk.jobs, action.user, carried(action, "d"), now
    )
    if not asked.questions:
        return OpenModal(message_view("Nothing asked", escaped(asked.reason, 500)))
    lines = [f"• {escaped(one.text, thread_views.QUESTION)}" for one in asked.questions]
    return OpenModal(message_view("Asked", "In the deal's thread:", *lines))


def use_as_evidence(desk: Desk, shortcut: MessageShortcut, _now: datetime) -> OpenModal:
    """Answer the shortcut on a message: the form in which it becomes evidence."""
    return OpenModal(
        views.evidence_form(deal_evidence.use_message(desk.store, shortcut.user, written(shortcut)))
    )


def written(shortcut: MessageShortcut) -> Written:
    """Return the message that a shortcut was used on, as the services take it."""
    return Written(
        channel=shortcut.channel,
        ts=shortcut.message_ts,
        thread_ts=shortcut.thread_ts,
        slack_user_id=shortcut.author,
        text=shortcut.text,
        files=shortcut.files,
        said_at=shortcut.said_at,
    )


def _use(desk: Desk, action: Action, _now: datetime) -> ActionAnswer:
    draft = deal_evidence.open_form(desk.store, action.user, carried(action, "c"), carried(action, "t"))
    return OpenModal(views.evidence_form(draft))


def _none(desk: Desk, action: Action, now: datetime) -> ActionAnswer:
    deal_evidence.decline_proposal(desk.store, action.user, carried(action, "c"), carried(action, "t"), now)
    return say(action, "Noted", "This message is evidence for nothing.")


def _mark(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    criterion, grade = choice_of(form.state, "criterion"), choice_of(form.state, "grade")
    if criterion is None:
        raise InvalidInput("Choose the question that it answers.", field="criterion")
    if grade not in tuple(Grade):
        raise InvalidInput("Choose whose words they are.", field="grade")
    marked = deal_evidence.mark_evidence(
        desk.store,
        desk.jobs,
        deal_evidence.MarkEvidence(
            slack_user_id=form.user,
            channel=str(form.metadata.get("c", "")),
            message_ts=str(form.metadata.get("t", "")),
            criterion_id=criterion,
            grade=Grade(grade),
            quote=text_of(form.state, "quote"),
            record=choice_of(form.state, "record") or "",
        ),
        now,
    )
    lines = [f":white_check_mark: On record for “{escaped(marked.criterion.question, 300)}”."]
    if marked.follow_up:
        lines = [f"On record, and one thing is lacking: {escaped(marked.follow_up, 500)}"]
    return ReplaceForm(message_view("Recorded", *lines))


def _accept(desk: Desk, action: Action, _now: datetime) -> ActionAnswer:
    card = evidence_rulings.open_ruling(desk.store, action.user, carried(action, "e"))
    return OpenModal(views.ruling_form(card, accept=True))


def _reject(desk: Desk, action: Action, _now: datetime) -> ActionAnswer:
    card = evidence_rulings.open_ruling(desk.store, action.user, carried(action, "e"))
    return OpenModal(views.ruling_form(card, accept=False))


def _rule(desk: Desk, form: Submission, now: datetime) -> FormAnswer:
    accepted = {0: False, 1: True}.get(number_in(form.metadata, "r"))
    if accepted is None:
        raise InvalidInput(OLD_FORM)
    command = evidence_rulings.RuleEvidence(
        slack_user_id=form.user,
        evidence_id=str(form.metadata.get("e", "")),
        version=number_in(form.metadata, "v"),
        accepted=accepted,
        reason=text_of(form.state, "reason"),
    )
    evidence_rulings.rule_evidence(desk.store, desk.jobs, command, now)
    word = "accepted" if accepted else "rejected"
    return ReplaceForm(
        message_view("Recorded", f"You {word} it. That stands as your word, with your reason.")
    )


def _nothing(_desk: Desk, _action: Action, _now: datetime) -> ActionAnswer:
    return None  # the button is a link: Slack opens it


ACTIONS: Mapping[str, ActionHandler] = {
    ActionId.OPEN_LINK: _nothing,
    ActionId.DEAL_CHOSEN: _chosen,
    ActionId.ON_RECORD: _on_record,
    ActionId.ASK_QUESTIONS: _ask,
    ActionId.USE_MESSAGE: _use,
    ActionId.ANSWERS_NOTHING: _none,
    ActionId.ACCEPT_EVIDENCE: _accept,
    ActionId.REJECT_EVIDENCE: _reject,
}
SUBMISSIONS: Mapping[str, FormHandler] = {CallbackId.EVIDENCE: _mark, CallbackId.RULING: _rule}
