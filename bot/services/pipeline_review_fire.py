"""The fires of the pipeline review: deals picked the day before, the review owed, decisions asked about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.cadence import fiscal_quarter
from bot.domain.calendar import TimeOff, WorkCalendar
from bot.domain.obligations import Obligation, ObligationKind, Reason, SourceKind, State, Verdict
from bot.domain.people import ManagerTree, Person
from bot.domain.pipeline_review import pick_deals
from bot.domain.settings import Settings
from bot.domain.transitions import Event, transition
from bot.jobs.protocols import JobQueue
from bot.services.decision_follow_up import decisions_asked
from bot.services.opened import Opened
from bot.services.pipeline_facts import PipelineFacts, facts_of_teams
from bot.services.recording import record_openings, save_obligation
from bot.services.review_asking import ask_for_review
from bot.services.review_notices import refresh_review, tell_due, tell_follow_up, tell_prepared
from bot.services.review_picks import candidates_of, local_day, pick_rules
from bot.services.review_rhythm import review_day_after, review_starts_at
from bot.services.review_whole import close_undecided
from bot.services.settings_book import current_settings
from bot.store.ids import new_id
from bot.store.repositories.fires import Fire
from bot.store.repositories.reviews import ReviewRow
from bot.store.unit_of_work import UnitOfWork

_PREPARED = {"message": "pipeline review's preparation", "each": "deals", "nothing": "no open deal"}
_REVIEWED = {"message": "pipeline review", "each": "deals", "nothing": "no open deal"}
_ASKED = {"message": "question about decisions", "each": "decisions on", "nothing": "none due"}


@dataclass(frozen=True, slots=True)
class _Round:
    """What the managers of one fan-out page have in common."""

    fire: Fire
    settings: Settings
    tree: ManagerTree
    time_off: Mapping[str, Sequence[TimeOff]]
    now: datetime

    def absence(self, person: Person, day: date) -> str | None:
        """Say why a person does not work that day, or None when they do."""
        return WorkCalendar(person.country, self.time_off.get(person.id, ())).absence(day)


def _round(uow: UnitOfWork, fire: Fire, managers: Sequence[Person], now: datetime) -> _Round:
    time_off = uow.people.time_off([person.id for person in managers])
    return _Round(fire, current_settings(uow), uow.people.tree(), time_off, now)


def _with_facts(
    uow: UnitOfWork, managers: Sequence[Person], around: _Round
) -> Iterator[tuple[Person, PipelineFacts]]:
    period = fiscal_quarter(around.fire.local_date, uow.workspace.get().fiscal_first_month)
    measures = around.settings.measures
    return facts_of_teams(uow, around.tree, managers, period=period, measures=measures, now=around.now)


def prepare_for_managers(
    uow: UnitOfWork, jobs: JobQueue, fire: Fire, managers: Sequence[Person], now: datetime
) -> list[Opened]:
    """Pick the deals of these managers' next review, have the reps asked, and show the list."""
    around = _round(uow, fire, managers, now)
    review_on = review_day_after(around.settings, fire.local_date)
    return [
        _prepare(uow, jobs, manager, facts, review_on, around)
        for manager, facts in _with_facts(uow, managers, around)
    ]


def _prepare(
    uow: UnitOfWork, jobs: JobQueue, manager: Person, facts: PipelineFacts, review_on: date, around: _Round
) -> Opened:
    away = around.absence(manager, review_on)
    if away is not None or review_on < local_day(around.now, manager.time_zone):
        # Nobody is asked for the sake of a review that is not held, or is over.
        return Opened(manager, (), (), away or "that review's day is over", sent=False, **_PREPARED)
    review = _review(uow, jobs, manager, facts, review_on, around)
    if review is None:
        return Opened(manager, (), (), None, sent=False, **_PREPARED)
    here = around.absence(manager, local_day(around.now, manager.time_zone)) is None
    sent = here and tell_prepared(uow, jobs, review.id, manager.id, around.now)
    return Opened(manager, _names(uow, review), (), None, sent=sent, **_PREPARED)


def _review(
    uow: UnitOfWork, jobs: JobQueue, manager: Person, facts: PipelineFacts, review_on: date, around: _Round
) -> ReviewRow | None:
    """Return the review of that day, prepared now where it was not; None without an open deal."""
    known = uow.reviews.of_day(manager.id, review_on)
    if known is not None:
        return known
    reps = around.tree.reps_of(manager.id)
    weighed = candidates_of(uow, manager, reps, facts, around.settings, around.now)
    today = local_day(around.now, manager.time_zone)
    days = facts.days(manager.time_zone)
    picks = pick_deals(weighed, today=today, days=days, rules=pick_rules(around.settings))
    review_id = uow.reviews.prepare(manager.id, review_on, picks, around.now) if picks else None
    if review_id is None:
        return None
    uow.audit.record(
        at=around.now,
        actor_id=None,
        action="pipeline_review.prepared",
        entity_kind="pipeline_review",
        entity_id=review_id,
        after={
            "manager": manager.id,
            "review_on": review_on.isoformat(),
            "deals": [{"deal": pick.deal_id, "reason": pick.reason} for pick in picks],
        },
    )
    starts_at = review_starts_at(around.settings, review_on, manager.time_zone)
    ask_for_review(uow, jobs, [pick.deal_id for pick in picks], starts_at, around.now)
    return uow.reviews.get(review_id)


def _names(uow: UnitOfWork, review: ReviewRow) -> tuple[str, ...]:
    picked = [one.deal_id for one in uow.reviews.deals(review.id)]
    deals = uow.deals.with_ids(picked)
    return tuple(deals[id_].name for id_ in picked if id_ in deals)


def review_for_managers(
    uow: UnitOfWork, jobs: JobQueue, fire: Fire, managers: Sequence[Person], now: datetime
) -> list[Opened]:
    """Open what these managers owe: their review, prepared now where nobody prepared it."""
    around = _round(uow, fire, managers, now)
    had = uow.fires.had_elsewhere(fire, [manager.id for manager in managers])
    return [
        _had(manager, around) if manager.id in had else _open_for(uow, jobs, manager, facts, around)
        for manager, facts in _with_facts(uow, managers, around)
    ]


def _had(manager: Person, around: _Round) -> Opened:
    """They moved to this zone today, and had today's review in the one before."""
    away = around.absence(manager, local_day(around.now, manager.time_zone))
    return Opened(manager, (), (), away, sent=False, **_REVIEWED)


def _open_for(
    uow: UnitOfWork, jobs: JobQueue, manager: Person, facts: PipelineFacts, around: _Round
) -> Opened:
    fire = around.fire
    away = around.absence(manager, local_day(around.now, manager.time_zone))
    _close_earlier(uow, jobs, manager, around)
    review = None if away else _review(uow, jobs, manager, facts, fire.local_date, around)
    owed = _obligation(around, manager, away)
    if review is None and away is None:
        done = transition(owed, Event.COMPLETE, now=around.now)
        reason = Reason("There is no open deal to review.", "cadence_fires", fire.id)
        owed = done.judged(Verdict.VERIFIED, (reason,))
    if uow.obligations.add([owed]):
        record_openings(uow, [owed], around.now)
    if review is None:
        return Opened(manager, (), (), away, sent=False, **_REVIEWED)
    if review.fire_id is None:
        uow.reviews.change(review.id, fire_id=fire.id)
    sent = tell_due(uow, jobs, review.id, manager.id, around.now)
    return Opened(manager, _names(uow, review), (), away, sent=sent, **_REVIEWED)


def _obligation(around: _Round, manager: Person, away: str | None) -> Obligation:
    return Obligation(
        id=new_id("obl"),
        kind=ObligationKind.PIPELINE_REVIEW,
        owner_id=manager.id,
        subject_id=None,
        source_kind=SourceKind.CADENCE_FIRE,
        source_id=around.fire.id,
        due_at=around.fire.due_at,
        state=State.EXCUSED if away else State.DUE,
        verdict=Verdict.PENDING,
        excused_reason=away,
    )


def _close_earlier(uow: UnitOfWork, jobs: JobQueue, manager: Person, around: _Round) -> None:
    kinds = [ObligationKind.PIPELINE_REVIEW]
    for earlier in uow.obligations.open_of_earlier_fires(kinds, [manager.id], around.fire.id):
        missed = transition(earlier, Event.NEXT_OCCURRENCE, now=around.now)
        fire = uow.fires.get(earlier.source_id)
        review = uow.reviews.of_day(manager.id, fire.local_date) if fire else None
        if review is not None and (reason := close_undecided(uow, review, around.now)):
            missed = missed.judged(Verdict.UNVERIFIED, (reason,))
        save_obligation(uow, earlier, missed, actor_id=None, action="obligation.missed", now=around.now)
        if review is not None:
            refresh_review(uow, jobs, review.id, manager.id, around.now)


def follow_up_for_managers(
    uow: UnitOfWork, jobs: JobQueue, fire: Fire, managers: Sequence[Person], now: datetime
) -> list[Opened]:
    """Ask these managers what became of their decisions that came due; nothing where none did."""
    time_off = uow.people.time_off([manager.id for manager in managers])
    opened = []
    for manager in managers:
        today = local_day(now, manager.time_zone)
        away = WorkCalendar(manager.country, time_off.get(manager.id, ())).absence(today)
        due = decisions_asked(uow, manager, fire)
        deals = uow.deals.with_ids([one.deal_id for one in due])
        names = tuple(deals[one.deal_id].name for one in due if one.deal_id in deals)
        sent = bool(due) and away is None and tell_follow_up(uow, jobs, fire.id, manager.id, now)
        opened.append(Opened(manager, names, (), away, sent=sent, **_ASKED))
    return opened
