"""The workspace's settings: versioned rows, first filled from config/, read afresh by each use case."""

from __future__ import annotations

from datetime import datetime

from bot.domain.settings import Settings
from bot.store.unit_of_work import Store, UnitOfWork


def ensure_first_settings(store: Store, first: Settings, now: datetime) -> None:
    """Write version 1 of every settings row that the workspace does not have yet; change nothing else."""
    with store.writing() as uow:
        values = first.model_dump(mode="json")
        for key in uow.settings.ensure_first(values, now):
            uow.audit.record(
                at=now,
                actor_id=None,
                action="settings.first_values",
                entity_kind="settings",
                entity_id=key,
                after=values[key],
            )


def current_settings(uow: UnitOfWork) -> Settings:
    """Return the newest version of every settings row, validated as when it was written."""
    found = uow.settings.all_current()
    versions = tuple(sorted(version for version, _ in found.values()))
    settings = _validated.get(versions)
    if settings is None:
        settings = Settings.model_validate(
            {key: found[key][1] for key in Settings.model_fields if key in found}
        )
        # They change now and then, and only what rules is asked for.
        _validated.clear()
        _validated[versions] = settings
    return settings


_validated: dict[tuple[str, ...], Settings] = {}
