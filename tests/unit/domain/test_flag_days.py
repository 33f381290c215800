"""Flags count days where the person told is: before and after UTC's midnight, and as the clocks change."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from bot.domain.advancing import Traits, in_common
from bot.domain.days import Days
from bot.domain.deal_facts import facts_of
from bot.domain.flags import (
    Flag,
    FlagKind,
    FlagResponse,
    FlagRules,
    ResponseKind,
    flags_of,
    standing_answers,
    still_raised,
)
from bot.domain.pipeline import Deal
from tests.unit.domain.samples import EVERYTHING, HEALTHY, UTC_DAYS, at

LOS_ANGELES, NEW_YORK, BERLIN = "America/Los_Angeles", "America/New_York", "Europe/Berlin"
SYDNEY = "Australia/Sydney"


def raised(deal: Deal, now: datetime, days: Days, last_check: datetime | None = None) -> list[Flag]:
    return flags_of(deal, now=now, days=days, rules=FlagRules(), held=EVERYTHING, last_check=last_check)


def still_since(moved_at: datetime) -> Deal:
    return replace(HEALTHY, entered_stage_at=moved_at, last_moved_at=moved_at, last_activity_at=None)


def revalued(changed_at: datetime) -> Deal:
    return replace(
        HEALTHY, previous_amount=Decimal(10000), amount=Decimal(20000), amount_changed_at=changed_at
    )


@pytest.mark.parametrize(
    ("zone", "moved", "checked", "days"),
    [
        pytest.param(LOS_ANGELES, (9, 21, 20), (10, 5, 9), 14, id="west: UTC was a day further"),
        pytest.param(LOS_ANGELES, (9, 22, 20), (10, 5, 9), None, id="west: 13 days"),
        pytest.param(SYDNEY, (9, 22, 7), (10, 5, 9), None, id="east: UTC was a day behind"),
        pytest.param(SYDNEY, (9, 21, 7), (10, 5, 9), 14, id="east: 14 days, the clocks went forward"),
        pytest.param(NEW_YORK, (11, 1, 23), (11, 15, 9), 14, id="moved the day the clocks went back"),
        pytest.param(NEW_YORK, (10, 31, 23), (11, 14, 9), 14, id="moved the day before they did"),
        pytest.param(BERLIN, (10, 25, 0), (11, 8, 9), 14, id="moved just before they went back"),
        pytest.param(BERLIN, (10, 12, 0), (10, 25, 23), None, id="told after they went back"),
        pytest.param(BERLIN, (3, 16, 0), (3, 29, 23), None, id="told after they went forward"),
    ],
)
def test_a_deal_is_stale_by_the_days_of_the_person_told(
    zone: str, moved: tuple[int, int, int], checked: tuple[int, int, int], days: int | None
) -> None:
    now, here = at(zone, 2026, *checked), Days(zone, "UTC")
    deal = replace(still_since(at(zone, 2026, *moved)), close_date=None, next_step=HEALTHY.next_step)

    words = [flag.words(here.local(now)) for flag in raised(deal, now, here) if flag.kind is FlagKind.STALE]

    assert words == ([] if days is None else [f"No movement for {days} days"])


@pytest.mark.parametrize(
    ("zone", "changed", "checked", "flagged"),
    [
        pytest.param(LOS_ANGELES, (9, 21, 20), (10, 5, 9), False, id="west: 14 days ago"),
        pytest.param(LOS_ANGELES, (9, 22, 20), (10, 5, 20), True, id="west: 13 days ago"),
        pytest.param(LOS_ANGELES, (10, 5, 19), (10, 5, 20), True, id="west: this evening"),
        pytest.param(SYDNEY, (9, 22, 7), (10, 5, 9), True, id="east: 13 days ago"),
    ],
)
def test_an_amount_jump_is_told_of_for_a_fortnight_of_the_persons_days(
    zone: str, changed: tuple[int, int, int], checked: tuple[int, int, int], flagged: bool
) -> None:
    found = raised(revalued(at(zone, 2026, *changed)), at(zone, 2026, *checked), Days(zone, "UTC"))

    assert (FlagKind.AMOUNT_JUMP in {flag.kind for flag in found}) == flagged


@pytest.mark.parametrize(
    ("zone", "active", "flagged"),
    [
        pytest.param(BERLIN, (9, 28, 1), False, id="in the night before the check, the day before in UTC"),
        pytest.param(BERLIN, (9, 27, 23), True, id="the evening before"),
        pytest.param(SYDNEY, (9, 28, 1), False, id="east: in the night before the check"),
        pytest.param(SYDNEY, (9, 27, 20), True, id="east: the evening before, of the check's day in UTC"),
    ],
)
def test_an_activity_on_the_day_of_the_last_check_counts_by_the_persons_day(
    zone: str, active: tuple[int, int, int], flagged: bool
) -> None:
    last_check, now = at(zone, 2026, 9, 28, 9), at(zone, 2026, 10, 5, 9)
    deal = replace(HEALTHY, entered_stage_at=at(zone, 2026, 10, 2), last_activity_at=at(zone, 2026, *active))

    found = raised(deal, now, Days(zone, "UTC"), last_check)

    assert (FlagKind.STAGE_CHANGED_WITHOUT_ACTIVITY in {flag.kind for flag in found}) == flagged


def test_a_fix_on_the_persons_day_of_the_change_settles_it() -> None:
    changed_at, active_at = at(BERLIN, 2026, 10, 2, 3), at(BERLIN, 2026, 10, 2, 1)
    deal = replace(HEALTHY, entered_stage_at=changed_at, last_activity_at=active_at)
    kind, now = FlagKind.STAGE_CHANGED_WITHOUT_ACTIVITY, at(BERLIN, 2026, 10, 7, 9)
    response = FlagResponse("fr_1", deal.id, kind, "", ResponseKind.FIXED, "per_manager", "", now)

    def judged(days: Days) -> bool | None:
        return still_raised(
            response, deal, now=now, days=days, rules=FlagRules(), held=EVERYTHING, last_check=None
        )

    assert judged(Days(BERLIN, "UTC")) is False
    assert judged(UTC_DAYS) is None  # in London the activity was of the day before


LATE = at(LOS_ANGELES, 2026, 10, 2, 20)  # the third in UTC, and in Sydney
TOLD = replace(
    revalued(LATE),
    entered_stage_at=LATE,
    last_activity_at=at(LOS_ANGELES, 2026, 9, 10, 20),
    last_moved_at=at(LOS_ANGELES, 2026, 9, 15, 20),
)
CHECKED, BEFORE = at(LOS_ANGELES, 2026, 10, 5, 9), at(LOS_ANGELES, 2026, 9, 28, 9)


@pytest.mark.parametrize(
    ("zone", "day", "still"), [(LOS_ANGELES, "2 Oct", 20), (SYDNEY, "3 Oct", 20), ("UTC", "3 Oct", 19)]
)
def test_the_dates_said_are_those_of_the_person(zone: str, day: str, still: int) -> None:
    here = Days(zone, "UTC")

    words = [flag.words(here.local(CHECKED)) for flag in raised(TOLD, CHECKED, here, BEFORE)]

    assert words == [
        f"Moved to discovery on {day}, no activity logged",
        f"No movement for {still} days",
        f"Amount rose from 10,000 to 20,000 on {day}",
    ]


def test_a_flag_is_the_same_one_whoever_looks_so_an_answer_holds_for_all() -> None:
    west, east = (raised(TOLD, CHECKED, Days(zone, "UTC"), BEFORE) for zone in (LOS_ANGELES, SYDNEY))
    dismissed = [
        FlagResponse(f"fr_{n}", TOLD.id, flag.kind, flag.fingerprint, ResponseKind.DISMISSED, "", "", CHECKED)
        for n, flag in enumerate(west)
    ]

    assert west == east
    assert [*standing_answers(east, dismissed, now=CHECKED, zone=SYDNEY)] == east


def test_an_answer_from_before_days_were_the_persons_still_holds() -> None:
    # As they stand in databases: by days in UTC.
    assert [flag.fingerprint for flag in raised(TOLD, CHECKED, Days(LOS_ANGELES, "UTC"), BEFORE)] == [
        "4e2723051708afe9402a3664ac2020b1",
        "3a613ef3781c642b9357fe0d64ba5689",
        "84d315588f80153dd250a34d3d27dffa",
    ]


@pytest.mark.parametrize(("source", "reader"), [(LOS_ANGELES, SYDNEY), ("Pacific/Auckland", LOS_ANGELES)])
def test_a_bare_date_is_said_and_counted_as_the_crm_has_it(source: str, reader: str) -> None:
    here, now = Days(reader, source), at(reader, 2026, 10, 5, 9)
    moved_at, changed_at = at(source, 2026, 9, 21, 12), at(source, 2026, 9, 22, 12)
    deal = replace(
        still_since(moved_at),
        previous_amount=Decimal(10000),
        amount=Decimal(20000),
        amount_changed_at=changed_at,
    )

    assert [flag.words(here.local(now)) for flag in raised(deal, now, here)] == [
        "No movement for 14 days",
        "Amount rose from 10,000 to 20,000 on 22 Sep",
    ]
    facts = {one.id: one.words for one in facts_of(deal, currency="EUR", days=here, today=here.local(now))}
    assert facts["stage"] == "In discovery since 21 Sep"


@pytest.mark.parametrize(("zone", "lively"), [(LOS_ANGELES, 0), (SYDNEY, 3)])
def test_an_activity_in_the_last_week_is_one_of_the_persons_week(zone: str, lively: int) -> None:
    deal = replace(HEALTHY, last_activity_at=at(LOS_ANGELES, 2026, 9, 27, 20))
    poor = replace(HEALTHY, last_activity_at=None)
    here = Days(zone, "UTC")
    now = at(zone, 2026, 10, 5, 9)

    found = in_common(
        [Traits(deal, proven=None)] * 3,
        [Traits(poor, proven=None)],
        today=here.local(now),
        days=here,
        held=EVERYTHING,
    )

    assert sum(one.advancing for one in found.shared) == lively
