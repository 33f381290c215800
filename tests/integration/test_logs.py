"""What is logged of a failure holds neither secrets nor what people wrote."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.store.unit_of_work import Store

FAILING = """
import structlog
from bot.logs import set_up_logging

set_up_logging("INFO", as_json=False)

def work(token):
    raise RuntimeError("it broke")

try:
    work("-".join(("xoxb", "hidden")))
except RuntimeError:
    structlog.get_logger().exception("request_failed", reference="7KX2-QF9B")
"""


def test_a_logged_traceback_shows_no_local_variables() -> None:
    done = subprocess.run([sys.executable, "-c", FAILING], capture_output=True, text=True, check=True)

    assert "7KX2-QF9B" in done.stderr
    assert "RuntimeError: it broke" in done.stderr
    assert "xoxb-hidden" not in done.stderr


def test_a_failed_statement_does_not_quote_what_was_to_be_written(store: Store) -> None:
    with pytest.raises(DBAPIError) as failed, store.writing() as uow:
        uow.connection.execute(text("INSERT INTO nowhere (plan) VALUES (:plan)"), {"plan": "Private words"})

    assert "Private words" not in str(failed.value)
