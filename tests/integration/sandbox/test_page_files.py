"""A browser keeps the page's files, and gets new ones as soon as any of them changes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from bot.sandbox import page_files
from tests.integration.sandbox.workspace import Slack

OURS = re.compile(r'(?:href|src)="(/page/static/[^"]+)"')


async def test_each_file_is_kept_and_the_page_itself_asked_after(slack: Slack) -> None:
    page = await slack.http.get(f"{slack.base_url}/")
    assert page.headers["cache-control"] == "no-cache"
    addresses = OURS.findall(page.text)
    assert len({address.split("/")[3] for address in addresses}) == 1, "one edition"
    for address in addresses:
        found = await slack.http.get(f"{slack.base_url}{address}")
        assert (found.status_code, "immutable" in found.headers["cache-control"]) == (200, True), address
    assert [address for address in addresses if address.endswith("js/main.js")]


async def test_whatever_changes_all_addresses_are_new(
    slack: Slack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page"
    shutil.copytree(page_files._PAGE, page)
    monkeypatch.setattr(page_files, "_PAGE", page)

    async def addresses() -> set[str]:
        return set(OURS.findall((await slack.http.get(f"{slack.base_url}/")).text))

    before = await addresses()
    assert await addresses() == before
    with (page / "js" / "dom.js").open("a", encoding="utf-8") as file:
        file.write("// one more line\n")
    assert before.isdisjoint(await addresses())
