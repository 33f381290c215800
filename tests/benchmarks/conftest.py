"""Databases for the benchmarks."""

from __future__ import annotations

import pytest

from bot.app import migrated
from bot.config import Config
from tests.databases import database_kind, empty_url, store, store_url, survive_power_cuts

__all__ = ["database_kind", "empty_url", "store", "store_url"]


@pytest.fixture(autouse=True, scope="session")
def on_the_disk() -> None:
    """Commits are measured as they are at a customer's."""
    survive_power_cuts()


@pytest.fixture
def ready_url(empty_url: str) -> str:
    """The address of a database with its jobs' tables."""
    migrated(Config.model_validate({"database_url": empty_url}))
    return empty_url
