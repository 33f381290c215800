"""Sets the workspace up on its first start."""

from __future__ import annotations

from datetime import datetime

from bot.domain.settings import Settings
from bot.store.unit_of_work import Store


def open_workspace(store: Store, settings: Settings, now: datetime) -> None:
    """Make the workspace's row unless an import or an earlier start has made it."""
    with store.writing() as uow:
        uow.workspace.ensure(
            "Workspace",
            settings.measures.currency,
            "UTC",
            now,
            fiscal_first_month=settings.measures.fiscal_year_start_month,
        )


def is_set_up(store: Store) -> bool:
    """Tell whether an import or a start has made the workspace."""
    with store.reading() as uow:
        return uow.workspace.find() is not None
