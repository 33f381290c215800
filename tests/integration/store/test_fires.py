from __future__ import annotations

from datetime import date, timedelta

from bot.store.unit_of_work import Store
from tests.integration.store.seeds import NOW, add_fire

MONDAY, NEXT_MONDAY = date(2026, 10, 5), date(2026, 10, 12)


def test_an_occurrence_is_recorded_once_per_zone_and_local_date(team: Store) -> None:
    times = {"starts_at": NOW, "due_at": NOW + timedelta(hours=9), "now": NOW + timedelta(hours=2)}
    with team.writing() as uow:
        fire = uow.fires.record("health_check", "Europe/Berlin", MONDAY, late=True, **times)
        again = uow.fires.record("health_check", "Europe/Berlin", MONDAY, late=False, **times)
        others = [
            uow.fires.record("health_check", "America/New_York", MONDAY, late=False, **times),
            uow.fires.record("health_check", "Europe/Berlin", NEXT_MONDAY, late=False, **times),
            uow.fires.record("weekly_digest", "Europe/Berlin", MONDAY, late=False, **times),
        ]
    assert fire is not None
    assert again is None
    assert None not in others
    with team.reading() as uow:
        assert uow.fires.get(fire.id) == fire == uow.fires.on("health_check", "Europe/Berlin", MONDAY)
        assert uow.fires.get("fire_unknown") is None
    assert (fire.late, fire.starts_at, fire.recorded_at) == (True, NOW, NOW + timedelta(hours=2))


def test_the_newest_start_is_told_per_cadence_and_zone(team: Store) -> None:
    with team.writing() as uow:
        fires = {
            ("health_check", "Europe/Berlin"): add_fire(uow, NEXT_MONDAY),
            ("health_check", "America/New_York"): add_fire(uow, MONDAY, "America/New_York"),
        }
        add_fire(uow, MONDAY)
        started = {where: found.starts_at for where, id_ in fires.items() if (found := uow.fires.get(id_))}
        assert uow.fires.latest_starts() == started


def test_a_fire_remembers_how_far_it_was_expanded(team: Store) -> None:
    with team.writing() as uow:
        done, begun = add_fire(uow, MONDAY), add_fire(uow, NEXT_MONDAY)
        uow.fires.mark_expanded(begun, "mia", None)
        uow.fires.mark_expanded(done, "mia", None)
        uow.fires.mark_expanded(done, None, NOW)
    with team.reading() as uow:
        finished, left = uow.fires.get(done), uow.fires.unfinished()
    assert finished is not None
    assert (finished.expanded_until, finished.expanded_at) == ("mia", NOW)
    assert [(fire.id, fire.expanded_until) for fire in left] == [(begun, "mia")]
