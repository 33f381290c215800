"""What a session agreed for its deals is held against the CRM, and shown to the two alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from bot.domain.decision_verification import Judgement
from bot.domain.evidence import EvidenceEvent, after
from bot.domain.obligations import Verdict
from bot.domain.people import Role
from bot.services.coaching_log import About, SubmitLog, submit
from bot.services.coaching_reading import read_log, release_text
from bot.services.export import export_ledger
from bot.services.one_on_one_week import read_slot
from bot.slack.views.coaching_log import log_view
from bot.store.tables import Activities, Deals
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, audited, person
from tests.integration.services.one_on_ones import AFTER, OCT_6, ROBS_SLOT, accepted, slots
from tests.integration.services.review_week import crm_says
from tests.integration.services.test_coaching_logs import DAY, FIELDS, edit, log
from tests.integration.services.test_decisions import evidence
from tests.integration.store.seeds import add_crm

STEP_DAY = datetime(2026, 10, 12, 4, 0, tzinfo=UTC)
DAY_AFTER = datetime(2026, 10, 13, 4, 0, tzinfo=UTC)
CALLED = MONDAY + DAY
ACTION = "Call the controller about the budget"


def found(store: Store, log_id: str, user: str = "UMIA", now: datetime = DAY_AFTER) -> Judgement:
    """What the log says of its one action to somebody who asks about it."""
    (judgement,) = read_log(store, user, log_id, now).actions.values()
    return judgement


def did(store: Store, by: str | None, at: datetime = CALLED, deal: str = "deal_rob") -> str:
    """Somebody did something for a deal, and the CRM knows it."""
    with store.writing() as uow:
        values = {"deal_id": deal, "kind": "call", "subject": "Budget", "occurred_at": at}
        return add_crm(uow, Activities, person_id=by, **values)


def test_it_waits_for_the_crm_then_for_its_date_and_then_nothing_was_there(
    company: Store, jobs: RecordedJobs
) -> None:
    log_id = log(company, jobs).log_id

    old = found(company, log_id)
    assert (old.verdict, old.reasons[0].text) == (
        Verdict.PENDING,
        "CRM as of Sunday 4 Oct shows no activity since it was agreed; due 12 Oct.",
    )
    crm_says(company, STEP_DAY)
    assert found(company, log_id).verdict is Verdict.PENDING
    crm_says(company, DAY_AFTER)
    late = found(company, log_id)
    assert (late.verdict, late.counts) == (Verdict.UNVERIFIED, True)
    assert late.reasons[0].text == "CRM as of Tuesday 13 Oct: no activity by 12 Oct."


@pytest.mark.parametrize(
    ("by", "at", "deal", "verdict"),
    [
        ("rob", CALLED, "deal_rob", Verdict.VERIFIED),
        (None, CALLED, "deal_rob", Verdict.VERIFIED),
        ("mia", CALLED, "deal_rob", Verdict.UNVERIFIED),
        ("rob", MONDAY - timedelta(hours=1), "deal_rob", Verdict.UNVERIFIED),
        ("rob", DAY_AFTER, "deal_rob", Verdict.UNVERIFIED),
        ("rob", CALLED, "deal_ria", Verdict.UNVERIFIED),
    ],
    ids=["done", "by nobody named", "by the manager", "before", "after its date", "another deal"],
)
def test_what_the_rep_did_after_the_session_shows_it(
    company: Store, jobs: RecordedJobs, by: str | None, at: datetime, deal: str, verdict: Verdict
) -> None:
    log_id = log(company, jobs).log_id
    activity = did(company, by, at, deal)
    crm_says(company, DAY_AFTER)

    judged = found(company, log_id)

    assert judged.verdict is verdict
    assert (judged.reasons[0].record_id == activity) is (verdict is Verdict.VERIFIED)
    assert found(company, log_id, "UROB") == judged


def test_words_in_the_thread_show_it_until_they_are_gone(company: Store, jobs: RecordedJobs) -> None:
    log_id = log(company, jobs).log_id
    crm_says(company, DAY_AFTER)
    one = evidence("review_meeting_dated")
    with company.writing() as uow:
        uow.evidence.add(one)
    judged = found(company, log_id)
    assert (judged.verdict, judged.reasons[0].record_id) == (Verdict.VERIFIED, one.id)

    with company.writing() as uow:
        uow.evidence.save(after(one, EvidenceEvent.MESSAGE_GONE), one.version)
    assert found(company, log_id).verdict is Verdict.UNVERIFIED


def test_without_activities_in_the_data_it_is_off(company: Store, jobs: RecordedJobs) -> None:
    log_id = log(company, jobs).log_id
    with company.writing() as uow:
        uow.connection.execute(delete(Activities))
    crm_says(company, DAY_AFTER)

    judged = found(company, log_id)

    assert (judged.counts, judged.reasons[0].text) == (False, "off: no activities imported")


def test_nobody_is_held_to_a_deal_that_is_somebody_elses_by_then(company: Store, jobs: RecordedJobs) -> None:
    log_id = log(company, jobs).log_id
    with company.writing() as uow:
        uow.connection.execute(update(Deals).where(Deals.id == "deal_rob").values(owner_id="ria"))
    crm_says(company, DAY_AFTER)
    handed = found(company, log_id)
    assert (handed.verdict, handed.counts, handed.reasons[0].text) == (
        Verdict.UNVERIFIED,
        False,
        "The deal is Ria’s now.",
    )

    with company.writing() as uow:
        uow.people.save(person("ria", Role.REP, manager="max"), "crm", "crm-ria")
    assert found(company, log_id).reasons[0].text == "Ria reports to another manager now."


def test_another_day_agreed_later_is_the_one_that_counts(company: Store, jobs: RecordedJobs) -> None:
    log_id = log(company, jobs).log_id
    did(company, "rob", DAY_AFTER)
    crm_says(company, DAY_AFTER + DAY)
    assert found(company, log_id).verdict is Verdict.UNVERIFIED

    edit(company, jobs, log_id, MONDAY + DAY, step_on="2026-10-15")

    assert found(company, log_id).verdict is Verdict.VERIFIED


def test_of_a_slot_only_what_came_after_its_end_counts(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    slot = slots(company)[0]
    about = About(one_on_one_id=slot.id)
    fields = {**FIELDS, "held_on": OCT_6.isoformat()}
    log_id = submit(company, jobs, SubmitLog("UMIA", about, fields), AFTER + DAY).log_id
    did(company, "rob", ROBS_SLOT)
    crm_says(company, DAY_AFTER)
    assert found(company, log_id).verdict is Verdict.UNVERIFIED

    did(company, "rob", AFTER + timedelta(minutes=1))

    assert found(company, log_id).verdict is Verdict.VERIFIED


def test_the_next_agenda_says_what_became_of_it_to_both(company: Store, jobs: RecordedJobs) -> None:
    accepted(company, jobs)
    log(company, jobs)
    did(company, "rob")
    crm_says(company, STEP_DAY)
    slot = slots(company)[1]

    for viewer in ("mia", "rob"):
        card = read_slot(company, viewer, slot.id, STEP_DAY)
        assert card is not None
        (action,) = card.agenda.actions
        assert (action.deal_name, action.text) == ("deal_rob", ACTION)
        assert action.judgement.verdict is Verdict.VERIFIED


def test_a_leader_reads_no_action_and_released_none_of_what_came_of_it(
    company: Store, jobs: RecordedJobs
) -> None:
    log_id = log(company, jobs).log_id
    did(company, "rob")
    crm_says(company, DAY_AFTER)
    facts = read_log(company, "UVIC", log_id, DAY_AFTER)
    assert "controller" not in str(facts)
    assert facts.actions == {}
    assert "Verdict:* verified" in str(log_view(read_log(company, "UMIA", log_id, DAY_AFTER)))

    release_text(company, jobs, "UROB", log_id, DAY_AFTER)
    release_text(company, jobs, "UMIA", log_id, DAY_AFTER)

    released = read_log(company, "UVIC", log_id, DAY_AFTER)
    assert ACTION in str(released)
    assert released.actions == {}


def test_to_ask_changes_nothing(company: Store, jobs: RecordedJobs) -> None:
    log_id = log(company, jobs).log_id
    crm_says(company, DAY_AFTER)

    with audited(company, changing=set()):
        found(company, log_id)


def test_an_export_has_it_where_it_has_the_text(company: Store, jobs: RecordedJobs, tmp_path: Path) -> None:
    log_id = log(company, jobs).log_id
    silent = log(
        company, jobs, "ria", feedback="You let the buyer name a price before you had one goal."
    ).log_id
    activity = did(company, "rob")
    crm_says(company, DAY_AFTER)
    for user in ("UROB", "UMIA"):
        release_text(company, jobs, user, log_id, DAY_AFTER)
    folder = tmp_path / "out"
    folder.mkdir()

    export_ledger(company, folder, "both", now=DAY_AFTER, by="tomasz")

    versions = json.loads((folder / "coaching_log_versions.json").read_text(encoding="utf-8"))
    by_log = {row["log_id"]: row["deal_actions"] for row in versions}
    assert by_log[silent] is None
    (action,) = by_log[log_id]
    assert (action["words"], action["verdict"], action["counts"]) == (ACTION, "verified", True)
    assert action["reasons"][0]["record_id"] == activity
