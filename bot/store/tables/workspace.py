"""Tables of the workspace itself: its frame, its settings with versions, and what came in already."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base, HasId


class Workspaces(Base):
    """One Slack workspace: currency, fiscal calendar, zone, and how old its CRM data is."""

    __tablename__ = "workspaces"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    slack_team_id: Mapped[str | None]
    currency: Mapped[str]
    fiscal_first_month: Mapped[int] = mapped_column(default=1)
    time_zone: Mapped[str]
    crm_as_of: Mapped[datetime | None]
    cadences_since: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Settings(HasId, Base):
    """One version of one group of settings; the highest version rules, none is ever changed."""

    __tablename__ = "settings"
    __table_args__ = (UniqueConstraint("workspace_id", "key", "version"),)

    key: Mapped[str]
    version: Mapped[int]
    value: Mapped[dict[str, Any]]
    changed_by: Mapped[str | None]
    changed_at: Mapped[datetime]


class InboundKeys(Base):
    """What was taken in already and how it was answered, so that a retried request changes nothing."""

    __tablename__ = "inbound_keys"
    __table_args__ = (Index("ix_inbound_keys_received_at", "received_at"),)

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    received_at: Mapped[datetime]
    answer: Mapped[str | None]
