from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.domain.flags import NEEDS, NEEDS_ONE_OF, Flag, FlagKind, FlagRules, flags_of, flags_off
from bot.domain.pipeline import OPEN_STAGES, DataField, Deal, NextStep, Stage
from tests.unit.domain.samples import EVERYTHING, HEALTHY, LAST_MONDAY, MONDAY, TODAY, UTC_DAYS, days_ago

YESTERDAY = TODAY - timedelta(days=1)
UNKNOWN = Deal(id="deal_2", name="Bare", owner_id="per_rep", stage=Stage.PROPOSAL)
BELOW_HALF, HALF = Decimal("14999.99"), Decimal(15000)


def raised(
    deal: Deal,
    held: frozenset[DataField] = EVERYTHING,
    last_check: datetime | None = LAST_MONDAY,
    on: date = TODAY,
) -> list[Flag]:
    now = MONDAY + (on - TODAY)
    return flags_of(deal, now=now, days=UTC_DAYS, rules=FlagRules(), held=held, last_check=last_check)


def kinds(deal: Deal, held: frozenset[DataField] = EVERYTHING) -> set[str]:
    return {flag.kind.value for flag in raised(deal, held)}


def still(days: int, activity_days: int | None = None) -> Deal:
    active = None if activity_days is None else days_ago(activity_days)
    return replace(HEALTHY, last_moved_at=days_ago(days), last_activity_at=active)


def stepped(due_on: date | None) -> Deal:
    return replace(HEALTHY, next_step=NextStep("send the contract", due_on))


def moved(entered: datetime, active: datetime | None, created: datetime | None = None) -> Deal:
    return replace(
        HEALTHY, entered_stage_at=entered, last_moved_at=entered, last_activity_at=active, created_at=created
    )


def revalued(before: Decimal | None, after: Decimal | None, days: int = 3) -> Deal:
    return replace(HEALTHY, previous_amount=before, amount=after, amount_changed_at=days_ago(days))


@pytest.mark.parametrize(
    ("deal", "expected"),
    [
        pytest.param(HEALTHY, set(), id="healthy"),
        pytest.param(still(13), set(), id="still for 13 days"),
        pytest.param(
            replace(HEALTHY, unbacked=(("pain_in_money", days_ago(0)),)), {"evidence_gap"}, id="its day came"
        ),
        pytest.param(
            replace(HEALTHY, unbacked=(("pain_in_money", days_ago(-1)),)), set(), id="asked, its day to come"
        ),
        pytest.param(still(14), {"stale"}, id="still for 14 days"),
        pytest.param(still(59), {"stale"}, id="still for 59 days"),
        pytest.param(still(60), {"frozen"}, id="still for 60 days: frozen alone"),
        pytest.param(still(70, activity_days=13), set(), id="an activity is a movement"),
        pytest.param(still(70, activity_days=20), {"stale"}, id="the later of both counts"),
        pytest.param(still(3, activity_days=70), set(), id="a change is a movement"),
        pytest.param(
            replace(HEALTHY, last_moved_at=None, last_activity_at=None),
            set(),
            id="no dated movement: no judgement",
        ),
        pytest.param(replace(HEALTHY, next_step=None), {"no_next_step"}, id="no next step"),
        pytest.param(stepped(TODAY), set(), id="next step due today"),
        pytest.param(stepped(YESTERDAY), {"next_step_overdue"}, id="next step due yesterday"),
        pytest.param(stepped(None), set(), id="an undated next step is neither absent nor overdue"),
        pytest.param(replace(HEALTHY, close_date=TODAY), set(), id="closes today"),
        pytest.param(
            replace(HEALTHY, close_date=YESTERDAY), {"close_date_passed"}, id="was to close yesterday"
        ),
        pytest.param(replace(HEALTHY, close_date=None), set(), id="no close date known"),
        pytest.param(replace(HEALTHY, close_date_pushes=1), set(), id="pushed once"),
        pytest.param(replace(HEALTHY, close_date_pushes=2), {"close_date_pushed"}, id="pushed twice"),
        pytest.param(replace(HEALTHY, contact_count=1), {"single_threaded"}, id="one contact"),
        pytest.param(replace(HEALTHY, contact_count=2), set(), id="two contacts"),
        pytest.param(replace(HEALTHY, contact_count=0), set(), id="no contact known"),
        pytest.param(replace(HEALTHY, contact_count=None), set(), id="contacts unknown"),
        pytest.param(revalued(Decimal(10000), BELOW_HALF), set(), id="amount up by less than half"),
        pytest.param(revalued(Decimal(10000), HALF), {"amount_jump"}, id="amount up by half"),
        pytest.param(revalued(Decimal(10000), Decimal(5000)), {"amount_jump"}, id="amount down by half"),
        pytest.param(revalued(Decimal(10000), HALF, days=13), {"amount_jump"}, id="a jump 13 days ago"),
        pytest.param(revalued(Decimal(10000), HALF, days=14), set(), id="a jump 14 days ago is no news"),
        pytest.param(revalued(None, HALF), set(), id="a first amount is no jump"),
        pytest.param(revalued(Decimal(0), HALF), set(), id="an amount instead of 0 is no jump"),
        pytest.param(revalued(Decimal(10000), None), set(), id="an amount that went unknown is no jump"),
        pytest.param(UNKNOWN, {"no_next_step"}, id="what is unknown raises nothing"),
    ],
)
def test_each_flag_at_its_boundary(deal: Deal, expected: set[str]) -> None:
    assert kinds(deal) == expected


@pytest.mark.parametrize(
    ("deal", "last_check", "flagged"),
    [
        pytest.param(moved(days_ago(1), None), LAST_MONDAY, True, id="no activity at all"),
        pytest.param(moved(days_ago(1), days_ago(8)), LAST_MONDAY, True, id="activity before the last check"),
        pytest.param(moved(days_ago(1), days_ago(3)), LAST_MONDAY, False, id="activity since"),
        pytest.param(
            moved(days_ago(1), LAST_MONDAY.replace(hour=0)),
            LAST_MONDAY,
            False,
            id="activity dated by the day alone",
        ),
        pytest.param(moved(LAST_MONDAY, None), LAST_MONDAY, False, id="changed before the last check"),
        pytest.param(
            moved(LAST_MONDAY + timedelta(microseconds=1), None),
            LAST_MONDAY,
            True,
            id="changed just after it",
        ),
        pytest.param(moved(days_ago(1), None), None, False, id="first check: nothing to compare with"),
        pytest.param(moved(days_ago(-1), None), LAST_MONDAY, False, id="changes tomorrow"),
        pytest.param(
            moved(days_ago(1), None, created=days_ago(1)), LAST_MONDAY, False, id="a deal just opened"
        ),
        pytest.param(
            moved(days_ago(1), None, created=days_ago(4)), LAST_MONDAY, True, id="opened, then moved"
        ),
        pytest.param(
            replace(UNKNOWN, next_step=HEALTHY.next_step), LAST_MONDAY, False, id="no date of the change"
        ),
    ],
)
def test_a_stage_change_without_activity_since_the_last_check(
    deal: Deal, last_check: datetime | None, flagged: bool
) -> None:
    found = {flag.kind for flag in raised(deal, last_check=last_check)}
    assert (FlagKind.STAGE_CHANGED_WITHOUT_ACTIVITY in found) == flagged


WORST = replace(
    HEALTHY,
    entered_stage_at=LAST_MONDAY + timedelta(days=1),
    last_moved_at=days_ago(23),
    last_activity_at=None,
    close_date=date(2026, 9, 12),
    close_date_pushes=3,
    contact_count=1,
    next_step=NextStep("send the contract", date(2026, 10, 3)),
    previous_amount=Decimal(10000),
    amount=Decimal("25000.50"),
    amount_changed_at=days_ago(2),
    unbacked=(("timeline_and_event", days_ago(1)), ("economic_buyer_met", days_ago(1))),
)


@pytest.mark.parametrize("stage", Stage)
def test_a_closed_deal_has_no_flags(stage: Stage) -> None:
    assert bool(raised(replace(WORST, stage=stage))) == (stage in OPEN_STAGES)


def test_says_each_flag_in_one_plain_sentence() -> None:
    found = [*raised(WORST), *raised(replace(still(72), next_step=None))]
    assert {flag.kind for flag in found} == set(FlagKind)
    assert [flag.words(TODAY) for flag in found] == [
        "Moved to discovery on 29 Sep, no activity logged",
        "No movement for 23 days",
        "Next step was due 3 Oct: send the contract",
        "Close date 12 Sep has passed",
        "Close date pushed 3 times",
        "Only one contact is known",
        "2 questions asked, nothing on record answers",
        "Amount rose from 10,000 to 25,000.50 on 3 Oct",
        "Frozen: no movement for 72 days",
        "No next step agreed",
    ]


def test_says_the_year_only_when_it_is_another_one() -> None:
    (flag,) = raised(replace(HEALTHY, close_date=date(2025, 12, 30)))
    assert flag.words(TODAY) == "Close date 30 Dec 2025 has passed"


def test_mere_time_changes_the_words_and_not_the_fingerprint() -> None:
    later = TODAY + timedelta(days=4)
    before, after = raised(WORST), raised(WORST, on=later)
    assert [flag.fingerprint for flag in before] == [flag.fingerprint for flag in after]
    assert [flag.words(later) for flag in after][1] == "No movement for 27 days"


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"entered_stage_at": days_ago(2)}, id="another stage change"),
        pytest.param({"last_activity_at": days_ago(20)}, id="a movement, stale again"),
        pytest.param({"next_step": NextStep("send the contract", date(2026, 10, 4))}, id="another due date"),
        pytest.param({"next_step": NextStep("call legal", date(2026, 10, 3))}, id="another step"),
        pytest.param({"close_date": date(2026, 9, 13)}, id="another close date"),
        pytest.param({"close_date_pushes": 4}, id="pushed again"),
        pytest.param({"amount": Decimal(26000)}, id="another amount"),
    ],
)
def test_changed_facts_change_one_fingerprint(changed: dict[str, object]) -> None:
    before = {flag.fingerprint for flag in raised(WORST)}
    after = {flag.fingerprint for flag in raised(replace(WORST, **changed))}  # type: ignore[arg-type]  # a case's fields
    assert (len(before - after), len(after - before)) == (1, 1)


def test_fingerprints_tell_kinds_apart_and_ignore_trailing_zeros() -> None:
    assert len({flag.fingerprint for flag in raised(WORST)}) == len(raised(WORST))
    before, after = (raised(revalued(Decimal(text), HALF))[0].fingerprint for text in ("10000", "10000.00"))
    assert before == after


@pytest.mark.parametrize("kind", FlagKind)
def test_a_kind_is_off_without_its_fields_and_says_so(kind: FlagKind) -> None:
    subjects = [WORST, replace(still(72), next_step=None)]
    for field in NEEDS[kind]:
        held = EVERYTHING - {field}
        assert all(flag.kind is not kind for deal in subjects for flag in raised(deal, held))
        assert f"off: no {field} imported" in {off.reason for off in flags_off(held)}
    either = NEEDS_ONE_OF.get(kind, frozenset())
    for field in either:
        assert any(
            flag.kind is kind for deal in subjects for flag in raised(deal, EVERYTHING - either | {field})
        )
    if either:
        assert not any(flag.kind is kind for deal in subjects for flag in raised(deal, EVERYTHING - either))


def test_off_names_all_that_is_missing() -> None:
    assert flags_off(EVERYTHING) == []
    held = frozenset({DataField.AMOUNTS, DataField.CLOSE_DATES, DataField.CONTACTS, DataField.NEXT_STEPS})
    assert [(off.what, off.reason) for off in flags_off(held)] == [
        ("Stage changed without activity", "off: no stage history or activities imported"),
        ("Stale", "off: no stage history, value history or activities imported"),
        ("Frozen", "off: no stage history, value history or activities imported"),
        ("Close date pushed", "off: no value history imported"),
        ("Amount jump", "off: no value history imported"),
    ]
    # What was asked and answered is our own to know, whatever the CRM brings.
    assert len(flags_off(frozenset())) == len(FlagKind) - 1
