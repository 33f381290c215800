"""The ledger as files: what is in them, what is never in them, and that no half of one is ever seen."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.domain.decisions import DecisionKind
from bot.domain.verification import Answer
from bot.errors import InvalidInput
from bot.services.coaching_answer import AnswerLog, RateSession, answer, rate
from bot.services.coaching_judging import advance
from bot.services.coaching_log import About, keep_draft
from bot.services.coaching_reading import release_text
from bot.services.deal_messages import message_deleted
from bot.services.evidence_rulings import rule_evidence
from bot.services.export import Exported, export_ledger
from bot.services.export_files import Files, cell, plain
from bot.store.repositories import ledger
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, every, trail
from tests.integration.services.inspecting import ANSWER, marked, ruling, wrote
from tests.integration.services.review_week import THURSDAY, WEDNESDAY, Held, add_team_deals, come_round
from tests.integration.services.test_coaching_logs import FEEDBACK, SECRET, edit, log

DAY = timedelta(days=1)
LATER = MONDAY + 30 * DAY
TABLES = ("decisions", "coaching_logs", "coaching_log_versions", "evidence", "verdicts")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of its own: the database may lie in the test's."""
    made = tmp_path / "out"
    made.mkdir()
    return made


def exported(store: Store, folder: Path, form: str = "both", now: datetime = MONDAY + DAY) -> Exported:
    return export_ledger(store, folder, form, now=now, by="tomasz")


def read(folder: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / f"{table}.json").read_text(encoding="utf-8"))
    return found


def read_csv(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_was_decided_is_there_with_names_records_and_times_in_utc(
    company: Store, jobs: RecordedJobs, folder: Path
) -> None:
    add_team_deals(company)
    for moment in (MONDAY, WEDNESDAY, THURSDAY):
        come_round(company, jobs, moment)
    Held(company, jobs).decides("deal_rob", DecisionKind.ADVANCE)

    done = exported(company, folder, now=THURSDAY)

    (one,) = read(folder, "decisions")
    assert (one["deal"], one["kind"], one["by"], one["owner"]) == ("deal_rob", "advance", "Mia", "Rob")
    assert one["verdict"] == "pending"
    assert one["decided_at"] == THURSDAY.isoformat().replace("+00:00", "Z")
    (same,) = read_csv(folder, "decisions")
    assert list(same) == list(one)
    assert same["decided_at"] == one["decided_at"]
    assert json.loads(same["reasons"] or "[]") == one["reasons"]
    assert done.counts["decisions"] == 1
    assert done.counts["verdicts"] == len(every(company, "obligations")) == len(read_csv(folder, "verdicts"))


def test_the_text_of_a_log_is_there_once_both_released_it_and_notes_and_drafts_never(
    company: Store, jobs: RecordedJobs, folder: Path
) -> None:
    done = log(company, jobs)
    edit(company, jobs, done.log_id, MONDAY + DAY, feedback=f"{FEEDBACK} Then ask again.")
    keep_draft(company, "UMIA", About(rep_id="ria"), {"feedback": "A draft about Ria"}, MONDAY)
    exported(company, folder)
    (row,) = read(folder, "coaching_logs")
    assert (row["manager"], row["rep"], row["minutes"], row["text_released"]) == ("Mia", "Rob", 30, False)
    assert [one["feedback"] for one in read(folder, "coaching_log_versions")] == [None, None]

    release_text(company, jobs, "UMIA", done.log_id, MONDAY)
    release_text(company, jobs, "UROB", done.log_id, MONDAY)
    exported(company, folder)

    first, second = read(folder, "coaching_log_versions")
    # It is the words as they stand that were released, not those before.
    assert (first["feedback"], second["feedback"]) == (None, f"{FEEDBACK} Then ask again.")
    assert second["step_owner"] == "Rob"
    everything = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    assert SECRET not in everything
    assert "A draft about Ria" not in everything

    edit(company, jobs, done.log_id, MONDAY + DAY, feedback=f"{FEEDBACK} Now in other words.")
    exported(company, folder)
    assert [one["feedback"] for one in read(folder, "coaching_log_versions")] == [None] * 3


def test_a_dispute_is_the_two_s_alone_until_it_goes_up(
    company: Store, jobs: RecordedJobs, folder: Path
) -> None:
    done = log(company, jobs)
    command = AnswerLog("UROB", done.log_id, 1, Answer.DISPUTED, "We only met in the corridor")
    answer(company, jobs, command, MONDAY)
    exported(company, folder)
    assert [row["verdict"] for row in read(folder, "coaching_logs")] == ["pending"]
    assert {row["verdict"] for row in read(folder, "verdicts")} == {"pending"}

    advance(company, jobs, MONDAY + 10 * DAY)
    exported(company, folder, now=MONDAY + 10 * DAY)

    assert [row["verdict"] for row in read(folder, "coaching_logs")] == ["contradicted"]
    assert "contradicted" in {row["verdict"] for row in read(folder, "verdicts")}
    assert "corridor" not in (folder / "verdicts.json").read_text(encoding="utf-8")


def test_evidence_comes_with_its_rulings_and_without_words_that_were_deleted(
    inspected: Store, jobs: RecordedJobs, folder: Path
) -> None:
    message = wrote(inspected, jobs)
    marked(inspected, jobs, message)
    rule_evidence(inspected, jobs, ruling(inspected, accepted=False), MONDAY + DAY)
    exported(inspected, folder)
    (one,) = read(folder, "evidence")
    assert (one["quote"], one["author"], one["grade"], one["state"]) == (ANSWER, "Rob", "claimed", "rejected")
    assert [(word["by"], word["ruling"]) for word in one["rulings"]] == [("Mia", "rejected")]

    message_deleted(inspected, jobs, message.channel, message.ts, MONDAY + DAY)
    exported(inspected, folder)

    (one,) = read(folder, "evidence")
    assert (one["quote"], one["state"]) == ("", "withdrawn")
    assert ANSWER not in (folder / "evidence.csv").read_text(encoding="utf-8")


def test_a_rating_changes_no_file(company: Store, jobs: RecordedJobs, folder: Path) -> None:
    done = log(company, jobs)
    exported(company, folder / "before")
    rate(company, jobs, RateSession("UROB", done.log_id, 1), MONDAY + DAY)
    exported(company, folder / "after")

    for table in TABLES:
        for form in ("csv", "json"):
            name = f"{table}.{form}"
            assert (folder / "before" / name).read_bytes() == (folder / "after" / name).read_bytes()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
        ("+49 30", "'+49 30"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1+1", "'＝1+1"),  # noqa: RUF001 - the wide form is the point
        ("a = b", "a = b"),
        (-2, "-2"),
        (Decimal("1.50"), "1.50"),
        (None, ""),
        (True, "yes"),
        (date(2026, 10, 5), "2026-10-05"),
        (datetime(2026, 10, 5, 9, 0, tzinfo=timezone(timedelta(hours=2))), "2026-10-05T07:00:00Z"),
        ([], ""),
        ([{"text": "ü"}], '[{"text": "ü"}]'),
        ("a\0b", "ab"),
    ],
)
def test_a_cell_is_text_a_spreadsheet_does_not_run(value: Any, written: str) -> None:
    assert cell(value) == written


def test_formulas_in_what_people_wrote_come_out_marked(
    inspected: Store, jobs: RecordedJobs, folder: Path
) -> None:
    message = wrote(inspected, jobs, text="=cmd|'/c calc'!A0 the review is on Monday")
    marked(inspected, jobs, message)
    exported(inspected, folder)

    (one,) = read_csv(folder, "evidence")
    assert one["quote"].startswith("'=cmd|")
    assert read(folder, "evidence")[0]["quote"].startswith("=cmd|")


def test_it_is_read_in_pages_that_lose_and_double_nothing(
    company: Store, jobs: RecordedJobs, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = log(company, jobs)
    for number in range(4):
        edit(company, jobs, done.log_id, MONDAY, feedback=f"{FEEDBACK} Number {number}.")
    monkeypatch.setattr(ledger, "PAGE", 2)
    told: list[tuple[str, int]] = []
    export_ledger(
        company,
        folder,
        "csv",
        now=MONDAY,
        by="t",
        progress=lambda table, count: told.append((table, count)),
    )

    assert [row["version"] for row in read_csv(folder, "coaching_log_versions")] == list("12345")
    assert [count for table, count in told if table == "coaching_log_versions"] == [2, 4, 5]


def test_the_export_is_on_record_with_who_asked_and_how_much(company: Store, folder: Path) -> None:
    exported(company, folder, "csv")

    event = trail(company)[-1]
    assert (event.action, event.entity_kind) == ("ledger.exported", "workspace")
    assert event.after is not None
    assert (event.after["by"], event.after["as"], set(event.after["rows"])) == ("tomasz", "csv", set(TABLES))


def test_again_into_the_same_folder_replaces_its_own_files(company: Store, folder: Path) -> None:
    exported(company, folder, "csv")
    exported(company, folder, "both")
    (folder / "notes.txt").write_text("mine")
    exported(company, folder, "json")

    names = {path.name for path in folder.iterdir()}
    own = {f"{table}.{form}" for table in TABLES for form in ("csv", "json")}
    assert names == own | {"drumbeat-export.json", "notes.txt"}


def test_files_of_somebody_else_are_left_alone_and_named(company: Store, folder: Path) -> None:
    (folder / "evidence.csv").write_text("mine")
    before = trail(company)

    with pytest.raises(InvalidInput, match=r"did not write: evidence\.csv\. Nothing was written"):
        exported(company, folder)

    assert [path.name for path in folder.iterdir()] == ["evidence.csv"]
    assert (folder / "evidence.csv").read_text() == "mine"
    assert trail(company) == before


def _a_file(folder: Path) -> Path:
    (folder / "file").write_text("x")
    return folder / "file"


@pytest.mark.parametrize(
    "made", [_a_file, lambda folder: _a_file(folder) / "below", lambda _folder: Path("/proc/drumbeat")]
)
def test_a_folder_that_can_not_be_written_to_is_said(
    company: Store, folder: Path, made: Callable[[Path], Path]
) -> None:
    with pytest.raises(InvalidInput, match="Nothing can be written to"):
        exported(company, made(folder))


def test_broken_off_it_leaves_what_was_there_whole_and_no_part(
    company: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported(company, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InvalidInput, match="No space left on device"):
        exported(company, folder, now=LATER)

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_nothing_appears_before_it_is_published(folder: Path) -> None:
    with Files(folder, ("csv",)) as files:
        (target,) = files.open("verdicts", ("id",))
        target.add([{"id": "one"}])
        target.finish()
        assert not (folder / "verdicts.csv").exists()
    assert list(folder.iterdir()) == []
    assert plain(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00Z"
