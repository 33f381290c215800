"""Store tests start with a workspace and its people."""

from __future__ import annotations

import pytest

from bot.store.unit_of_work import Store
from tests.integration.store.seeds import set_up


@pytest.fixture
def team(store: Store) -> Store:
    set_up(store)
    return store
