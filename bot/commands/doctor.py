"""`drumbeat doctor`: whether all is as it must be."""

from __future__ import annotations

import argparse
import asyncio

from bot.config import CONFIG_FOLDER, Config
from bot.doctor import diagnose
from bot.resources import configured_crm
from bot.store.engine import store_engine
from bot.store.migrate import at_head


def carry_out(config: Config, _options: argparse.Namespace) -> int:
    """Say what is configured, reachable and missing."""
    report = asyncio.run(
        diagnose(config, settings_folder=CONFIG_FOLDER, probe_database=_probe, open_crm=configured_crm)
    )
    print(report.render())
    return report.exit_code


def _probe(url: str) -> tuple[str | None, str]:
    engine = store_engine(url)
    try:
        return at_head(engine)
    finally:
        engine.dispose()
