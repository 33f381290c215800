"""What a review ends with: the team's gap, and what advancing deals share, with counts or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from bot.domain.advancing import Traits, in_common, team_gap
from bot.domain.conversion import stage_conversion, velocity_of
from bot.domain.coverage import Coverage, CoverageStatus
from bot.domain.health_check import RepCoverage
from bot.domain.people import Person, Role
from bot.domain.pipeline import DataField, NextStep, Stage
from tests.unit.domain.samples import EVERYTHING, HEALTHY, MONDAY, TODAY, UTC_DAYS, days_ago

GOOD = Traits(HEALTHY, proven=True)
POOR = Traits(
    replace(
        HEALTHY,
        contact_count=1,
        next_step=None,
        last_activity_at=days_ago(20),
        close_date_pushes=2,
    ),
    proven=False,
)


def figure(name: str, status: CoverageStatus, gap: int | None) -> RepCoverage:
    amount = None if gap is None else Decimal(gap)
    return RepCoverage(
        rep=Person(name, name, frozenset({Role.REP}), None, "UTC"),
        coverage=Coverage(status, None, None, None, None, amount, None, ""),
        conversion=stage_conversion(
            [], stage=Stage.DISCOVERY, next_stage=Stage.PROPOSAL, window=(days_ago(90), MONDAY), now=MONDAY
        ),
        velocity=velocity_of([], []),
    )


def test_the_gap_is_the_sum_of_those_who_lack_something() -> None:
    found = team_gap(
        [
            figure("Jonas", CoverageStatus.BELOW, 190_000),
            figure("Mats", CoverageStatus.OK, 0),
            figure("Felix", CoverageStatus.BELOW, 67_000),
            figure("Priya", CoverageStatus.OFF, None),
        ]
    )

    assert (found.gap, found.short, found.known, found.off) == (Decimal(257_000), 2, 3, ("Priya",))


def test_without_any_known_coverage_there_is_no_gap_to_tell() -> None:
    assert team_gap([figure("Priya", CoverageStatus.OFF, None)]).gap is None


def test_what_most_advancing_deals_have_and_others_less_often_is_named_with_counts() -> None:
    found = in_common(
        [GOOD, GOOD, GOOD, POOR], [POOR, POOR, GOOD], today=TODAY, days=UTC_DAYS, held=EVERYTHING
    )

    contacts = next(one for one in found.shared if one.words == "two or more contacts")
    assert (contacts.advancing, contacts.of_advancing, contacts.others, contacts.of_others) == (3, 4, 1, 3)
    assert len(found.shared) == 5
    assert found.reason is None


def test_two_deals_are_too_few_to_say_anything() -> None:
    found = in_common([GOOD, GOOD], [POOR], today=TODAY, days=UTC_DAYS, held=EVERYTHING)

    assert (found.shared, found.reason) == ((), "too few to say")
    assert in_common([GOOD] * 5, [], today=TODAY, days=UTC_DAYS, held=EVERYTHING).reason == "too few to say"


def test_what_all_deals_have_sets_none_of_them_apart() -> None:
    found = in_common([GOOD] * 4, [GOOD] * 4, today=TODAY, days=UTC_DAYS, held=EVERYTHING)

    assert found.shared == ()
    assert found.reason == "nothing we can see: the team's other open deals have the same just as often"


def test_a_trait_whose_field_is_not_in_the_data_is_off_and_named() -> None:
    held = EVERYTHING - {DataField.CONTACTS}

    found = in_common([GOOD] * 3, [POOR] * 3, today=TODAY, days=UTC_DAYS, held=held)

    assert "two or more contacts" in found.off
    assert all(one.words != "two or more contacts" for one in found.shared)


def test_evidence_nobody_was_ever_asked_for_is_off() -> None:
    unknown = Traits(HEALTHY, proven=None)

    found = in_common([unknown] * 3, [POOR] * 3, today=TODAY, days=UTC_DAYS, held=EVERYTHING)

    assert found.off == ("evidence beyond the rep's own words",)


def test_a_step_of_yesterday_is_no_step_ahead() -> None:
    past = Traits(replace(HEALTHY, next_step=NextStep("send the contract", date(2026, 10, 4))))

    found = in_common([past] * 3, [POOR] * 3, today=TODAY, days=UTC_DAYS, held=EVERYTHING)

    assert all(one.words != "a next step with a date ahead" for one in found.shared)
