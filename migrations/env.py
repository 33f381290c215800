"""Runs migrations on the connection that `bot.store.migrate` prepares, or on DATABASE_URL's."""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import Connection

from bot.store.migrate import migrating
from bot.store.migration_scope import is_ours
from bot.store.tables import metadata


def run(connection: Connection) -> None:
    """Run the migrations asked for, inside the transaction that is open already."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_name=is_ours,
        compare_type=True,
        compare_server_default=True,
        # SQLite changes a table by copying it; `op.batch_alter_table` does.
        render_as_batch=True,
    )
    context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    with migrating(os.environ.get("DATABASE_URL") or "sqlite:///data/drumbeat.db") as opened:
        run(opened)
