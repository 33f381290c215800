from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.domain.obligations import ObligationKind, Reason, SourceKind, State, Verdict
from bot.domain.verification import Answer
from bot.store.unit_of_work import Store, UnitOfWork
from tests.integration.store.seeds import DAY, NOW, add_fire, owed
from tests.integration.store.test_conversations import conversation

HOUR = timedelta(hours=1)


def add(uow: UnitOfWork, fire_id: str, **more: Any) -> str:
    (added,) = uow.obligations.add([owed(fire_id, **more)])
    return added


def test_an_obligation_comes_back_whole(team: Store) -> None:
    with team.writing() as uow:
        full = owed(
            add_fire(uow),
            state=State.DONE,
            verdict=Verdict.CONTRADICTED,
            reasons=(
                Reason("Rob says it did not happen", "acknowledgement", "ack_1"),
                Reason("Überall – “quoted”"),
            ),
            done_at=NOW + 10 * HOUR,
            done_late=True,
            snoozed_until=NOW + 2 * HOUR,
            escalation_level=2,
            excused_reason="holiday",
            version=7,
        )
        assert uow.obligations.add([full]) == [full.id]
    with team.reading() as uow:
        assert uow.obligations.get(full.id) == full
        assert uow.obligations.get("obl_unknown") is None


def test_what_is_owed_already_is_not_added_again(team: Store) -> None:
    with team.writing() as uow:
        fire_id, next_fire = add_fire(uow), add_fire(uow, date(2026, 10, 12))
        about_rob, check = owed(fire_id), owed(fire_id, subject=None, kind=ObligationKind.HEALTH_CHECK)
        assert sorted(uow.obligations.add([about_rob, check])) == sorted([about_rob.id, check.id])
        about_ria = owed(fire_id, subject="ria")
        again = [
            owed(fire_id),
            owed(fire_id, subject=None, kind=ObligationKind.HEALTH_CHECK),  # without a subject as well
            about_ria,
        ]
        assert uow.obligations.add(again) == [about_ria.id]
        assert uow.obligations.add([]) == []
        assert len(uow.obligations.add([owed(next_fire)])) == 1
        assert len(uow.obligations.of_fire(fire_id, "mia")) == 3
        assert uow.obligations.of_fire(fire_id, "max") == []


def test_what_comes_from_another_record_than_a_fire_is_owed_once_as_well(team: Store) -> None:
    slot: dict[str, Any] = {
        "kind": ObligationKind.ONE_ON_ONE,
        "source_kind": SourceKind.ONE_ON_ONE,
        "source_id": "slot_1",
    }
    with team.writing() as uow:
        first = add(uow, "", **slot)
        assert uow.obligations.add([owed("", **slot)]) == []
        without_subject = owed("", subject=None, **slot)
        assert uow.obligations.add([without_subject, owed("", subject=None, **slot)]) == [without_subject.id]
        # The same id of another kind of record is another record.
        other = owed("", **{**slot, "source_kind": SourceKind.DECISION})
        assert uow.obligations.add([other]) == [other.id]
        found = uow.obligations.get(first)
        assert found is not None
        assert (found.source_kind, found.source_id, found.fire_id) == (SourceKind.ONE_ON_ONE, "slot_1", None)
        of_slot = uow.obligations.of_source(SourceKind.ONE_ON_ONE, ["slot_1", "slot_2"])
        assert {one.id for one in of_slot} == {first, without_subject.id}


def test_only_the_version_that_was_read_can_be_written(team: Store) -> None:
    with team.writing() as uow:
        read = owed(add_fire(uow))
        uow.obligations.add([read])
        done = replace(read, state=State.DONE, done_at=NOW, version=2)
        assert uow.obligations.save(done, expected_version=1)
        late = replace(read, state=State.EXCUSED, version=2)
        assert not uow.obligations.save(late, expected_version=1)
        assert uow.obligations.get(read.id, for_update=True) == done


def test_a_state_of_no_known_name_is_refused(team: Store) -> None:
    with team.writing() as uow:
        added = add(uow, add_fire(uow))
    with pytest.raises(IntegrityError), team.writing() as uow:
        uow.connection.execute(
            text("UPDATE obligations SET state = 'forgotten' WHERE id = :id"), {"id": added}
        )


def test_what_is_due_is_told_from_what_is_settled(team: Store) -> None:
    with team.writing() as uow:
        fire_id = add_fire(uow)
        due = add(uow, fire_id, due_at=NOW)
        later = add(uow, fire_id, subject="ria", due_at=NOW + HOUR)
        overdue = add(uow, fire_id, subject="ray", due_at=NOW - HOUR, state=State.OVERDUE)
        done = add(uow, fire_id, subject="vic", due_at=NOW - HOUR, state=State.DONE)
        judged = add(uow, fire_id, owner="max", due_at=NOW, state=State.DONE, verdict=Verdict.VERIFIED)
        assert [one.id for one in uow.obligations.open_past_due(NOW, 10)] == [due]
        assert [one.id for one in uow.obligations.open_past_due(NOW + HOUR, 1)] == [due]
        assert [one.id for one in uow.obligations.owed_by(["mia", "max"])] == [overdue, due, later]
        assert [one.id for one in uow.obligations.pending_verdicts(10)] == [done]
        of_mia = uow.obligations.of_owner("mia", NOW)
        assert [one.id for one in of_mia] == [due, later]
        assert [one.id for one in uow.obligations.of_owner("max", NOW - DAY)] == [judged]


def test_what_an_earlier_fire_left_open_is_found_at_the_next_one(team: Store) -> None:
    with team.writing() as uow:
        last, this, to_come = (add_fire(uow, date(2026, 10, day)) for day in (5, 12, 19))
        left = add(uow, last, state=State.OVERDUE)
        add(uow, last, subject="ria", state=State.DONE)
        of_max = add(uow, last, owner="max", subject="ray")
        add(uow, last, subject=None, kind=ObligationKind.HEALTH_CHECK)
        add(uow, this)
        add(uow, to_come)
        conversations = [ObligationKind.COVERAGE_CONVERSATION]
        of_one = uow.obligations.open_of_earlier_fires(conversations, ["mia"], this)
        of_both = uow.obligations.open_of_earlier_fires(conversations, ["mia", "max"], this)
    assert [one.id for one in of_one] == [left]
    assert {one.id for one in of_both} == {left, of_max}


def test_a_snooze_ends(team: Store) -> None:
    with team.writing() as uow:
        fire_id = add_fire(uow)
        over = add(uow, fire_id, snoozed_until=NOW)
        add(uow, fire_id, subject="ria", snoozed_until=NOW + HOUR)
        add(uow, fire_id, subject="ray", snoozed_until=NOW - HOUR, state=State.DONE)
        add(uow, fire_id, subject="vic")
        assert [one.id for one in uow.obligations.snoozed_until_passed(NOW, 10)] == [over]


def test_the_next_times_are_the_earliest_of_each_sort(team: Store) -> None:
    with team.writing() as uow:
        assert uow.obligations.next_times(NOW) == []
        fire_id = add_fire(uow)
        first = add(uow, fire_id, due_at=NOW + 3 * HOUR, snoozed_until=NOW + 2 * HOUR)
        add(uow, fire_id, subject="ria", due_at=NOW + 5 * HOUR, snoozed_until=NOW - HOUR)
        add(uow, fire_id, subject="ray", due_at=NOW - HOUR, state=State.DONE, snoozed_until=NOW + HOUR)
        assert uow.obligations.next_times(NOW) == [NOW + 2 * HOUR, NOW + 3 * HOUR]
        logged = conversation(first)
        uow.conversations.add(logged)
        asked = uow.conversations.ask_acknowledgement(logged.id, "rob", NOW, NOW + HOUR)
        assert uow.obligations.next_times(NOW) == [NOW + HOUR, NOW + 2 * HOUR, NOW + 3 * HOUR]
        uow.conversations.answer(asked, Answer.CONFIRMED, None, NOW)
        assert uow.obligations.next_times(NOW) == [NOW + 2 * HOUR, NOW + 3 * HOUR]
        assert uow.obligations.next_times(NOW + 2 * HOUR) == [NOW + 3 * HOUR]
