"""A deal's thread: opened in its team's channel, its head kept up to date, and found again by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.deal_names import best_matches
from bot.domain.inspection import to_ask
from bot.domain.inspection_cards import ThreadHead, ThreadLink
from bot.domain.people import Person
from bot.domain.pipeline import Deal
from bot.domain.settings import Permission, Settings
from bot.errors import InvalidInput, NotFound
from bot.jobs.protocols import JobQueue
from bot.services.access import Actor, actor_for
from bot.services.criterion_statuses import inspection_of
from bot.services.inspection_notices import put_in_channel
from bot.services.notifying import NoticeKind, Subject, refresh
from bot.services.settings_book import current_settings
from bot.store.repositories.deal_threads import DealThread, TeamChannel
from bot.store.unit_of_work import Store, UnitOfWork

MOST_CHOICES = 5


@dataclass(frozen=True, slots=True)
class FoundDeal:
    """What `/deal` came to: one deal and where its thread is, or several to choose from.

    `link` is None while there are `choices`, `more` beside them; its permalink is None while the thread is
    being opened.
    `may_ask` tells whether the person may have open questions asked, and any is there to ask.
    """

    deal: Deal | None
    link: ThreadLink | None
    choices: tuple[Deal, ...] = ()
    may_ask: bool = False
    more: int = 0


def find_deal(store: Store, jobs: JobQueue, slack_user_id: str, name: str, now: datetime) -> FoundDeal:
    """Find the open deal meant among those the person may see, and its thread, opened where there is none."""
    if not name.strip():
        raise InvalidInput("Say which deal: `/deal` and a part of its name.")
    with store.writing() as uow:
        actor = actor_for(uow, slack_user_id)
        matches, clear = best_matches(name, _in_sight(uow, actor))
        if not matches:
            raise NotFound(f"No open deal that you may see has a name like “{name.strip()[:60]}”.")
        if not clear:
            choices = tuple(matches[:MOST_CHOICES])
            return FoundDeal(None, None, choices, more=len(matches) - len(choices))
        return _opened(uow, jobs, actor, matches[0], now)


def open_deal(store: Store, jobs: JobQueue, slack_user_id: str, deal_id: str, now: datetime) -> FoundDeal:
    """Find or open the thread of the deal chosen."""
    with store.writing() as uow:
        actor = actor_for(uow, slack_user_id)
        return _opened(uow, jobs, actor, visible_deal(uow, actor, deal_id), now)


def visible_deal(uow: UnitOfWork, actor: Actor, deal_id: str) -> Deal:
    """Return a deal whose owner's records the actor may see; raise NotFound or NotAllowed."""
    deal = uow.deals.get(deal_id)
    if deal is None:
        raise NotFound("That deal is not in the CRM data any more.")
    actor.require_sight(deal.owner_id)
    return deal


def _in_sight(uow: UnitOfWork, actor: Actor) -> Sequence[Deal]:
    owners = {actor.id}
    if actor.may(Permission.SEE_TREE_BELOW):
        owners |= {person.id for person in actor.tree.everyone_below(actor.id)}
    return uow.deals.open_of(sorted(owners))


def _opened(uow: UnitOfWork, jobs: JobQueue, actor: Actor, deal: Deal, now: datetime) -> FoundDeal:
    owner = uow.people.get(deal.owner_id)
    threads = threads_for(uow, [(deal, owner)], actor.id, now) if owner else {}
    thread = threads.get(deal.id)
    if thread is None:
        trouble = no_channel_words(current_settings(uow))
        return FoundDeal(deal, ThreadLink(deal.name, "", None, trouble))
    ensure_head(uow, jobs, thread, now)
    channel = _channel_name(uow, thread.channel)
    may_ask = owner is not None and actor.id in (owner.id, owner.manager_id) and _is_to_ask(uow, deal)
    return FoundDeal(deal, ThreadLink(deal.name, channel, thread.permalink, thread.trouble), may_ask=may_ask)


def _is_to_ask(uow: UnitOfWork, deal: Deal) -> bool:
    return bool(to_ask(inspection_of(uow, deal, current_settings(uow)), deal.owner_id, 1))


def no_channel_words(settings: Settings) -> str:
    """Say what is to be done where a team has no channel for its deals."""
    return (
        "This team has no channel for its deals yet. Make a private one whose name begins with "
        f"“{settings.inspection.channel_prefix}”, with the team, its manager and Drumbeat in it; "
        "it is found within an hour."
    )


def channel_for(uow: UnitOfWork, owner: Person) -> TeamChannel | None:
    """Return the channel of the team that leads this deal's owner, or None."""
    return uow.threads.channel_of(owner.manager_id) if owner.manager_id else None


def threads_for(
    uow: UnitOfWork, owned: Sequence[tuple[Deal, Person]], opened_by_id: str | None, now: datetime
) -> dict[str, DealThread]:
    """Return, by deal, its thread in its owner's team's channel, recorded where there was none.

    Absent where the team has no channel. Whoever is named as opening it is told where it is once it stands.
    """
    led = [(deal, owner.manager_id) for deal, owner in owned if owner.manager_id is not None]
    channels = uow.threads.channels_of([manager_id for _, manager_id in led])
    places = [(deal, channels[manager_id]) for deal, manager_id in led if manager_id in channels]
    threads, new = uow.threads.open(places, opened_by_id, now)
    made = [(thread.id, {"deal": thread.deal_id}) for thread in threads if thread.id in new]
    uow.audit.record_each(now, opened_by_id, "deal_thread.opened", "deal_thread", made)
    return {thread.deal_id: thread for thread in threads}


def ensure_head(uow: UnitOfWork, jobs: JobQueue, thread: DealThread, now: datetime) -> None:
    """Ask for a thread's head where it does not stand yet, and again where it could not be shown."""
    if thread.message_ts is None or thread.trouble:
        # Again where it failed before, as after a stranger has left the channel.
        again = f":{now:%Y%m%d%H%M%S}" if thread.trouble else ""
        _put_head(uow, jobs, thread, now, cause=f"{thread.id}:head{again}")


def refresh_thread(uow: UnitOfWork, jobs: JobQueue, deal_id: str, now: datetime) -> None:
    """Ask that all that shows the deal's questions be brought up to date.

    That is the head of its thread, in its owner's team's channel, and what its owner was told of them.
    """
    deal = uow.deals.get(deal_id)
    owner = uow.people.get(deal.owner_id) if deal else None
    channel = channel_for(uow, owner) if owner else None
    thread = uow.threads.of_deal(deal_id, channel.channel) if channel else None
    if deal is not None and thread is not None and thread.message_ts is not None:
        uow.threads.mark_stage(thread.id, deal.stage)
        _put_head(uow, jobs, thread, now)
    asked = {
        one.round_id for one in uow.inspections.of_deal(deal_id) if owner and one.asked_of_id == owner.id
    }
    for round_id in sorted(asked):
        subject = Subject("inspection_round", round_id)
        refresh(
            uow,
            jobs,
            kind=NoticeKind.QUESTIONS_ASKED,
            person_id=owner.id if owner else "",
            subject=subject,
            now=now,
        )


def _put_head(
    uow: UnitOfWork, jobs: JobQueue, thread: DealThread, now: datetime, cause: str | None = None
) -> None:
    put_in_channel(
        uow,
        jobs,
        kind=NoticeKind.DEAL_THREAD,
        person_id=thread.manager_id,
        subject=Subject("deal_thread", thread.id),
        reason="a deal's thread in its team's channel",
        now=now,
        cause=cause,
    )


def refresh_moved(store: Store, jobs: JobQueue, now: datetime) -> None:
    """Bring the heads of deals up to date that have another stage in the CRM than their thread shows."""
    with store.writing() as uow:
        for thread in uow.threads.showing_an_old_stage():
            deal = uow.deals.get(thread.deal_id)
            if deal is not None:
                uow.threads.mark_stage(thread.id, deal.stage)
                refresh_thread(uow, jobs, deal.id, now)


def read_head(uow: UnitOfWork, thread_id: str) -> ThreadHead | None:
    """Return what a thread's head shows now, or None where its deal or owner is gone."""
    thread = uow.threads.get(thread_id)
    deal = uow.deals.get(thread.deal_id) if thread else None
    owner = uow.people.get(deal.owner_id) if deal else None
    if deal is None or owner is None:
        return None
    settings = current_settings(uow)
    found = inspection_of(uow, deal, settings)
    shown = tuple((one.criterion.question, one.answered) for one in found)
    return ThreadHead(deal, owner, stage_name(settings, deal), shown)


def stage_name(settings: Settings, deal: Deal) -> str:
    """Return what the workspace calls the deal's stage."""
    return next(stage.name for stage in settings.stages.stages if stage.id is deal.stage)


def read_link(uow: UnitOfWork, thread_id: str) -> ThreadLink | None:
    """Return where a thread is, for the person who asked for it."""
    thread = uow.threads.get(thread_id)
    deal = uow.deals.get(thread.deal_id) if thread else None
    if thread is None or deal is None:
        return None
    return ThreadLink(deal.name, _channel_name(uow, thread.channel), thread.permalink, thread.trouble)


def _channel_name(uow: UnitOfWork, channel: str) -> str:
    return next((f"#{one.name}" for one in uow.threads.channels().values() if one.channel == channel), "")
