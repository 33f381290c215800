"""The snapshots are written once for all tests of the sample company: nobody changes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sample_company import write_snapshots


@pytest.fixture(scope="session")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_snapshots(tmp_path_factory.mktemp("meridian"))
