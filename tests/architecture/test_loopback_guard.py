"""The guard of conftest.py stops what leaves this machine and lets through what stays."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from bot.config import VARIABLES

# From the documentation range of RFC 5737: nobody's machine, should the guard ever be broken.
ELSEWHERE = "192.0.2.1"


@pytest.mark.parametrize(
    "leave",
    [
        pytest.param(lambda: socket.create_connection((ELSEWHERE, 80), timeout=0.01), id="connect"),
        pytest.param(lambda: socket.socket().connect_ex((ELSEWHERE, 80)), id="connect_ex"),
        pytest.param(
            lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", (ELSEWHERE, 53)), id="datagram"
        ),
        pytest.param(lambda: socket.getaddrinfo("name.invalid", 80), id="look-up"),
        pytest.param(lambda: socket.gethostbyname("name.invalid"), id="old look-up"),
        pytest.param(lambda: httpx.get(f"http://{ELSEWHERE}/", trust_env=False), id="http client"),
    ],
)
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # refused before it could be closed
def test_leaving_is_refused_and_remembered(leave: Callable[[], object], loopback_only: list[str]) -> None:
    with pytest.raises(BaseException, match="tests stay on loopback"):
        leave()

    assert len(loopback_only) == 1
    loopback_only.clear()


def test_loopback_stays_open(loopback_only: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = ("localhost", server.getsockname()[1])
        with socket.create_connection(address), server.accept()[0]:
            pass

    assert loopback_only == []


def test_unix_sockets_stay_open(tmp_path: Path, loopback_only: list[str]) -> None:
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(tmp_path / "s"))
        server.listen()
        client.connect(str(tmp_path / "s"))

    assert loopback_only == []


def test_a_test_that_hides_the_error_fails_all_the_same(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(__file__).parents[2]
    pytester.makeconftest((root / "tests" / "conftest.py").read_text(encoding="utf-8"))
    monkeypatch.setenv("PYTHONPATH", str(root))
    pytester.makepyfile(f"""
        import socket

        def test_hides_it():
            try:
                socket.create_connection(("{ELSEWHERE}", 80))
            except BaseException:
                pass
    """)

    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*reached beyond loopback*"])


def test_the_variables_of_a_real_deployment_are_out_of_sight() -> None:
    assert [name for name in VARIABLES.values() if name in os.environ] == []
