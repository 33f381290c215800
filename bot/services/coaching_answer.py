"""The coached say whether a session took place as it was logged, and rate it; a rating can't be traced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.coaching_cards import LogCard
from bot.domain.ratings import HIGHEST, LOWEST
from bot.domain.settings import Permission
from bot.domain.verification import Answer
from bot.errors import InvalidInput, NotAllowed, NotFound, StaleAction
from bot.jobs.protocols import JobQueue
from bot.services.access import Actor, actor_for
from bot.services.coaching_judging import judge, show_coached
from bot.services.coaching_reading import card_of
from bot.store.repositories.coaching import LogRow
from bot.store.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class AnswerLog:
    """The coached confirm or dispute a log as it was in `version`; `comment` is for the two alone."""

    slack_user_id: str
    log_id: str
    version: int
    answer: Answer
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class RateSession:
    """The coached rate a session from 1 to 5, once and for all."""

    slack_user_id: str
    log_id: str
    score: int


def open_answer(store: Store, slack_user_id: str, log_id: str, now: datetime) -> LogCard:
    """Return what the form of a dispute or a rating shows, or raise when it is not theirs to give."""
    with store.reading() as uow:
        actor = actor_for(uow, slack_user_id)
        return card_of(uow, actor, _asked(uow, actor, log_id), now)


def answer(store: Store, jobs: JobQueue, command: AnswerLog, now: datetime) -> LogCard:
    """Record the answer, and judge the log by it; a dispute is shown to both at once."""
    with store.writing() as uow:
        actor = actor_for(uow, command.slack_user_id)
        row = _asked(uow, actor, command.log_id, for_update=True)
        given = uow.coaching.answers(row.id)
        if command.version != row.version:
            raise StaleAction("The log was changed since you were shown it. Look again, then answer.")
        if given and given[-1].version >= row.version and given[-1].answer is command.answer:
            raise StaleAction("You have already answered this, so nothing was changed.")
        uow.coaching.answer(row.id, row.version, command.answer, command.comment, now)
        uow.audit.record(
            at=now,
            actor_id=actor.id,
            action=f"coaching_log.{command.answer.value}",
            entity_kind="coaching_log",
            entity_id=row.id,
            after={"version": row.version, "comment_length": len(command.comment or "")},
        )
        judge(uow, jobs, row, actor_id=actor.id, now=now)
        return card_of(uow, actor, _asked(uow, actor, row.id), now)


def rate(store: Store, jobs: JobQueue, command: RateSession, now: datetime) -> None:
    """Add the rating to those of the author that wait for their release. It is final.

    Neither the trail nor any other record says more than that this session is rated.
    """
    if not LOWEST <= command.score <= HIGHEST:
        raise InvalidInput(f"Choose from {LOWEST} to {HIGHEST}.", field="score")
    with store.writing() as uow:
        actor = actor_for(uow, command.slack_user_id)
        row = _asked(uow, actor, command.log_id, for_update=True)
        given = uow.coaching.answers(row.id)
        if given and given[-1].answer is Answer.DISPUTED:
            raise StaleAction(
                "You said that this session did not take place as written, so there is nothing to rate. Once "
                "it is settled between you, you can."
            )
        if not uow.ratings.rate(row.manager_id, row.id, actor.id, command.score):
            raise StaleAction("You have rated this session already, and a rating is final.")
        # The author's messages and Home tab stay as they are: brought up to date now, they would tell when.
        show_coached(uow, jobs, row, now)


def _asked(uow: UnitOfWork, actor: Actor, log_id: str, *, for_update: bool = False) -> LogRow:
    row = uow.coaching.get(log_id, for_update=for_update)
    if row is None:
        raise NotFound("That session is not on record here.")
    if row.rep_id != actor.id:
        raise NotAllowed("Only the person who was coached can answer this.")
    actor.require(Permission.ANSWER_COACHING)
    return row
