"""A zone that has fired counts from its first fire on: the change of version itself misses nothing."""

from __future__ import annotations

from sqlalchemy import text

from bot.store.engine import store_engine
from bot.store.migrate import migrate
from tests.migration.populate import populate


def test_a_zone_that_has_fired_counts_from_its_first_fire_on(empty_url: str) -> None:
    migrate(empty_url, "0015")
    engine = store_engine(empty_url)
    with engine.begin() as connection:
        populate(connection)
        first = connection.execute(text("SELECT workspace_id, zone, starts_at FROM cadence_fires")).all()
    migrate(empty_url)

    with engine.connect() as connection:
        assert connection.execute(text("SELECT workspace_id, zone, since FROM cadence_zones")).all() == first
    engine.dispose()
