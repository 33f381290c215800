"""What every bot would load and set up by itself, done once in the process that they are forked from."""

from __future__ import annotations

import gc
import importlib

from sqlalchemy.orm import configure_mappers

from tests.spared import spare

for _name in ("anyio._backends._asyncio", "httpcore", "tests.forks", "bot.__main__"):
    importlib.import_module(_name)
configure_mappers()
spare()
# Nobody's garbage: a bot that looks through it would also copy the pages that it shares.
gc.collect()
gc.freeze()
