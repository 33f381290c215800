"""The command line's entry: reads what was typed and the configuration, and lets one command carry it out."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from bot.command_line import command_line
from bot.errors import ConfigurationError, Fault, UserError, reference_id

if TYPE_CHECKING:
    from bot.config import Config

FAULT = 2
UNHEARD = 1
UNFORESEEN = 70


class Command(Protocol):
    """A module of `bot.commands`."""

    def carry_out(self, config: Config, options: argparse.Namespace) -> int:
        """Return the exit code."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command and return its exit code.

    0: done, 1: not healthy, taken in or heard, 2: refused, and why, 70: an error that nobody foresaw.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["sandbox"]:
        from bot.sandbox.__main__ import main as sandbox

        return sandbox(given[1:], program="drumbeat sandbox")
    options = command_line().parse_args(given)
    try:
        config = _configured()
        # Only now, and only this one: to load the whole product takes seconds.
        command = cast("Command", import_module(f"bot.commands.{options.module}"))
        code = command.carry_out(config, options)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read has gone, as `head` does once it has enough; Python itself would complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNHEARD
    except (ConfigurationError, UserError) as error:
        print(error, file=sys.stderr)
        return FAULT
    except KeyboardInterrupt:
        return 0
    except Exception:  # noqa: BLE001 - it is logged there, whole
        return _unforeseen(options.module)
    return code


def _unforeseen(command: str) -> int:
    """Log the error in hand and say where: as it is, it would fill the screen and tell the person nothing."""
    import structlog

    reference = reference_id()
    structlog.get_logger().exception("command_failed", command=command, reference=reference)
    print(
        "Something went wrong that nobody foresaw. The log above has all of it, "
        f"by this reference: {reference}.",
        file=sys.stderr,
    )
    return UNFORESEEN


def _configured() -> Config:
    """Read the configuration and set the log up; with its faults, those of the settings' files are told."""
    from bot.config import load_config
    from bot.logs import set_up_logging

    # Of what fails before the log is configured: as structlog comes, it shows all variables, secrets too.
    set_up_logging("INFO", as_json=not sys.stderr.isatty())
    try:
        config = load_config()
    except ConfigurationError as error:
        raise ConfigurationError([*error.faults, *_faults_of_settings()]) from None
    text = config.log_format == "text" or (config.log_format is None and sys.stderr.isatty())
    set_up_logging(config.log_level, as_json=not text)
    return config


def _faults_of_settings() -> Sequence[Fault]:
    from bot.config import CONFIG_FOLDER, load_settings

    try:
        load_settings(CONFIG_FOLDER)
    except ConfigurationError as error:
        return error.faults
    return ()


if __name__ == "__main__":
    sys.exit(main())
