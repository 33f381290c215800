"""A person opens the Home tab or writes to the bot: answered once, however often Slack tells of it."""

from __future__ import annotations

from datetime import datetime

from bot.jobs.protocols import JobQueue
from bot.services.coaching_people import offer_log
from bot.services.notifying import NoticeKind, Subject, Urgency, publish_home, tell
from bot.store.unit_of_work import Store


def home_opened(store: Store, jobs: JobQueue, slack_user_id: str, now: datetime) -> None:
    """Ask for a fresh Home tab; whoever is not in the CRM has none of their own: see `is_stranger`."""
    with store.writing() as uow:
        person = uow.people.by_slack_user(slack_user_id)
        if person is not None:
            publish_home(uow, jobs, person_id=person.id, now=now)


def is_stranger(store: Store, slack_user_id: str) -> bool:
    """Tell whether the CRM knows nobody, or nobody who still works here, behind this member of Slack."""
    with store.reading() as uow:
        person = uow.people.by_slack_user(slack_user_id)
    return person is None or not person.active


def message_received(
    store: Store, jobs: JobQueue, slack_user_id: str, ts: str, now: datetime, text: str = ""
) -> None:
    """Answer a message to the bot: one of a coaching session is offered as a log.

    The text of any other message is not kept.
    """
    with store.writing() as uow:
        person = uow.people.by_slack_user(slack_user_id)
        if person is None:
            return
        if offer_log(uow, jobs, person, text, f"{slack_user_id}:{ts}", now):
            return
        tell(
            uow,
            jobs,
            kind=NoticeKind.HINT,
            person_id=person.id,
            subject=Subject("person", person.id),
            reason="you wrote to Drumbeat",
            cause=f"{slack_user_id}:{ts}:hint",
            urgency=Urgency.DIRECT,
            now=now,
        )
