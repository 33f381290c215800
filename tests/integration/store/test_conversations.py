from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.obligations import State, Verdict
from bot.domain.verification import Answer
from bot.store.ids import new_id
from bot.store.repositories.conversations import ConversationRow
from bot.store.unit_of_work import Store
from tests.integration.store.seeds import DAY, NOW, add_fire, owed


def conversation(obligation_id: str, **more: Any) -> ConversationRow:
    values: dict[str, Any] = {
        "id": new_id("cov"),
        "obligation_id": obligation_id,
        "manager_id": "mia",
        "rep_id": "rob",
        "kind": "conversation",
        "base_id": None,
        "held_on": date(2026, 10, 5),
        "minutes": 25,
        "cause": "Two deals slipped",
        "plan": "Call five dormant accounts",
        "next_step_on": date(2026, 10, 9),
        "logged_at": NOW,
        **more,
    }
    return ConversationRow(**values)


def obligation(store: Store) -> str:
    with store.writing() as uow:
        (added,) = uow.obligations.add([owed(add_fire(uow))])
    return added


def test_a_logged_conversation_comes_back_whole(team: Store) -> None:
    logged = conversation(obligation(team))
    with team.writing() as uow:
        uow.conversations.add(logged)
    with team.reading() as uow:
        assert uow.conversations.get(logged.id) == logged
        assert uow.conversations.get("cov_unknown") is None
        assert uow.conversations.for_obligation(logged.obligation_id) == [logged]


def test_the_plan_to_confirm_is_the_newest_conversation_of_the_two_not_a_confirmation_of_it(
    team: Store,
) -> None:
    owed_id = obligation(team)
    old, new = conversation(owed_id, logged_at=NOW - 10 * DAY), conversation(owed_id, logged_at=NOW - 7 * DAY)
    confirmed = conversation(owed_id, kind="plan_confirmed", base_id=new.id, plan=None, logged_at=NOW)
    others = conversation(owed_id, rep_id="ria", logged_at=NOW)
    with team.writing() as uow:
        for one in (old, new, confirmed, others):
            uow.conversations.add(one)
        assert uow.conversations.latest_plan("mia", "rob", NOW - 14 * DAY) == new
        assert uow.conversations.latest_plan("mia", "rob", NOW - 6 * DAY) is None
        assert uow.conversations.latest_plan("max", "rob", NOW - 14 * DAY) is None
        assert [one.id for one in uow.conversations.for_obligation(owed_id)][-2:] == [new.id, old.id]


def test_a_rep_is_asked_once_and_may_answer_again(team: Store) -> None:
    logged = conversation(obligation(team))
    with team.writing() as uow:
        uow.conversations.add(logged)
        asked = uow.conversations.ask_acknowledgement(logged.id, "rob", NOW, NOW + 3 * DAY)
        assert uow.conversations.ask_acknowledgement(logged.id, "rob", NOW + DAY, NOW + 9 * DAY) == asked
        assert [one.id for one in uow.conversations.open_for_rep("rob")] == [asked]
        assert uow.conversations.open_for_rep("ria") == []
        uow.conversations.answer(asked, Answer.DISPUTED, "We did not meet", NOW + DAY)
        uow.conversations.answer(asked, Answer.CONFIRMED, None, NOW + 2 * DAY)
    with team.reading() as uow:
        row = uow.conversations.acknowledgement(asked)
        assert row == uow.conversations.acknowledgement_of(logged.id)
        assert row is not None
        assert row.deadline_at == NOW + 3 * DAY  # the first asking counts
        answers = uow.conversations.answers(asked)
        assert [(one.answer, one.comment) for one in answers] == [
            (Answer.DISPUTED, "We did not meet"),
            (Answer.CONFIRMED, ""),
        ]
        assert uow.conversations.open_for_rep("rob") == []


def test_an_acknowledgement_is_due_once_its_deadline_passed_unanswered_and_unjudged(team: Store) -> None:
    with team.writing() as uow:
        fire_id = add_fire(uow)
        asked = {}
        for name, subject in {"silent": "rob", "answered": "ria", "judged": "ray"}.items():
            (owed_id,) = uow.obligations.add([owed(fire_id, subject=subject)])
            logged = conversation(owed_id, rep_id=subject)
            uow.conversations.add(logged)
            asked[name] = uow.conversations.ask_acknowledgement(logged.id, subject, NOW, NOW + 3 * DAY)
        uow.conversations.answer(asked["answered"], Answer.CONFIRMED, None, NOW)
        (judged,) = (one for one in uow.obligations.of_fire(fire_id, "mia") if one.subject_id == "ray")
        settled = replace(judged, state=State.DONE, verdict=Verdict.UNANSWERED, version=2)
        assert uow.obligations.save(settled, expected_version=1)
    with team.reading() as uow:
        before = uow.conversations.due_acknowledgements(NOW + 3 * DAY - timedelta(seconds=1), 10)
        due = uow.conversations.due_acknowledgements(NOW + 3 * DAY, 10)
    assert before == []
    assert [one.id for one in due] == [asked["silent"]]


def test_an_answer_other_than_yes_or_no_is_refused(team: Store) -> None:
    logged = conversation(obligation(team))
    with pytest.raises(IntegrityError), team.writing() as uow:
        uow.conversations.add(replace(logged, kind="chat"))  # type: ignore[arg-type] # what is refused
