"""What the fault tests share: a folder to put databases and logs into."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder with a short name: a PostgreSQL socket lies in it."""
    folder = Path(tempfile.mkdtemp(prefix="drumbeat-faults-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
