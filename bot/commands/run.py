"""`drumbeat run`: the bot on Slack, or a trial of it on a workspace in the browser."""

from __future__ import annotations

import argparse
import asyncio

from bot import app
from bot.config import CONFIG_FOLDER, Config, load_settings
from bot.errors import InvalidInput
from bot.resources import configured_crm, migrated
from bot.trial import Company, Trial, run_trial


def carry_out(config: Config, options: argparse.Namespace) -> int:
    """Run until told to stop."""
    if not config.slack_is_configured:
        company = _company(options)
        name = "sample" if company is None else company.source.resolve().name
        trial = Trial(config.data_folder / name, options.page_port, CONFIG_FOLDER, company)
        asyncio.run(run_trial(config, trial, print))
        return 0
    if config.uses_sqlite:
        migrated(config)
    asyncio.run(app.run(config, load_settings(CONFIG_FOLDER), configured_crm(config), app.Duties()))
    return 0


def _company(options: argparse.Namespace) -> Company | None:
    if options.company is None:
        return None
    if options.map is None or options.as_of is None:
        raise InvalidInput(
            "With --company, name the mapping file (--map FILE) and the day (--as-of DATE) too."
        )
    return Company(options.company, options.map, options.as_of)
