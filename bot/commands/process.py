"""`drumbeat web` and `drumbeat worker`: one of many processes on the same PostgreSQL."""

from __future__ import annotations

import argparse
import asyncio

from bot import app
from bot.config import CONFIG_FOLDER, Config, load_settings
from bot.errors import ConfigurationError, Fault
from bot.resources import configured_crm


def carry_out(config: Config, options: argparse.Namespace) -> int:
    """Run until told to stop, with this process's duties alone."""
    if config.uses_sqlite:
        allowed = "a PostgreSQL address: a SQLite file has one process, `drumbeat run`"
        raise ConfigurationError([Fault("environment", "DATABASE_URL", "a SQLite file", allowed)])
    duties = app.Duties(web=options.web, worker=not options.web)
    asyncio.run(app.run(config, load_settings(CONFIG_FOLDER), configured_crm(config), duties))
    return 0
