"""What every bot would load and set up by itself, done once in the process that they are forked from."""

from __future__ import annotations

import gc
import importlib

from sqlalchemy.orm import configure_mappers

from tests.spared import spare

gc.disable()
# Much of it is else loaded at its first use, which with bots of a few seconds is once in each of them.
for _name in (
    *("anyio._backends._asyncio", "apscheduler.executors.asyncio", "dateutil.easter", "httpcore"),
    *("dbos._sys_db_postgres", "dbos._sys_db_sqlite", "holidays.countries", "uvicorn.lifespan.off"),
    *("uvicorn.protocols.http.auto", "uvicorn.protocols.websockets.auto"),
    *("bot.__main__", "bot.commands.process", "bot.commands.run", "bot.store.migration_scope"),
    *("tests.acceptance.bot_process", "tests.forks"),
):
    importlib.import_module(_name)
configure_mappers()
spare()
# Nobody's garbage: a bot that looks through it would also copy the pages that it shares.
gc.collect()
gc.freeze()
gc.enable()
