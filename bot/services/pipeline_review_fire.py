"""The fires of the pipeline review: deals picked the day before, the review owed, decisions asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.cadence import fiscal_quarter
from bot.domain.calendar import TimeOff, WorkCalendar
from bot.domain.obligations import Obligation, ObligationKind, Reason, SourceKind, State, Verdict
from bot.domain.people import ManagerTree, Person
from bot.domain.pipeline import Deal
from bot.domain.pipeline_review import pick_deals
from bot.domain.settings import Settings
from bot.domain.transitions import Event, transition
from bot.jobs.protocols import JobQueue
from bot.services.decision_follow_up import decisions_asked
from bot.services.opened import Opened
from bot.services.pipeline_facts import facts_of_teams
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

    def away_today(self, person: Person) -> str | None:
        """Say why a person does not work on the day it is where they are, or None when they do."""
        return self.absence(person, local_day(self.now, person.time_zone))


@dataclass(frozen=True, slots=True)
class _Review:
    """A review with its deals; `is_new` where it was prepared just now, so that its reps are to be asked."""

    row: ReviewRow
    deals: Sequence[Deal]
    is_new: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The deals' names, in the order of the review."""
        return tuple(deal.name for deal in self.deals)


def _round(uow: UnitOfWork, fire: Fire, managers: Sequence[Person], now: datetime) -> _Round:
    time_off = uow.people.time_off([person.id for person in managers])
    return _Round(fire, current_settings(uow), uow.people.tree(), time_off, now)


def prepare_for_managers(
    uow: UnitOfWork, jobs: JobQueue, fire: Fire, managers: Sequence[Person], now: datetime
) -> list[Opened]:
    """Pick the deals of these managers' next review, have the reps asked, and show the list."""
    around = _round(uow, fire, managers, now)
    review_on = review_day_after(around.settings, fire.local_date)
    # Nobody is asked for the sake of a review that is not held, or is over.
    not_held = {manager.id: _not_held(manager, review_on, around) for manager in managers}
    reviews = _reviews(uow, [one for one in managers if not_held[one.id] is None], review_on, around)
    return [
        _prepared(uow, jobs, manager, reviews.get(manager.id), not_held[manager.id], around)
        for manager in managers
    ]


def _not_held(manager: Person, review_on: date, around: _Round) -> str | None:
    away = around.absence(manager, review_on)
    over = review_on < local_day(around.now, manager.time_zone)
    return away or ("that review's day is over" if over else None)


def _prepared(
    uow: UnitOfWork,
    jobs: JobQueue,
    manager: Person,
    review: _Review | None,
    not_held: str | None,
    around: _Round,
) -> Opened:
    if review is None:
        return Opened(manager, (), (), not_held, sent=False, **_PREPARED)
    _ask_reps(uow, jobs, manager, review, around)
    sent = around.away_today(manager) is None and tell_prepared(
        uow, jobs, review.row.id, manager.id, around.now
    )
    return Opened(manager, review.names, (), None, sent=sent, **_PREPARED)


def _reviews(
    uow: UnitOfWork, managers: Sequence[Person], review_on: date, around: _Round
) -> Mapping[str, _Review]:
    """Return each manager's review of that day, prepared now where it was not; none without open deals."""
    known = uow.reviews.all_of_day([manager.id for manager in managers], review_on)
    new = _pick(uow, [manager for manager in managers if manager.id not in known], review_on, around)
    rows = known | new
    picked = uow.reviews.deals_of([row.id for row in rows.values()])
    deals = uow.deals.with_ids([one.deal_id for of_review in picked.values() for one in of_review])
    return {
        manager_id: _Review(
            row,
            [deals[one.deal_id] for one in picked[row.id] if one.deal_id in deals],
            is_new=manager_id in new,
        )
        for manager_id, row in rows.items()
    }


def _pick(
    uow: UnitOfWork, managers: Sequence[Person], review_on: date, around: _Round
) -> dict[str, ReviewRow]:
    """Prepare the reviews of these managers; return them by manager."""
    period = fiscal_quarter(around.fire.local_date, uow.workspace.get().fiscal_first_month)
    settings, now = around.settings, around.now
    picks = {}
    for manager, facts in facts_of_teams(
        uow, around.tree, managers, period=period, measures=settings.measures, now=now
    ):
        weighed = candidates_of(uow, manager, around.tree.reps_of(manager.id), facts, settings, now)
        days = facts.days(manager.time_zone)
        picked = pick_deals(weighed, today=days.local(now), days=days, rules=pick_rules(settings))
        if picked:
            picks[manager.id] = picked
    prepared = uow.reviews.prepare(picks, review_on, now)
    told = [
        (
            row.id,
            {
                "manager": row.manager_id,
                "review_on": review_on.isoformat(),
                "deals": [{"deal": one.deal_id, "reason": one.reason} for one in picks[row.manager_id]],
            },
        )
        for row in prepared
    ]
    uow.audit.record_each(now, None, "pipeline_review.prepared", "pipeline_review", told)
    return {row.manager_id: row for row in prepared}


def _ask_reps(uow: UnitOfWork, jobs: JobQueue, manager: Person, review: _Review, around: _Round) -> None:
    if review.is_new:
        starts_at = review_starts_at(around.settings, review.row.review_on, manager.time_zone)
        ask_for_review(uow, jobs, review.deals, starts_at, around.now)


def review_for_managers(
    uow: UnitOfWork, jobs: JobQueue, fire: Fire, managers: Sequence[Person], now: datetime
) -> list[Opened]:
    """Open what these managers owe: their review, prepared now where nobody prepared it."""
    around = _round(uow, fire, managers, now)
    # They moved to this zone today, and had today's review in the one before.
    had = uow.fires.had_elsewhere(fire, [manager.id for manager in managers])
    asked = [manager for manager in managers if manager.id not in had]
    _close_earlier(uow, jobs, asked, around)
    here = [manager for manager in asked if around.away_today(manager) is None]
    reviews = _reviews(uow, here, fire.local_date, around)
    _owe(uow, asked, reviews, around)
    return [_told(uow, jobs, manager, reviews.get(manager.id), around) for manager in managers]


def _owe(uow: UnitOfWork, managers: Sequence[Person], reviews: Mapping[str, _Review], around: _Round) -> None:
    owed = [_obligation(manager, around, has_deals=manager.id in reviews) for manager in managers]
    added = set(uow.obligations.add(owed))
    record_openings(uow, [one for one in owed if one.id in added], around.now)
    uow.reviews.owe([one.row.id for one in reviews.values() if one.row.fire_id is None], around.fire.id)


def _told(uow: UnitOfWork, jobs: JobQueue, manager: Person, review: _Review | None, around: _Round) -> Opened:
    away = around.away_today(manager)
    if review is None:
        return Opened(manager, (), (), away, sent=False, **_REVIEWED)
    _ask_reps(uow, jobs, manager, review, around)
    if not review.is_new:
        # The message that prepared it stops promising it.
        refresh_review(uow, jobs, review.row.id, manager.id, around.now)
    sent = tell_due(uow, jobs, review.row.id, manager.id, around.now)
    return Opened(manager, review.names, (), away, sent=sent, **_REVIEWED)


def _obligation(manager: Person, around: _Round, *, has_deals: bool) -> Obligation:
    away = around.away_today(manager)
    owed = Obligation(
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
    if away or has_deals:
        return owed
    done = transition(owed, Event.COMPLETE, now=around.now)
    reason = Reason("There is no open deal to review.", "cadence_fires", around.fire.id)
    return done.judged(Verdict.VERIFIED, (reason,))


def _close_earlier(uow: UnitOfWork, jobs: JobQueue, managers: Sequence[Person], around: _Round) -> None:
    kinds, owners = [ObligationKind.PIPELINE_REVIEW], [manager.id for manager in managers]
    for earlier in uow.obligations.open_of_earlier_fires(kinds, owners, around.fire.id):
        missed = transition(earlier, Event.NEXT_OCCURRENCE, now=around.now)
        fire = uow.fires.get(earlier.source_id)
        review = uow.reviews.of_day(earlier.owner_id, fire.local_date) if fire else None
        if review is not None and (reason := close_undecided(uow, review, around.now)):
            missed = missed.judged(Verdict.UNVERIFIED, (reason,))
        save_obligation(uow, earlier, missed, actor_id=None, action="obligation.missed", now=around.now)
        if review is not None:
            refresh_review(uow, jobs, review.id, earlier.owner_id, around.now)


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
