"""Without a Chromium the browser tests skip with a clear word, and fail where one is required."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.chromium import REQUIRED, chromium_path


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("DRUMBEAT_CHROMIUM", raising=False)
    monkeypatch.delenv(REQUIRED, raising=False)


def test_it_skips_and_says_what_to_install() -> None:
    with pytest.raises(pytest.skip.Exception, match="no Chromium is installed"):
        chromium_path()


def test_it_fails_where_a_browser_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REQUIRED, "1")

    with pytest.raises(pytest.fail.Exception, match=f"{REQUIRED}=1 asks for one"):
        chromium_path()


def test_one_named_in_the_environment_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    chromium = tmp_path / "my-chromium"
    chromium.write_text("#!/bin/sh\n", encoding="utf-8")
    chromium.chmod(0o755)
    monkeypatch.setenv("DRUMBEAT_CHROMIUM", str(chromium))

    assert chromium_path() == str(chromium)
