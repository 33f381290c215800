"""`drumbeat run` as a newcomer starts it: a real process that names its page, and ends when told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.acceptance.bot_process import free_port

PATIENCE = 60.0


@contextmanager
def started(folder: Path, port: int, page_port: int) -> Iterator[subprocess.Popen[str]]:
    """The installed command, with nothing of this process's own: its output goes to two files."""
    command = [str(Path(sys.executable).with_name("drumbeat")), "run", "--page-port", str(page_port)]
    variables = {**os.environ, "DRUMBEAT_DATA": str(folder / "data"), "PORT": str(port)}
    with (folder / "out").open("w") as out, (folder / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, env=variables, stdout=out, stderr=log, text=True)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def answer(process: subprocess.Popen[str], url: str) -> httpx.Response:
    """What an address answers once somebody listens there and is ready."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        try:
            if (found := httpx.get(url, timeout=5)).status_code == httpx.codes.OK:
                return found
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"nothing good came from {url}; the process ended with {process.poll()}")


def test_it_says_where_its_page_is_is_healthy_and_ends_when_told_to(tmp_path: Path) -> None:
    port, page_port = free_port(), free_port()
    page = f"http://127.0.0.1:{page_port}/"
    with started(tmp_path, port, page_port) as process:
        assert answer(process, f"http://127.0.0.1:{port}/readyz").json()["slack"] == "ok"
        assert answer(process, f"http://127.0.0.1:{port}/healthz").text
        assert "<title>Workspace</title>" in answer(process, page).text
        assert f"Open {page}\n" in (tmp_path / "out").read_text()

        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0

    log = (tmp_path / "log").read_text()
    assert "drumbeat_stopping" in log
    assert "Traceback" not in log
