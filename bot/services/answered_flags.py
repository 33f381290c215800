"""A manager's way back from an answer to a flag: which are answered, and those whose answer is taken back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.domain.flags import AnsweredDeal
from bot.domain.settings import Permission
from bot.errors import StaleAction
from bot.jobs.protocols import JobQueue
from bot.services.access import Actor, actor_for
from bot.services.deal_flags import basis_of, refresh_card
from bot.services.raised_flags import answered
from bot.store.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Take back answers, each with those to other flags of its deal that were given in one go with it.

    `answer_ids` are the first of each; None for every answer that keeps a flag of the actor's reps from view.
    """

    slack_user_id: str
    answer_ids: Collection[str] | None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """How many flags are open again, and on how many deals."""

    deals: int
    flags: int


def answered_flags(store: Store, slack_user_id: str, now: datetime) -> tuple[list[AnsweredDeal], str]:
    """Return the answered flags of the actor's own reps, the latest answer first, and the actor's zone."""
    with store.reading() as uow:
        actor = actor_for(uow, slack_user_id)
        found = _answered(uow, actor, now)
        if not found:
            raise StaleAction(
                "No answered flag is left here: all were taken back, or came back by themselves."
            )
        return found, actor.person.time_zone


def take_back(store: Store, jobs: JobQueue, command: TakeBack, now: datetime) -> TakenBack:
    """Open again the flags that these answers are about, and bring the manager's card up to date.

    An answer that no longer keeps a flag from view, or is not about the actor's own reps, is left as it is;
    raises StaleAction where nothing is left to take back.
    """
    with store.writing() as uow:
        actor = actor_for(uow, command.slack_user_id)
        meant = [answer for one in _meant(uow, _answered(uow, actor, now), command) for answer in one.answers]
        taken = uow.flags.take_back([answer.id for answer in meant], now)
        if not taken:
            raise StaleAction(
                "These answers were taken back or came to their end already; nothing was changed."
            )
        reopened = [answer for answer in meant if answer.id in taken]
        uow.audit.record_each(
            now,
            actor.id,
            "flag.taken_back",
            "deal",
            [
                (
                    one.deal_id,
                    {"flag": one.flag.value, "response": one.id, "answer": one.kind.value, "by": one.by_id},
                )
                for one in reopened
            ],
        )
        refresh_card(uow, jobs, actor.person, now)
        return TakenBack(deals=len({one.deal_id for one in reopened}), flags=len(reopened))


def _meant(uow: UnitOfWork, found: list[AnsweredDeal], command: TakeBack) -> list[AnsweredDeal]:
    """Return what was ticked, also where the flag by which it is known is gone since the form was opened."""
    if command.answer_ids is None:
        return found
    ticked = [answer for id_ in command.answer_ids if (answer := uow.flags.get_response(id_))]
    wanted = {answer.occasion for answer in ticked}
    return [one for one in found if one.answer.occasion in wanted]


def _answered(uow: UnitOfWork, actor: Actor, now: datetime) -> list[AnsweredDeal]:
    actor.require(Permission.DISMISS_FLAGS)
    deals = uow.deals.open_of([rep.id for rep in actor.tree.reps_of(actor.id)])
    return answered(deals, uow.flags.responses([deal.id for deal in deals]), basis_of(uow, actor, now))
