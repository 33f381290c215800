"""Service tests start with the company set up, on both databases."""

from __future__ import annotations

import pytest

from bot.store.unit_of_work import Store
from tests.integration.services.company import RecordedJobs, brought, monday, set_up
from tests.integration.services.inspecting import asked, opened, with_channels


@pytest.fixture
def jobs() -> RecordedJobs:
    return RecordedJobs()


@pytest.fixture
def company(store: Store) -> Store:
    """The company before its first Monday."""
    set_up(store)
    return store


@pytest.fixture
def fired(store: Store, jobs: RecordedJobs) -> Store:
    """The company on Monday at nine in Berlin: Mia owes Rob and Ria a conversation."""
    brought(store, jobs, "monday", lambda made: monday(store, made))
    return store


@pytest.fixture
def inspected(store: Store, jobs: RecordedJobs) -> Store:
    """Rob's deal has its thread in the team's channel, and its three questions were asked."""

    def steps(made: RecordedJobs) -> None:
        with_channels(store)
        opened(store, made)
        assert len(asked(store, made).questions) == 3

    brought(store, jobs, "inspected", steps)
    return store
