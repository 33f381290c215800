"""The log's lines: machines can read them, every library's go the same way, and none holds a secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot.logs import set_up_logging


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root, dbos = logging.getLogger(), logging.getLogger("dbos")
    before = (root.handlers[:], root.level, dbos.handlers[:], dbos.propagate)
    stream = io.StringIO()
    set_up_logging("INFO", as_json=True, stream=stream)
    yield stream
    root.handlers[:], dbos.handlers[:] = before[0], before[2]
    root.setLevel(before[1])
    dbos.propagate = before[3]
    structlog.reset_defaults()


def refuse() -> None:
    raise RuntimeError("refused xoxb-1-hidden wss://slack.example/link/?ticket=1f0-9e%2B&app_id=A1")


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_reference_stands_on_every_line_of_its_request(out: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="7KX2-QF9B"):
        structlog.get_logger().info("ours", count=2)
        logging.getLogger("slack_bolt").warning("theirs %s", "too")
    structlog.get_logger().debug("not asked for")

    ours, theirs = lines(out)
    assert (ours["event"], ours["count"], ours["request_id"]) == ("ours", 2, "7KX2-QF9B")
    assert (theirs["event"], theirs["logger"], theirs["request_id"]) == (
        "theirs too",
        "slack_bolt",
        "7KX2-QF9B",
    )
    assert ours["timestamp"]


def test_the_job_library_goes_the_same_way_once(out: io.StringIO) -> None:
    logging.getLogger("dbos").warning("slow")

    (line,) = lines(out)
    assert (line["event"], line["level"]) == ("slow", "warning")


def test_neither_secrets_nor_peoples_words_are_logged(out: io.StringIO) -> None:
    log = structlog.get_logger()
    log.info("sent", text="a private plan", token="anything", url="postgresql://me:hush@host/db")
    try:
        refuse()
    except RuntimeError:
        log.exception("broke")

    said = out.getvalue()
    assert [line["event"] for line in lines(out)] == ["sent", "broke"]
    assert "RuntimeError: refused" in said
    assert "app_id=A1" in said
    for hidden in ("private plan", "anything", "hush", "xoxb-1-hidden", "1f0-9e"):
        assert hidden not in said
