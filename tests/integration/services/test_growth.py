"""What one team is asked and shown costs as much in a large company as in a small one: counted, not timed.

SQLite alone tells how many instructions a statement takes; the statements are PostgreSQL's too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.crm.mapping import load_mapping
from bot.crm.opening import open_source
from bot.services import overview
from bot.services.crm_import import import_batch
from bot.services.fire_now import FireNow, fire_now
from bot.services.one_on_one_week import week_of_one_on_ones
from bot.services.settings_book import ensure_first_settings
from bot.services.tick import DUTIES
from bot.settings_files import load_settings
from bot.store.engine import store_engine
from bot.store.repositories.deal_threads import TeamChannel
from bot.store.unit_of_work import Store
from tests.benchmarks.company import NOW, write_company
from tests.databases import ready_database
from tests.integration.services.company import RecordedJobs

FEW, MANY = 3, 12
# Of those asked about, more than the ten rows that SQLite takes an index's first column to find.
REPS, DEALS = 11, 4
A_WEEK_ON = NOW + timedelta(days=7)
GRAIN = 10
CADENCES = ("health_check", "pipeline_preparation", "pipeline_review", "decision_follow_up")

Act = Callable[[Store], object]


def fire(cadence: str, person: str | None, at: datetime = A_WEEK_ON) -> Act:
    """Open what a cadence opens, for one manager or for all, and take it back."""
    return lambda store: fire_now(store, RecordedJobs(), FireNow(cadence, at, person, dry_run=True))


@pytest.fixture(scope="module")
def companies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Store]]:
    """Two companies that differ in their number of teams alone, a week after their first health check."""
    found = {}
    with ExitStack() as stack:
        for managers in (FEW, MANY):
            engine = store_engine(stack.enter_context(ready_database("sqlite")))
            stack.callback(engine.dispose)
            found[managers] = Store(engine)
            fill(found[managers], managers, tmp_path_factory.mktemp("crm") / "export")
        yield found


def fill(store: Store, managers: int, folder: Path) -> None:
    write_company(folder, managers, reps=REPS, deals=DEALS)
    source = open_source(folder, load_mapping(Path("config/mappings/sample_company.yaml")))
    assert import_batch(store, source, as_of=None, now=NOW).rejects == ()
    ensure_first_settings(store, load_settings(Path("config")), NOW)
    with store.writing() as uow:
        uow.connection.exec_driver_sql("UPDATE people SET slack_user_id = 'U' || external_id")
        leaders = [one.id for one in uow.people.all() if one.manager_id is None]
        uow.threads.replace_channels([TeamChannel(one, f"C{one}", f"deals-{one}") for one in leaders], NOW)
    fire_now(store, RecordedJobs(), FireNow("health_check", NOW, None, dry_run=False))


def instructions(store: Store, act: Act) -> Counter[str]:
    """Return how many instructions SQLite carried out for each statement, by its first words."""
    taken: Counter[str] = Counter()
    running = ""

    def count() -> int:
        taken[running] += GRAIN
        return 0

    def begin(connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        nonlocal running
        running = re.sub(r"\s+", " ", statement)[:300]
        connection.connection.driver_connection.set_progress_handler(count, GRAIN)

    with listening(store, begin):
        act(store)
    return taken


def statements(store: Store, act: Act) -> Counter[str]:
    """Return how often each statement was carried out, by its first words."""
    seen: Counter[str] = Counter()

    def begin(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen[re.sub(r"\s+", " ", statement)[:150]] += 1

    with listening(store, begin):
        act(store)
    return seen


@contextmanager
def listening(store: Store, begin: Callable[..., None]) -> Iterator[None]:
    event.listen(store.engine, "before_cursor_execute", begin)
    try:
        yield
    finally:
        event.remove(store.engine, "before_cursor_execute", begin)


def about_people(statement: str) -> bool:
    """Who leads whom is read whole each time: a row a person."""
    return statement.startswith(("SELECT people.", "SELECT DISTINCT people."))


@pytest.mark.parametrize(
    "act",
    [
        lambda store: overview.today(store, "Um1", NOW),
        lambda store: overview.team(store, "Um1", NOW),
        lambda store: overview.week(store, "Um1", NOW),
        lambda store: overview.today(store, "Um1r1", NOW),
        lambda store: overview.week(store, "Um1r1", NOW),
        lambda store: week_of_one_on_ones(store, "Um1", NOW),
        *(fire(cadence, "Manager 1") for cadence in CADENCES),
    ],
    ids=["today", "team", "week", "a rep's today", "a rep's week", "one-on-ones", *CADENCES],
)
def test_one_team_costs_the_same_in_a_larger_company(companies: dict[int, Store], act: Act) -> None:
    small, large = (instructions(companies[managers], act) for managers in (FEW, MANY))

    assert large.total() > 0
    grown = {words: (small[words], n) for words, n in large.items() if n > 1.2 * small[words] + 200}
    assert [words for words in grown if not about_people(words)] == []


@pytest.mark.parametrize("cadence", CADENCES)
def test_a_cadence_for_all_grows_with_the_teams_at_most(companies: dict[int, Store], cadence: str) -> None:
    small, large = (instructions(companies[managers], fire(cadence, None)) for managers in (FEW, MANY))

    assert large.total() <= 1.05 * MANY / FEW * small.total()


@pytest.mark.parametrize(
    ("cadence", "at_most"),
    [
        # A review has ten deals here, each with a thread's head to be posted, and that takes three.
        ("pipeline_preparation", 66),
        ("pipeline_review", 66),
        ("decision_follow_up", 2),
    ],
)
def test_one_more_manager_takes_few_statements(
    companies: dict[int, Store], cadence: str, at_most: int
) -> None:
    few, many = (statements(companies[managers], fire(cadence, None)) for managers in (FEW, MANY))

    each = (many.total() - few.total()) / (MANY - FEW)
    assert each <= at_most, [(n, words) for words, n in (many - few).most_common(20)]


def test_a_waking_grows_with_the_teams_at_most(companies: dict[int, Store]) -> None:
    def duties(store: Store) -> None:
        for duty in DUTIES:
            duty(store, RecordedJobs(), NOW + timedelta(minutes=1))

    for store in companies.values():
        duties(store)  # once for what was left to do
    small, large = (instructions(companies[managers], duties) for managers in (FEW, MANY))

    assert large.total() <= 1.05 * MANY / FEW * small.total()
