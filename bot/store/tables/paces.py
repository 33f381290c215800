"""The table of limits on the rate of sending, shared by all processes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base


class Paces(Base):
    """From when on the next message may pass: one row for the workspace, each channel, each paused method."""

    __tablename__ = "paces"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    free_at: Mapped[datetime]
