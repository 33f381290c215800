"""The workspace file: every fault is told at once, and `python -m bot.sandbox` serves it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import yaml

from bot.sandbox.workspace_file import WorkspaceFileError, load_workspace
from tests.integration.sandbox.workspace import Json, manifest

GOOD: Json = {
    "team": {"id": "T1", "name": "Meridian", "domain": "meridian"},
    "clock": "2026-10-05T06:55:00Z",
    "app": {
        "id": "A1",
        "name": "Drumbeat",
        "bot_user_id": "U9",
        "bot_token": "xoxb-1",
        "app_token": "xapp-1",
        "signing_secret": "s",
    },
    "users": [
        {"id": "U1", "name": "kara", "real_name": "Kara Voss", "email": "k@m.example", "tz": "Europe/Berlin"}
    ],
    "channels": [{"id": "C1", "name": "north", "members": ["U1"]}],
}


def written(folder: Path, content: Json) -> Path:
    path = folder / "workspace.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


def test_a_good_file_is_read(tmp_path: Path) -> None:
    workspace = load_workspace(written(tmp_path, GOOD))
    assert workspace.users[0].tz == "Europe/Berlin"
    assert workspace.channels[0].app_is_member is True
    assert workspace.clock.isoformat() == "2026-10-05T06:55:00+00:00"
    assert "xoxb-1" not in repr(workspace)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    bad = json.loads(json.dumps(GOOD))
    bad["clock"] = "soon"
    bad["team"].pop("name")
    bad["users"][0]["tz"] = "Mars/Base"
    bad["users"].append({"id": "U1", "name": "liam", "real_name": "Liam", "email": "l@m.example", "age": 3})
    bad["channels"][0] |= {"members": ["U404"], "is_private": "yes"}
    bad["extra"] = 1
    with pytest.raises(WorkspaceFileError) as raised:
        load_workspace(written(tmp_path, bad))
    told = "\n".join(raised.value.faults)
    for expected in (
        "clock: expected an ISO-8601 instant",
        "team.name: expected a text, found nothing",
        "users[0].tz: not a zone",
        "users[1].age: not a known key",
        "users: id 'U1' occurs twice",
        "channels[0].members: U404 is not a user",
        "channels[0].is_private: expected true or false",
        "extra: not a known key",
    ):
        assert expected in told


@contextmanager
def serving(tmp_path: Path, *more: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run the command until the block ends; gives its process, standard input open, and its address."""
    (tmp_path / "manifest.json").write_text(json.dumps(manifest()))
    command = [sys.executable, "-m", "bot.sandbox", "--workspace", str(written(tmp_path, GOOD))]
    command += [
        "--manifest",
        str(tmp_path / "manifest.json"),
        "--port",
        "0",
        "--data",
        str(tmp_path / "data"),
    ]
    log = tmp_path / "log"
    with (
        log.open("w") as sink,
        subprocess.Popen([*command, *more], stdin=subprocess.PIPE, stderr=sink) as process,
    ):
        try:
            deadline = time.monotonic() + 20
            while "the workspace is at " not in log.read_text() and time.monotonic() < deadline:
                time.sleep(0.05)
            yield process, log.read_text().partition("the workspace is at ")[2].split()[0]
        finally:
            process.terminate()
            process.wait(10)


def test_the_command_serves_a_workspace(tmp_path: Path) -> None:
    with serving(tmp_path) as (_, address):
        assert httpx.get(f"{address}/page/bootstrap").json()["team"]["name"] == "Meridian"
        assert httpx.get(f"{address}/").status_code == httpx.codes.OK


def test_the_command_ends_with_whoever_started_it_and_keeps_no_port(tmp_path: Path) -> None:
    with serving(tmp_path, "--with-parent") as (process, address):
        assert process.stdin is not None
        assert httpx.get(f"{address}/").status_code == httpx.codes.OK

        process.stdin.close()  # as when the other end is killed

        process.wait(10)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{address}/")


def test_the_command_refuses_a_broken_file_with_words(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD | {"clock": "soon"})
    command = [sys.executable, "-m", "bot.sandbox", "--workspace", str(path), "--manifest", str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "clock: expected an ISO-8601 instant" in ended.stderr
