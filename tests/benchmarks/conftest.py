"""Databases for the benchmarks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.config import Config
from bot.resources import migrated
from tests.databases import ON_DISK, database_kind, empty_url, store, store_url

__all__ = ["database_kind", "empty_url", "store", "store_url"]


@pytest.fixture(autouse=True, scope="session")
def on_disk() -> Iterator[None]:
    """Commits are measured as they are at a customer's: before the first database is made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ON_DISK, "1")
        yield


@pytest.fixture
def ready_url(empty_url: str) -> str:
    """The address of a database with its jobs' tables."""
    migrated(Config.model_validate({"database_url": empty_url}))
    return empty_url
