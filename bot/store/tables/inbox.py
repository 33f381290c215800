"""The table of events that Slack was told are taken in, and that are not worked off yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base


class InboxEvents(Base):
    """One event as it came, JSON in ASCII: whatever its text holds, it can't fail those kept along with it.

    `received_at` is the workspace's time, by which it is worked off; `arrived` is real time in nanoseconds
    since 1970, by which it has its turn. `reference` is that of the last failed attempt.
    """

    __tablename__ = "inbox_events"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    event: Mapped[str]
    sender: Mapped[str | None]
    received_at: Mapped[datetime]
    arrived: Mapped[int] = mapped_column(BigInteger)
    attempts: Mapped[int]
    reference: Mapped[str | None]
