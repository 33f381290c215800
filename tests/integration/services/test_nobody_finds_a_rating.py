"""Tries to find out who gave which rating, from everything shown to any role and exported, and fails to.

Worlds that differ in nothing but ratings are compared: what is the same in both tells nothing of them. That
the comparison would find a rating is shown by leaks put in on purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import ColumnElement, select, update

from bot.domain.my_data import RecordKind
from bot.services import export
from bot.services.coaching_answer import RateSession, rate
from bot.services.coaching_reading import release_text
from bot.services.export_tables import TABLES, Source
from bot.services.ratings import release_ratings
from bot.store.handling import Inbound
from bot.store.repositories import personal_records
from bot.store.repositories.audit import AuditRepository
from bot.store.repositories.ledger import Row
from bot.store.repositories.ratings import RatingRepository
from bot.store.tables import CoachingLogs, RatingTokens
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, brought
from tests.integration.services.looking_everywhere import Surfaces, everything_shown, operators_see
from tests.integration.services.test_ratings_stay_secret import (
    DECEMBER,
    NOVEMBER,
    RATERS,
    add_two_reps,
    sessions,
)

only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])
RATED_AT = MONDAY + timedelta(days=1)
# Every role, the rated manager and the raters, another team, a leaver, and somebody nobody knows.
EVERYBODY = ["UMIA", "UVIC", "ULEA", "UADA", "UMAX", "URAY", "UIAN", "UNOBODY", "UROB", "URIA"]
# One of each role, none of whom has rated.
OTHERS = ["UMIA", "UVIC", "UADA", "URAY", "UNOBODY"]
Ratings = Sequence[tuple[str, str, int]]


class _Undone(Exception):
    """Takes a world back."""


@pytest.fixture
def given(store: Store, jobs: RecordedJobs) -> list[tuple[str, str]]:
    """Five sessions of four reps; the text of one is released to the leaders."""

    def steps(made: RecordedJobs) -> list[tuple[str, str]]:
        add_two_reps(store)
        held = sessions(store, made, [*RATERS, "rob"])
        for user in ("UMIA", "UROB"):
            release_text(store, made, user, held[0][1], MONDAY)
        return held

    return brought(store, jobs, "sessions held", steps)


class Worlds:
    """Makes worlds out of one company: each has its ratings, is looked at, and is taken back."""

    def __init__(self, store: Store, folder: Path, logs: list[str]) -> None:
        self._store = store
        self._folder = folder
        self._logs = logs
        self._made = 0

    def __call__(
        self, ratings: Ratings, viewers: list[str] = EVERYBODY, *, months: int = 0, operator: bool = True
    ) -> Surfaces:
        """Everything that is shown where these were given, and `months` releases have come round since."""
        self._made += 1
        found: Surfaces = {}
        now = [MONDAY + timedelta(days=2), NOVEMBER, DECEMBER][months]
        jobs = RecordedJobs()
        with suppress(_Undone), self._store.handling(Inbound(f"world:{self._made}", "test", MONDAY)):
            for user, log_id, score in ratings:
                rate(self._store, jobs, RateSession(user, log_id, score), RATED_AT)
            for month in (NOVEMBER, DECEMBER)[:months]:
                release_ratings(self._store, jobs, month)
            folder = self._folder / f"world_{self._made}"
            found = everything_shown(self._store, viewers, self._logs, now, folder)
            if operator:
                found |= operators_see(self._store, now)
            raise _Undone
        assert len(found) > 10 * len(viewers)
        return found


@pytest.fixture
def worlds(store: Store, given: list[tuple[str, str]], tmp_path: Path) -> Worlds:
    return Worlds(store, tmp_path / "worlds", [log_id for _, log_id in given])


def scored(given: Sequence[tuple[str, str]], scores: Sequence[int]) -> Ratings:
    return [(f"U{rep.upper()}", log_id, score) for (rep, log_id), score in zip(given, scores, strict=False)]


def told_apart(one: Surfaces, other: Surfaces) -> list[str]:
    """The names of what is not the same in both."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


@pytest.mark.parametrize(("database_kind", "months"), [("sqlite", 0), ("sqlite", 1), ("postgresql", 1)])
def test_who_gave_which_of_the_same_ratings_shows_nowhere(
    worlds: Worlds, given: list[tuple[str, str]], months: int
) -> None:
    one = worlds(scored(given, [5, 3, 5, 4, 4]), months=months)
    other = worlds(scored(given, [3, 5, 5, 4, 4]), months=months)

    assert told_apart(one, other) == []
    assert ("4.2" in one["UMIA: /drumbeat team"]) == (months > 0)  # what may be seen is


@only_sqlite
def test_what_is_too_little_to_be_released_shows_nowhere(
    worlds: Worlds, given: list[tuple[str, str]]
) -> None:
    one = worlds(scored(given, [5, 5, 5, 5]), OTHERS, months=2)
    other = worlds(scored(given, [1, 1, 1, 1]), OTHERS, months=2)

    assert told_apart(one, other) == []


@only_sqlite
def test_that_somebody_rated_at_all_is_seen_by_them_alone(
    worlds: Worlds, given: list[tuple[str, str]]
) -> None:
    rated = worlds(scored(given, [4]), OTHERS, operator=False)
    not_rated = worlds([], OTHERS, operator=False)

    different = told_apart(rated, not_rated)
    # Of messages to anybody, also to the rater, who may see it: their own and no other.
    changed = [rated[name] for name in different]
    assert all(name.startswith("message ") for name in different)
    assert all(text.startswith('[\n"rob"') for text in changed)


def _aloud(patch: pytest.MonkeyPatch, leak: Callable[[RatingRepository, str, int], None]) -> None:
    whole = RatingRepository.rate

    def rate_aloud(self: RatingRepository, manager_id: str, log_id: str, rater_id: str, score: int) -> bool:
        leak(self, log_id, score)
        return whole(self, manager_id, log_id, rater_id, score)

    patch.setattr(RatingRepository, "rate", rate_aloud)


def _into_the_trail(patch: pytest.MonkeyPatch) -> None:
    def leak(ratings: RatingRepository, log_id: str, score: int) -> None:
        trail = AuditRepository(ratings._connection, "main")
        trail.record(RATED_AT, None, "rated", "coaching_log", log_id, after={"score": score})

    _aloud(patch, leak)


def _into_the_cards(patch: pytest.MonkeyPatch) -> None:
    def leak(ratings: RatingRepository, log_id: str, score: int) -> None:
        said = update(CoachingLogs).where(CoachingLogs.id == log_id).values(minutes=30 + score)
        ratings._connection.execute(said)

    _aloud(patch, leak)


def _into_mydata(patch: pytest.MonkeyPatch) -> None:
    def rated(person_id: str) -> ColumnElement[bool]:
        mine = select(CoachingLogs.id).where(CoachingLogs.manager_id == person_id)
        return RatingTokens.log_id.in_(mine)

    places = personal_records.PLACES
    more = [*places[RecordKind.ANSWERS], personal_records._Where(RatingTokens, None, rated)]
    patch.setattr(personal_records, "PLACES", {**places, RecordKind.ANSWERS: more})


def _into_the_export(patch: pytest.MonkeyPatch) -> None:
    logs = next(table for table in TABLES if table.name == "coaching_logs")

    def pages(source: Source) -> Iterator[list[Row]]:
        for page in logs.pages(source):
            yield [{**row, "version": source.uow.ratings.has_rated(row["id"])} for row in page]

    changed = [replace(table, pages=pages) if table is logs else table for table in TABLES]
    patch.setattr(export, "TABLES", tuple(changed))


@only_sqlite
@pytest.mark.parametrize(
    ("leak", "seen"),
    [
        (_into_the_trail, {"trail"}),
        (_into_the_cards, {"UMIA: /one-on-one logs", "UVIC: /one-on-one logs", "export coaching_logs.csv"}),
    ],
)
def test_a_score_that_leaked_would_be_found(
    worlds: Worlds,
    given: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    leak: Callable[[pytest.MonkeyPatch], None],
    seen: set[str],
) -> None:
    leak(monkeypatch)
    viewers = ["UMIA", "UVIC"]
    one = worlds(scored(given, [5, 1]), viewers)
    other = worlds(scored(given, [1, 5]), viewers)

    assert seen <= set(told_apart(one, other))


@only_sqlite
@pytest.mark.parametrize(
    ("leak", "seen"),
    [(_into_mydata, {"UMIA: /mydata"}), (_into_the_export, {"export coaching_logs.json"})],
)
def test_that_somebody_rated_would_be_found(
    worlds: Worlds,
    given: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    leak: Callable[[pytest.MonkeyPatch], None],
    seen: set[str],
) -> None:
    leak(monkeypatch)
    rated = worlds(scored(given, [4]), ["UMIA"], operator=False)
    not_rated = worlds([], ["UMIA"], operator=False)

    assert seen <= set(told_apart(rated, not_rated))
