"""What a process opens from its configuration: the store at the newest schema, its clock, the CRM."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from bot.clock import Clock, SteppedClock, SystemClock
from bot.config import Config
from bot.crm.mapping import load_mapping
from bot.crm.opening import open_source
from bot.crm.source import Crm
from bot.domain.settings import Settings
from bot.errors import ConfigurationError, Fault, NotFound
from bot.folders import made
from bot.services.settings_book import ensure_first_settings
from bot.services.setup import is_set_up, open_workspace
from bot.store.engine import store_engine
from bot.store.migrate import at_head, migrate, said_if_unopened
from bot.store.unit_of_work import Store


def migrated(config: Config) -> None:
    """Bring the database to the newest schema, the jobs' tables included; safe to repeat."""
    # Those who only look at a store need none of the jobs' machinery, which takes a while to load.
    from bot.jobs.engine import migrate_jobs

    url = config.database_url.get_secret_value()
    if config.uses_sqlite:
        made(config.data_folder, "DRUMBEAT_DATA")
    migrate(url)
    migrate_jobs(url)


@asynccontextmanager
async def opened_store(config: Config) -> AsyncIterator[Store]:
    """Give the store, its schema checked; raise ConfigurationError with what to do when it is not at head."""
    if config.uses_sqlite:
        made(config.data_folder, "DRUMBEAT_DATA")
    store = Store(store_engine(config.database_url.get_secret_value()), ratings_key=_ratings_key(config))
    try:
        current, head = await asyncio.to_thread(_revisions, store)
        if current != head:
            found = f"a schema at {current or 'nothing'}"
            raise ConfigurationError([Fault("database", "", found, f"{head}: run `drumbeat migrate` first")])
        yield store
    finally:
        store.engine.dispose()


def _revisions(store: Store) -> tuple[str | None, str]:
    with said_if_unopened():
        return at_head(store.engine)


@asynccontextmanager
async def opened_workspace(config: Config) -> AsyncIterator[Store]:
    """Give the store of a workspace that is at work; raise NotFound with what to do where none was set up."""
    async with opened_store(config) as store:
        if not await asyncio.to_thread(is_set_up, store):
            raise NotFound(
                "Nothing was set up here yet: start Drumbeat (`drumbeat run`), "
                "or take in your CRM first (`drumbeat import`)."
            )
        yield store


def _ratings_key(config: Config) -> bytes | None:
    """Return what masks unreleased ratings: made from a secret that is in no database.

    Another bot token makes another key: the ratings that wait for their release then can't be read, and the
    count begins anew.
    """
    if config.slack_bot_token is None:
        return None
    return hmac.digest(config.slack_bot_token.get_secret_value().encode(), b"drumbeat ratings", "sha256")


def set_up(store: Store, settings: Settings, now: datetime) -> None:
    """Give a new database its workspace and first settings; one that has them stays as it is."""
    open_workspace(store, settings, now)
    ensure_first_settings(store, settings, now)


@asynccontextmanager
async def opened_clock(config: Config) -> AsyncIterator[Clock]:
    """Give the clock this process goes by: the machine's, or the source it was pointed at."""
    if config.clock_url is None:
        yield SystemClock()
        return
    clock = SteppedClock(config.clock_url)
    try:
        await clock.read()
        yield clock
    finally:
        await clock.close()


async def current_time(config: Config) -> datetime:
    """Ask the clock once."""
    async with opened_clock(config) as clock:
        return clock.now()


def configured_crm(config: Config) -> Crm | None:
    """Return the CRM that is read by itself, None where none is configured; raises CrmSourceError."""
    if config.crm_source is None or config.crm_mapping is None:
        return None
    return open_source(config.crm_source, load_mapping(config.crm_mapping))
