"""One way out for every line of the log: ours and the libraries', as words or JSON, without secrets."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

# Tokens, passwords in addresses, and tickets that open a socket: the SDK shows its address where that fails.
SECRET = re.compile(
    r"\b(?:xox[a-z]|xapp|sk)-[\w-]+|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)|(?<=[?&]ticket=)[\w%+.-]+"
)
HIDDEN = "***"
# What people wrote, or are called by: an id says who without saying it to whoever reads the log.
PERSONAL = frozenset({"text", "plan", "comment", "note", "words", "blocks", "body", "name", "email", "value"})
CREDENTIALS = frozenset({"token", "authorization", "password", "signing_secret", "cookie"})
Fields = MutableMapping[str, Any]


def set_up_logging(level: str, *, as_json: bool, stream: TextIO | None = None) -> None:
    """Send the log to a stream (stderr by default); the libraries' from WARNING on, in the same form."""
    out = sys.stderr if stream is None else stream
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                without_secrets,
                *_rendering(as_json=as_json, colours=out.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    ours = logging.getLogger("drumbeat")
    ours.setLevel(level)
    _adopt("dbos", handler)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=lambda *_names: ours,
        cache_logger_on_first_use=False,
    )


def without_secrets(_logger: object, _method: str, fields: Fields) -> Fields:
    """Hide tokens and passwords wherever they stand, and drop what people wrote."""
    for key in list(fields):
        if key in PERSONAL or key in CREDENTIALS:
            fields[key] = HIDDEN
        elif isinstance(fields[key], str):
            fields[key] = SECRET.sub(HIDDEN, fields[key])
    return fields


def _rendering(*, as_json: bool, colours: bool) -> list[structlog.typing.Processor]:
    if as_json:
        return [structlog.processors.JSONRenderer(ensure_ascii=False)]
    # Not the pretty one, which shows the values of all variables: what people wrote is among them.
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=plain)]


def _adopt(name: str, handler: logging.Handler) -> None:
    """Take the place of the handler that a library would give itself; it does so only where there is none."""
    logger = logging.getLogger(name)
    logger.handlers[:] = [handler]
    logger.propagate = False
