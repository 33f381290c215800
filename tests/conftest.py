"""What every test has: a clean environment, steady examples, and the guard that keeps the run on loopback."""

from __future__ import annotations

import contextlib
import gc
import importlib
import ipaddress
import logging
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import hypothesis
import pytest
import structlog

from bot.config import VARIABLES
from tests.spared import spare

pytest_plugins = ["pytester"]  # a test proves the guard with a run of its own

# A developer's shell may name the team's real workspace or database; no test may see them.
for _name in VARIABLES.values():
    os.environ.pop(_name, None)

# Two busy cores make any example slow once in a while, which says nothing about the code.
hypothesis.settings.register_profile("steady", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("steady")

spare()

# Collecting makes a million objects and no garbage worth looking for.
gc.disable()

# As it comes, each exception is laid out with every frame's variables, which takes a second and more.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)

_INTERNET: Final = {socket.AF_INET, socket.AF_INET6}
# The wildcard addresses mean this machine, both to bind and to connect to.
_LOCAL_NAMES: Final = {"", "localhost", "0.0.0.0", "::"}  # noqa: S104 - allowed, not bound here
_SENDING: Final = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_LOOKING_UP: Final = {"socket.getaddrinfo", "socket.gethostbyname"}

# The files of one folder run side by side else, and leave the cores idle together.
_WAITING: Final = "tests/integration/jobs/"

_attempts: list[str] = []


class BeyondLoopbackError(BaseException):
    """A test tried to leave this machine. Not an Exception, so that no retry or fallback swallows it."""


def _is_loopback(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name is None or name in _LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse, at the interpreter's own audit points, what would leave: no import style gets around them."""
    if event in _SENDING:
        family, address = arguments[0].family, arguments[1]
        if family not in _INTERNET or not isinstance(address, tuple):
            return
        host = address[0]
    elif event in _LOOKING_UP:
        host = arguments[0]
    else:
        return
    if not _is_loopback(host):
        _attempts.append(f"{event} to {host!r}")
        raise BeyondLoopbackError(f"{event} to {host!r}: tests stay on loopback")


sys.addaudithook(_watch)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Begin with this worker's share of the modules: what one has compiled, the others load.

    In a fresh checkout each worker would compile all of them, which takes as long as their first tests.
    """
    config = session.config
    worker = getattr(config, "workerinput", None)
    if worker is None or config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    modules = sorted(Path(__file__).parent.rglob("test_*.py"))
    for path in modules[int(worker["workerid"].removeprefix("gw")) :: worker["workercount"]]:
        # What can't be imported is told of when it is collected.
        with contextlib.suppress(Exception):
            importlib.import_module(".".join(path.relative_to(config.rootpath).with_suffix("").parts))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the files that mostly wait, for pauses and other processes, among those that mostly work."""
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.nodeid.partition("::")[0], []).append(item)
    names = list(files)
    waiting = [name for name in names if name.startswith(_WAITING)]
    if not waiting:
        return
    first = names.index(waiting[0])
    others = [name for name in names[first:] if name not in waiting]
    # Among the first half: the last files of a run are short ones, which leave no core to one that waits.
    apart = len(others) // 2 // len(waiting)
    spread = [*names[:first]]
    for name in waiting:
        spread += [name, *others[:apart]]
        del others[:apart]
    items[:] = [item for name in [*spread, *others] for item in files[name]]


def pytest_collection_finish() -> None:
    """Spare the garbage collector from walking, again and again, what lives as long as the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(25_000)
    gc.enable()


@pytest.fixture(autouse=True)
def log_as_it_was() -> Iterator[None]:
    """Undo what a test's own command line did to the log: its stream is closed once that test has ended."""
    loggers = [logging.getLogger(name) for name in (None, "drumbeat", "dbos")]
    before = [(logger, list(logger.handlers), logger.level, logger.propagate) for logger in loggers]
    configured = structlog.get_config()
    yield
    structlog.configure(**configured)
    for logger, handlers, level, propagate in before:
        logger.handlers[:] = handlers
        logger.setLevel(level)
        logger.propagate = propagate


@pytest.fixture(autouse=True)
def loopback_only() -> Iterator[list[str]]:
    """Fail the test that reaches beyond loopback, also where the code under test hid the error.

    Yields the attempts of this test; only the test that proves the guard clears them.
    """
    _attempts.clear()
    yield _attempts
    if _attempts:
        pytest.fail(f"reached beyond loopback: {', '.join(_attempts)}", pytrace=False)
