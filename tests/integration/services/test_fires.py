"""A cadence fires once, however often and by however many it is asked; by hand too."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.domain.obligations import State
from bot.domain.people import Role
from bot.errors import InvalidInput, NotFound
from bot.services import fan_out
from bot.services.cadence_fires import record_due_fires, start_cadences
from bot.services.fan_out import expand_fire
from bot.services.fire_now import FireNow, fire_now
from bot.services.tick import tick
from bot.store.unit_of_work import Store, UnitOfWork
from tests.integration.services.company import (
    MONDAY,
    SUNDAY,
    RecordedJobs,
    add_quota,
    every,
    logged,
    monday,
    owed_to,
    person,
    rows,
)

HOUR = timedelta(hours=1)
# What no database can see differently.
ON_ONE = pytest.mark.parametrize("database_kind", ["sqlite"])
WEEK = timedelta(days=7)
NEW_YORK = MONDAY + 6 * HOUR


def by_hand(at: datetime = MONDAY, who: str | None = None, *, dry_run: bool = False) -> FireNow:
    return FireNow("health_check", at, who, dry_run=dry_run)


def at_once(*work: Callable[[], object]) -> list[object]:
    """Run all at the same moment, each in a thread; return what each gave or raised."""
    barrier = threading.Barrier(len(work))
    found: list[object] = [None] * len(work)

    def run(place: int, one: Callable[[], object]) -> None:
        barrier.wait()
        try:
            found[place] = one()
        except Exception as error:  # noqa: BLE001 - what it raised is what is asked for
            found[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(work)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


def test_each_zone_fires_at_its_own_nine_oclock(company: Store, jobs: RecordedJobs) -> None:
    start_cadences(company, SUNDAY)

    assert record_due_fires(company, jobs, MONDAY - timedelta(minutes=1)) == []
    assert len(record_due_fires(company, jobs, MONDAY)) == 1
    assert record_due_fires(company, jobs, MONDAY + HOUR) == []
    assert len(record_due_fires(company, jobs, NEW_YORK)) == 1


def test_two_processes_at_once_record_one_fire(company: Store) -> None:
    start_cadences(company, SUNDAY)
    queues = [RecordedJobs() for _ in range(6)]

    found = at_once(*(lambda queue=queue: record_due_fires(company, queue, MONDAY) for queue in queues))

    assert not [one for one in found if isinstance(one, Exception)]
    assert sum(len(one) for one in found if isinstance(one, list)) == 1
    assert len(every(company, "cadence_fires")) == 1
    assert sum(event["action"] == "cadence.fired" for event in every(company, "audit_events").values()) == 1


def test_what_was_missed_while_down_is_caught_up_once_and_marked_late(
    company: Store, jobs: RecordedJobs
) -> None:
    monday(company, jobs)

    fires = record_due_fires(company, jobs, MONDAY + 3 * WEEK + 4 * HOUR)

    berlin = [one for one in health_checks(company) if one["zone"] == "Europe/Berlin"]
    assert [
        (one["local_date"], one["late"]) for one in sorted(berlin, key=lambda one: one["local_date"])
    ] == [
        (date(2026, 10, 5), False),
        (date(2026, 10, 26), True),
    ]
    # In New York it is seven in the morning: what was missed there waits.
    assert {one["zone"] for one in health_checks(company) if one["id"] in fires} == {"Europe/Berlin"}
    assert [one["local_date"] for one in health_checks(company) if one["zone"] == "America/New_York"] == []
    later = record_due_fires(company, jobs, MONDAY + 3 * WEEK + 5 * HOUR)
    assert [one["local_date"] for one in health_checks(company) if one["id"] in later] == [date(2026, 10, 19)]
    assert record_due_fires(company, jobs, MONDAY + 3 * WEEK + 5 * HOUR) == []


@ON_ONE
def test_what_was_missed_is_caught_up_in_working_hours_and_due_that_day(
    company: Store, jobs: RecordedJobs
) -> None:
    monday(company, jobs)
    saturday_night = MONDAY + WEEK + timedelta(days=4, hours=18)

    assert record_due_fires(company, jobs, saturday_night) == []
    horizon = tick(company, jobs, None, saturday_night)

    monday_eight = MONDAY + 2 * WEEK - HOUR
    assert horizon.next_due is not None
    assert horizon.next_due.at == monday_eight
    record_due_fires(company, jobs, monday_eight)
    late = [one for one in health_checks(company) if one["late"]]
    assert [one["local_date"] for one in late] == [date(2026, 10, 12)]
    assert late[0]["due_at"] > monday_eight


@ON_ONE
def test_a_zone_whose_first_manager_comes_in_mid_week_waits_for_its_own_monday(
    company: Store, jobs: RecordedJobs
) -> None:
    monday(company, jobs)
    with company.writing() as uow:
        uow.people.save(person("kei", Role.MANAGER, manager="vic", time_zone="Asia/Tokyo"), "crm", "kei")
        uow.people.save(person("ren", Role.REP, manager="kei", time_zone="Asia/Tokyo"), "crm", "ren")

    friday = MONDAY + timedelta(days=3, hours=20)  # of last Monday and Thursday nothing was theirs
    tick(company, jobs, None, friday)
    horizon = tick(company, jobs, None, friday + HOUR)

    tokyo = [one for one in every(company, "cadence_fires").values() if one["zone"] == "Asia/Tokyo"]
    assert tokyo == []
    assert horizon.next_cadence is not None
    assert horizon.next_cadence.at > friday + HOUR
    record_due_fires(company, jobs, MONDAY + WEEK)
    found = [one for one in health_checks(company) if one["zone"] == "Asia/Tokyo"]
    assert [(one["local_date"], one["late"]) for one in found] == [(date(2026, 10, 12), True)]


@ON_ONE
def test_a_zone_that_was_left_and_comes_back_catches_up_nothing(company: Store, jobs: RecordedJobs) -> None:
    monday(company, jobs)
    with company.writing() as uow:
        maxim = uow.people.get("max")
        assert maxim is not None
        uow.people.save(replace(maxim, active=False), "crm", "crm-max")
    record_due_fires(company, jobs, MONDAY + HOUR)
    with company.writing() as uow:
        uow.people.save(maxim, "crm", "crm-max")

    record_due_fires(company, jobs, MONDAY + WEEK + timedelta(days=2, hours=8))

    assert [one["local_date"] for one in health_checks(company) if one["zone"] == "America/New_York"] == []


@ON_ONE
def test_before_cadences_have_begun_nothing_fires(company: Store, jobs: RecordedJobs) -> None:
    assert record_due_fires(company, jobs, MONDAY) == []
    start_cadences(company, MONDAY + HOUR)
    assert record_due_fires(company, jobs, MONDAY + 2 * HOUR) == []
    start_cadences(company, SUNDAY)  # a later start of the process moves nothing
    assert record_due_fires(company, jobs, MONDAY + 2 * HOUR) == []


def health_checks(store: Store) -> list[dict[str, Any]]:
    """The fires of the health check alone: other cadences have their own tests."""
    return [one for one in every(store, "cadence_fires").values() if one["cadence"] == "health_check"]


@pytest.fixture
def many(company: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Nine managers in Berlin, each with a rep below target; pages of three."""
    monkeypatch.setattr(fan_out, "PAGE", 3)
    with company.writing() as uow:
        for number in range(8):
            manager, rep = f"m{number}", f"r{number}"
            uow.people.save(person(manager, Role.MANAGER, manager="vic"), "crm", manager)
            uow.people.save(person(rep, Role.REP, manager=manager), "crm", rep)
            add_quota(uow, rep)
    return company


def test_a_crash_between_and_within_pages_doubles_nothing(
    many: Store, jobs: RecordedJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_cadences(many, SUNDAY)
    fire_id = record_due_fires(many, jobs, MONDAY)[0]
    whole = fan_out.EXPANSIONS["health_check"]
    crashes = iter([False, True, False, True, True, False, False, False])

    def crashing(uow: UnitOfWork, *rest: object) -> object:
        opened = whole(uow, *rest)  # type: ignore[arg-type]  # passed on as they came
        if next(crashes):
            raise ConnectionError("the machine is gone, everything of this page was written")
        return opened

    monkeypatch.setattr(fan_out, "EXPANSIONS", {"health_check": crashing})
    pages = 0
    while True:
        try:
            more = expand_fire(many, jobs, fire_id, MONDAY)
        except ConnectionError:
            continue
        pages += 1
        if not more:
            break

    tables = rows(many)
    owners = [one["owner_id"] for one in tables["obligations"].values() if one["subject_id"] is None]
    assert sorted(owners) == sorted({"mia", *(f"m{number}" for number in range(8))})
    assert pages == 4
    assert len(tables["deliveries"]) == 9
    # Mia leads two reps, the others one each.
    assert len(tables["obligations"]) == 9 + 10
    opened = [one for one in tables["audit_events"].values() if one["action"] == "obligation.opened"]
    assert len(opened) == 19


def test_the_log_tells_how_far_it_is_and_names_nobody(many: Store, jobs: RecordedJobs) -> None:
    start_cadences(many, SUNDAY)
    fire_id = record_due_fires(many, jobs, MONDAY)[0]
    with capture_logs() as logged:
        while expand_fire(many, jobs, fire_id, MONDAY):
            pass
    pages = [(one["managers"], one["more"]) for one in logged if one["event"] == "fan_out_page"]
    assert pages == [(3, True), (3, True), (3, True), (0, False)]
    assert "Mia" not in str(logged)


def test_expanded_again_by_a_second_worker_nothing_is_doubled(many: Store, jobs: RecordedJobs) -> None:
    fire_id = monday(many, jobs)[0]
    before = rows(many)

    assert expand_fire(many, jobs, fire_id, MONDAY + HOUR) is False
    assert expand_fire(many, jobs, "fire_nothing", MONDAY) is False

    assert rows(many) == before


def test_a_dry_run_shows_who_would_get_what_and_changes_nothing(company: Store, jobs: RecordedJobs) -> None:
    before = rows(company)

    opened = fire_now(company, jobs, by_hand(dry_run=True))

    assert rows(company) == before
    assert {one.manager.id: (one.owed, one.sent) for one in opened} == {
        "mia": (("Ria", "Rob"), True),
        "max": (("Ray",), True),
    }


def test_by_hand_for_one_person_the_others_get_theirs_at_their_time(
    company: Store, jobs: RecordedJobs
) -> None:
    start_cadences(company, SUNDAY)
    early = MONDAY - HOUR

    opened = fire_now(company, jobs, by_hand(early, "MIA@acme.example"))
    again = fire_now(company, jobs, by_hand(early, "mia"))

    assert [(one.manager.id, one.sent) for one in opened + again] == [("mia", True), ("mia", False)]
    assert jobs.expansions == []
    record_due_fires(company, jobs, MONDAY)
    assert len(jobs.expansions) == 1


def test_by_hand_while_the_fan_out_is_on_its_way_does_not_end_it(many: Store, jobs: RecordedJobs) -> None:
    start_cadences(many, SUNDAY)
    fire_id = record_due_fires(many, jobs, MONDAY)[0]
    expand_fire(many, jobs, fire_id, MONDAY)

    fire_now(many, jobs, by_hand(MONDAY, "M7"))

    while expand_fire(many, jobs, fire_id, MONDAY):
        pass
    assert len(every(many, "deliveries")) == 9


@ON_ONE
def test_by_hand_while_the_bot_was_down_the_others_are_caught_up(many: Store, jobs: RecordedJobs) -> None:
    start_cadences(many, SUNDAY)
    fire_now(many, jobs, by_hand(MONDAY + HOUR, "M7"))

    tick(many, jobs, None, MONDAY + 2 * HOUR)

    assert len(jobs.expansions) == 1
    while expand_fire(many, jobs, jobs.expansions[0], MONDAY + 2 * HOUR):
        pass
    assert len(every(many, "deliveries")) == 9


@ON_ONE
def test_on_another_day_only_those_meant_get_it(many: Store, jobs: RecordedJobs) -> None:
    monday(many, jobs)
    before = set(every(many, "deliveries"))
    wednesday = MONDAY + timedelta(days=2)

    fire_now(many, jobs, by_hand(wednesday, "M7"))
    record_due_fires(many, jobs, wednesday + 6 * HOUR)

    sent = [one for key, one in every(many, "deliveries").items() if key not in before]
    assert [one["person_id"] for one in sent if one["mode"] == "post"] == ["m7"]
    days = [(one["zone"], one["local_date"]) for one in health_checks(many)]
    assert ("America/New_York", date(2026, 10, 5)) in days  # caught up
    next_week = record_due_fires(many, jobs, MONDAY + WEEK)
    assert [one["zone"] for one in health_checks(many) if one["id"] in next_week] == ["Europe/Berlin"]


@ON_ONE
def test_twice_by_hand_nobody_gets_a_second_one(company: Store, jobs: RecordedJobs) -> None:
    first = fire_now(company, jobs, by_hand())
    before = rows(company)

    second = fire_now(company, jobs, by_hand())

    assert [one.sent for one in first] == [True, True]
    assert [one.sent for one in second] == [False, False]
    assert rows(company) == before


@ON_ONE
def test_what_can_not_be_fired_is_refused_with_the_names(company: Store, jobs: RecordedJobs) -> None:
    with pytest.raises(InvalidInput, match="health_check"):
        fire_now(company, jobs, replace(by_hand(), cadence="helth_check"))
    with pytest.raises(NotFound, match="Max, Mia"):
        fire_now(company, jobs, by_hand(who="Rob"))


@ON_ONE
def test_holidays_and_time_off_excuse_and_are_said(company: Store, jobs: RecordedJobs) -> None:
    with company.writing() as uow:
        uow.people.add_time_off("rob", date(2026, 10, 1), date(2026, 10, 9), "parental leave")
        uow.people.add_time_off("max", date(2026, 10, 5), date(2026, 10, 5), "moving house")

    monday(company, jobs)
    monday(company, jobs, NEW_YORK)

    assert owed_to(company, "rob").state is State.EXCUSED
    assert owed_to(company, "ria").state is State.DUE
    assert owed_to(company, "ray").state is State.EXCUSED
    assert [one["person_id"] for one in every(company, "deliveries").values()] == ["mia"]


@ON_ONE
def test_when_everybody_is_on_target_the_check_is_done_by_itself(company: Store, jobs: RecordedJobs) -> None:
    with company.writing() as uow:
        for rep in ("rob", "ria"):
            uow.people.add_time_off(rep, date(2026, 10, 1), date(2026, 10, 9), "leave")

    fire_id = monday(company, jobs)[0]

    with company.reading() as uow:
        whole = next(one for one in uow.obligations.of_fire(fire_id, "mia") if one.subject_id is None)
    assert (whole.state, whole.verdict.value) == (State.DONE, "verified")


def test_at_the_next_occurrence_what_is_open_is_missed_and_may_still_be_logged(
    fired: Store, jobs: RecordedJobs
) -> None:
    old = owed_to(fired, "rob")

    monday(fired, jobs, MONDAY + WEEK)

    with fired.reading() as uow:
        missed = uow.obligations.get(old.id)
    assert missed is not None
    assert missed.state is State.MISSED
    logged(fired, jobs, "rob", MONDAY + WEEK, obligation_id=old.id, version=missed.version)
    with fired.reading() as uow:
        late = uow.obligations.get(old.id)
    assert late is not None
    assert (late.state, late.done_late) == (State.DONE, True)


@ON_ONE
def test_a_tick_tells_what_lies_ahead(company: Store, jobs: RecordedJobs) -> None:
    start_cadences(company, SUNDAY)

    horizon = tick(company, jobs, None, SUNDAY)

    assert horizon.next_cadence is not None
    assert horizon.next_due == horizon.next_cadence
    assert horizon.next_cadence.at == datetime(2026, 10, 5, 7, tzinfo=UTC)
    assert horizon.next_cadence.label == "Health check (Europe/Berlin)"
