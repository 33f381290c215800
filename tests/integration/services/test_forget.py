"""Forgetting a person: what goes, what stays for others, what is on record, what nothing brings back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.crm.batch import CrmBatch
from bot.domain.crm_records import DealRecord, PersonRecord, QuotaRecord, TimeOffRecord
from bot.domain.people import Role
from bot.domain.pipeline import Stage
from bot.domain.verdict_comments import Judged
from bot.domain.verification import Answer
from bot.errors import InvalidInput, NotFound
from bot.services.acknowledgement import Acknowledge, acknowledge
from bot.services.coaching_answer import AnswerLog, RateSession, answer, rate
from bot.services.coaching_log import About, keep_draft
from bot.services.directory import SlackMember, join_directory
from bot.services.enforcement import advance
from bot.services.evidence_rulings import rule_evidence
from bot.services.export import export_ledger
from bot.services.forget import Forgotten, forget, preview_forget
from bot.services.forgotten_people import without_forgotten
from bot.services.my_data import my_data
from bot.services.one_on_one_agenda import AddItem, add_item
from bot.services.overview import team, week
from bot.services.verdict_comments import WriteComment, write
from bot.store.handling import Inbound
from bot.store.repositories.crm_people import CrmPeople
from bot.store.repositories.inbox import KeptEvent
from bot.store.tables import Deliveries, ImportRejects
from bot.store.unit_of_work import Store
from tests.integration.services.company import (
    MONDAY,
    PEOPLE,
    RecordedJobs,
    brought,
    every,
    logged,
    monday,
    owed_to,
    question_to,
    rows,
    trail,
)
from tests.integration.services.inspecting import asked, marked, opened, ruling, with_channels, wrote
from tests.integration.services.one_on_ones import accepted, slots
from tests.integration.services.test_coaching_logs import log

DAY = timedelta(days=1)
NAME, LABEL = "Robert Quillfeather", "Former colleague 1"
# Whatever he wrote, and whatever was written about him, has this word in it.
MARK = "zebra"
PERSONAL = (MARK, "Quillfeather", "Robert", "rob@acme.example", "UROB", "crm-rob")
SLACK_ID = "UROB"
KEPT_WORDS = "Ria opens with the walrus question"


@pytest.fixture
def lived(store: Store, jobs: RecordedJobs) -> Store:
    """A week in which Rob left words of every kind, and others words about him."""
    brought(store, jobs, "lived", lambda made: _live(store, made))
    return store


def _live(store: Store, jobs: RecordedJobs) -> None:
    monday(store, jobs)
    rob = next(one for one in PEOPLE if one.id == "rob")
    with store.writing() as uow:
        uow.people.save(replace(rob, name=NAME), "crm", "crm-rob")
        uow.people.add_time_off("rob", date(2026, 11, 2), date(2026, 11, 3), f"a {MARK} at home")
    logged(store, jobs, plan=f"Robert opens two new accounts a week, as the {MARK} said.")
    said = Acknowledge("UROB", question_to(store), Answer.DISPUTED, f"We only met the {MARK}")
    acknowledge(store, jobs, said, MONDAY)
    comment = WriteComment("UMIA", Judged.OBLIGATION, owed_to(store, "rob").id, f"Robert saw the {MARK}")
    write(store, jobs, comment, MONDAY)
    done = log(
        store,
        jobs,
        feedback=f"You asked the {MARK} about money only after the demo, Robert.",
        step=f"Robert opens the next two {MARK} calls with the budget question",
        action_1=f"Call the controller of the {MARK} about the budget",
        notes=f"{MARK}: leaving?",
    )
    rate(store, jobs, RateSession("UROB", done.log_id, 4), MONDAY)
    answer(store, jobs, AnswerLog("UROB", done.log_id, 1, Answer.DISPUTED, f"The {MARK} was there"), MONDAY)
    keep_draft(store, "UMIA", About(rep_id="rob"), {"feedback": f"{MARK} next time"}, MONDAY)
    accepted(store, jobs)
    add_item(store, jobs, AddItem("UROB", slots(store)[0].id, f"the {MARK}"), MONDAY)
    _words_about_deals(store, jobs)
    other = log(
        store,
        jobs,
        "ria",
        step=KEPT_WORDS,
        feedback="Silence after the price was your strength, better than Robert Quillfeather.",
    )
    assert other.faults == ()
    _left_behind(store)


def _words_about_deals(store: Store, jobs: RecordedJobs) -> None:
    with_channels(store)
    opened(store, jobs)
    asked(store, jobs)
    message = wrote(store, jobs, text=f"The review is on 14 October with their {MARK}, she accepted")
    marked(store, jobs, message)
    rule_evidence(store, jobs, ruling(store, accepted=False, reason=f"No {MARK} said so"), MONDAY + DAY)


def _left_behind(store: Store) -> None:
    """What the machinery keeps: the answer to a request, events that fail, a refused row of an import."""
    request = Inbound("action:UROB:1.2:t:log", "action", MONDAY)
    with store.handling(request) as handling, store.writing():
        handling.keep(f"{NAME} was asked about the {MARK}")
    with store.writing() as uow:
        for number, (sender, words) in enumerate(
            ((SLACK_ID, MARK), ("URIA", NAME.upper()), ("URIA", "hello"))
        ):
            event = {"type": "message", "user": sender, "text": words}
            uow.inbox.keep([KeptEvent(f"Ev{number}", event, sender, MONDAY, number)])
        started = uow.imports.start("crm", MONDAY, "monday", MONDAY)
        row = {"id": "rej_1", "workspace_id": "main", "import_id": started, "file": "people.csv", "line": 4}
        uow.connection.execute(insert(ImportRejects).values(**row, value="rob@acme.example", reason="no id"))


def remains(store: Store) -> dict[str, list[str]]:
    """What of him is still in any table, by what it is."""
    found: dict[str, list[str]] = {}
    for name, table in rows(store).items():
        for row in table.values():
            for column, value in row.items():
                for personal in PERSONAL:
                    if personal in str(value):
                        found.setdefault(personal, []).append(f"{name}.{column}: {value}")
    return found


def forgotten(store: Store, who: str = NAME) -> Forgotten:
    return forget(store, who, "tomasz", MONDAY + 2 * DAY)


def test_nothing_he_wrote_and_no_name_of_his_is_in_any_table(lived: Store) -> None:
    assert set(remains(lived)) == set(PERSONAL)  # so that the test would find what it looks for

    done = forgotten(lived)

    assert remains(lived) == {}
    assert done.label == LABEL
    assert {"coaching_logs", "evidence", "thread_messages", "agenda_items", "drafts", "private_notes"} <= set(
        done.counts
    )
    assert every(lived, "people")[("rob",)]["name"] == LABEL
    assert [key for _, key in every(lived, "inbox_events")] == ["Ev2"]
    assert done.counts["events"] == 2


def test_what_others_rest_on_stays(lived: Store) -> None:
    before = rows(lived)
    forgotten(lived)
    after = rows(lived)

    for table in (
        "obligations",
        "coaching_logs",
        "evidence",
        "coverage_conversations",
        "evidence_rulings",
        "acknowledgement_answers",
        "coaching_answers",
        "one_on_ones",
        "deals",
        "notices",
    ):
        assert after[table].keys() == before[table].keys(), table
    for key, row in before["obligations"].items():
        kept = {name: row[name] for name in ("kind", "state", "verdict", "owner_id", "subject_id", "due_at")}
        assert kept == {name: after["obligations"][key][name] for name in kept}
    (one,) = after["evidence"].values()
    assert (one["quote"], one["grade"], one["state"]) == ("[erased]", "claimed", "rejected")
    assert KEPT_WORDS in str(after["coaching_log_versions"])
    assert f"better than {LABEL}" in str(after["coaching_log_versions"])
    for shown in (team(lived, "UMIA", MONDAY + 2 * DAY), week(lived, "UVIC", MONDAY + 2 * DAY)):
        assert NAME not in str(shown)


def test_the_trail_keeps_every_event_and_loses_only_words(lived: Store) -> None:
    before = trail(lived)
    forgotten(lived)
    after = trail(lived)

    assert len(after) == len(before) + 1
    for old, new in zip(before, after, strict=False):
        assert replace(old, before=None, after=None) == replace(new, before=None, after=None)
        for facts, kept in ((old.before, new.before), (old.after, new.after)):
            assert _states(facts) == _states(kept)


def _states(facts: Mapping[str, Any] | None) -> dict[str, Any]:
    names = ("state", "verdict", "grade", "minutes", "version", "due_at", "held_on", "answer")
    return {name: (facts or {}).get(name) for name in names}


def test_it_is_on_record_with_who_when_and_how_much_and_without_the_name(lived: Store) -> None:
    done = forgotten(lived)

    event = trail(lived)[-1]
    assert (event.action, event.entity_id, event.at) == ("person.forgotten", "rob", MONDAY + 2 * DAY)
    assert event.after is not None
    assert event.after["by"] == "tomasz"
    with lived.reading() as uow:
        (erasure,) = uow.erasures.all()
    assert (erasure.by, erasure.finished_at, dict(erasure.counts)) == (
        "tomasz",
        MONDAY + 2 * DAY,
        done.counts,
    )
    assert "Quillfeather" not in str(event) + str(erasure)


def test_a_preview_tells_the_same_and_changes_nothing(lived: Store) -> None:
    before = rows(lived)
    would = preview_forget(lived, "rob@acme.example", MONDAY + 2 * DAY)
    assert rows(lived) == before
    assert forgotten(lived).counts == would.counts


def test_again_it_erases_only_what_came_since(lived: Store) -> None:
    forgotten(lived)
    before = {name: table for name, table in rows(lived).items() if name not in {"erasures", "audit_events"}}

    for who in ("rob@acme.example", "rob", LABEL):
        again = forgotten(lived, who)
        assert (again.again, again.label, again.counts) == (True, LABEL, {})
    after = {name: table for name, table in rows(lived).items() if name not in {"erasures", "audit_events"}}
    assert after == before


def test_the_next_one_gets_the_next_number(lived: Store) -> None:
    forgotten(lived)
    assert forgotten(lived, "Ria").label == "Former colleague 2"


def test_nobody_and_several_are_said(lived: Store) -> None:
    with pytest.raises(NotFound, match="Nobody here has “Zoe”"):
        forgotten(lived, "Zoe")
    with lived.writing() as uow:
        uow.people.save(replace(PEOPLE[3], name="Mia"), "crm", "crm-ria")
    with pytest.raises(InvalidInput, match=r"Several people are called “mia”: mia \(mia@acme"):
        forgotten(lived, "mia ")


def imported(store: Store, batch: CrmBatch) -> None:
    with store.writing() as uow:
        without_forgotten(uow, batch, "crm")
        people = CrmPeople(uow.connection, "main", "crm")
        people.upsert_people(batch.people)
        people.add_time_off(batch.time_off)


@pytest.mark.parametrize(
    "external_id", ["crm-rob", "crm-4711"], ids=["the same id", "another id, same address"]
)
def test_an_import_does_not_bring_the_name_back(lived: Store, external_id: str) -> None:
    forgotten(lived)
    for _ in range(2):
        batch = CrmBatch(
            people=[
                PersonRecord(external_id, NAME, frozenset({Role.REP}), "UTC", "Rob@acme.example", line=2),
                PersonRecord("crm-new", "New One", frozenset({Role.REP}), "UTC", None, external_id, line=3),
            ],
            time_off=[TimeOffRecord(external_id, date(2026, 12, 1), date(2026, 12, 2), "ill")],
            deals=[DealRecord("d1", "A deal", external_id, Stage.DISCOVERY)],
            quotas=[QuotaRecord("q1", external_id, date(2026, 10, 1), date(2026, 12, 31), 1)],  # type: ignore[arg-type]  # any figure
        )
        imported(lived, batch)
        assert {batch.deals[0].owner_external_id, batch.quotas[0].person_external_id} == {"forgotten:rob"}

    people = every(lived, "people")
    assert remains(lived) == {}
    assert people[("rob",)]["name"] == LABEL
    assert not people[("rob",)]["active"]
    (new,) = (one for one in people.values() if one["name"] == "New One")
    assert new["manager_id"] == "rob"
    assert every(lived, "time_off") == {}


def test_slacks_directory_does_not_bring_the_link_back(lived: Store) -> None:
    forgotten(lived)
    members = [SlackMember("UROB", "rob@acme.example")]
    assert join_directory(lived, members, "T1", MONDAY + 3 * DAY) == 0

    assert every(lived, "people")[("rob",)]["slack_user_id"] is None
    assert my_data(lived, "UROB").name is None


def test_no_message_leaves_to_him_any_more_and_what_he_owed_is_excused(
    lived: Store, jobs: RecordedJobs
) -> None:
    with lived.writing() as uow:
        uow.connection.execute(update(Deliveries).values(slack_channel="D1"))
    forgotten(lived)
    advance(lived, jobs, MONDAY + 3 * DAY)

    his = [row for row in every(lived, "deliveries").values() if row["person_id"] == "rob"]
    assert his
    assert {row["state"] for row in his} == {"superseded"}
    assert {row["slack_channel"] for row in his if row["mode"] != "channel"} == {None}
    owed = [row for row in every(lived, "obligations").values() if row["subject_id"] == "rob"]
    assert {row["state"] for row in owed}.isdisjoint({"due", "overdue"})


def test_ratings_stay_in_their_sums_and_point_at_nobody(lived: Store) -> None:
    before = every(lived, "rating_batches")
    forgotten(lived)
    after = rows(lived)

    assert after["rating_batches"] == before
    assert (after["rating_tokens"], after["rating_raters"]) == ({}, {})


def test_of_a_manager_the_sum_goes_and_no_pad_is_used_twice(lived: Store) -> None:
    (before,) = every(lived, "rating_batches").values()
    forgotten(lived, "mia@acme.example")

    (after,) = every(lived, "rating_batches").values()
    assert (after["count"], after["number"]) == (0, before["number"] + 1)
    assert every(lived, "rating_raters") == {}


def test_an_export_afterwards_names_the_label(lived: Store, tmp_path: Path) -> None:
    forgotten(lived)
    folder = tmp_path / "out"
    export_ledger(lived, folder, "both", now=MONDAY + 3 * DAY, by="t")

    written = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    assert LABEL in written
    assert not [one for one in PERSONAL if one in written]
