"""What every acceptance story starts from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.environment import sample_company
from tests.acceptance.workspace import Workspace


@pytest.fixture(scope="module")
def story_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for all that one story leaves behind."""
    return tmp_path_factory.mktemp("story")


@pytest.fixture(scope="module")
def meridian(story_folder: Path, request: pytest.FixtureRequest) -> Iterator[Workspace]:
    """The sample company five minutes before Monday 09:00 in Berlin; one for all scenes of a module."""
    with sample_company(story_folder, reviews=request.path.stem == "test_pipeline_review") as workspace:
        yield workspace
