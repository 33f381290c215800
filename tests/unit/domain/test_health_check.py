from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.domain.cadence import fiscal_quarter
from bot.domain.conversion import Conversion, velocity_of
from bot.domain.coverage import RepFigures, coverage
from bot.domain.flags import Flag, FlaggedDeal, FlagKind
from bot.domain.health_check import HealthCheck, OwedConversation, RepCoverage, crm_is_old, is_confirmable
from bot.domain.obligations import Obligation, State
from bot.domain.people import Person, Role
from bot.domain.pipeline import Stage
from tests.unit.domain.samples import HEALTHY, MONDAY, TODAY, owed

QUARTER = fiscal_quarter(TODAY)
INES = Person("per_manager", "Ines", frozenset({Role.MANAGER}), None, "Europe/Berlin")
SAM = replace(INES, id="per_rep", name="Sam", roles=frozenset({Role.REP}), manager_id=INES.id)
SAMS = RepCoverage(
    rep=SAM,
    coverage=coverage(RepFigures(Decimal(100), Decimal(0), [HEALTHY], QUARTER)),
    conversion=Conversion(
        Stage.DISCOVERY, Stage.PROPOSAL, 0, 0, 0, None, "no deal entered discovery in this time"
    ),
    velocity=velocity_of([HEALTHY], []),
)
LATER = MONDAY + timedelta(hours=2)


def check(*obligations: Obligation, deals: int = 0, now: datetime = MONDAY) -> HealthCheck:
    flagged = FlaggedDeal(HEALTHY, (Flag(FlagKind.STALE, HEALTHY.id),), 1.0)
    return HealthCheck(
        now=now,
        manager=INES,
        local_date=TODAY,
        period=QUARTER,
        crm_as_of=MONDAY,
        crm_is_old=False,
        late=False,
        conversations=tuple(OwedConversation(obligation, SAMS) for obligation in obligations),
        coverage=(SAMS,),
        deals=(flagged,) * deals,
        max_deals_shown=7,
        off=(),
        first_listing=False,
    )


@pytest.mark.parametrize(
    ("obligation", "is_open", "snoozed", "left", "complete"),
    [
        (owed(State.DUE), 1, 0, 1, False),
        (owed(State.OVERDUE), 1, 0, 1, False),
        (owed(State.DUE, snoozed_until=LATER), 0, 1, 1, False),
        (owed(State.DUE, snoozed_until=MONDAY), 1, 0, 1, False),
        (owed(State.DONE), 0, 0, 0, True),
        (owed(State.EXCUSED), 0, 0, 0, True),
        (owed(State.MISSED), 0, 0, 0, False),
    ],
)
def test_says_what_is_left(
    obligation: Obligation, is_open: int, snoozed: int, left: int, complete: bool
) -> None:
    found = check(owed(State.DONE), obligation)
    assert len(found.open_conversations) == is_open
    assert len(found.snoozed_conversations) == snoozed
    assert (found.left, found.is_complete) == (left, complete)
    assert len(found.conversations) == 2


def test_a_snoozed_conversation_returns_when_its_time_has_come() -> None:
    snoozed = owed(snoozed_until=LATER)
    assert check(snoozed, now=LATER - timedelta(seconds=1)).open_conversations == ()
    assert len(check(snoozed, now=LATER).open_conversations) == 1


def test_a_team_that_owes_nothing_is_complete() -> None:
    assert check().is_complete


@pytest.mark.parametrize(("deals", "shown"), [(0, 0), (7, 7), (9, 7)])
def test_shows_the_deals_that_matter_most(deals: int, shown: int) -> None:
    assert len(check(deals=deals).deals_shown) == shown


@pytest.mark.parametrize(
    ("agreed_on", "confirmable"),
    [
        (TODAY, True),
        (TODAY - timedelta(days=13), True),
        (TODAY - timedelta(days=14), False),
        (TODAY + timedelta(days=1), False),
    ],
)
def test_a_plan_can_be_confirmed_for_less_than_fourteen_days(agreed_on: date, confirmable: bool) -> None:
    assert is_confirmable(agreed_on, TODAY) is confirmable


@pytest.mark.parametrize(
    ("age", "old"),
    [(timedelta(hours=72), False), (timedelta(hours=72, microseconds=1), True), (None, True)],
)
def test_crm_older_than_expected(age: timedelta | None, old: bool) -> None:
    as_of = None if age is None else MONDAY - age
    assert crm_is_old(as_of, now=MONDAY, stale_hours=72) is old
