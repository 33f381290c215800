"""Tables of people: who they are, the roles they hold, when they are away."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base, FromSource, HasId, InWorkspace


class People(FromSource, Base):
    """One person; `manager_id` forms the tree."""

    __tablename__ = "people"
    __table_args__ = (
        UniqueConstraint("workspace_id", "source", "external_id"),
        UniqueConstraint("workspace_id", "slack_user_id"),
        Index(None, "workspace_id", "manager_id"),
    )

    name: Mapped[str]
    email: Mapped[str | None]
    slack_user_id: Mapped[str | None]
    # Judged at commit: an import brings a rep before the manager as readily as after.
    manager_id: Mapped[str | None] = mapped_column(
        ForeignKey("people.id", deferrable=True, initially="DEFERRED")
    )
    region: Mapped[str | None]
    segment: Mapped[str | None]
    time_zone: Mapped[str]
    country: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)


class PersonRoles(InWorkspace, Base):
    """One role a person holds."""

    __tablename__ = "person_roles"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)


class TimeOffs(HasId, Base):
    """Days a person is away, both ends included."""

    __tablename__ = "time_off"
    __table_args__ = (UniqueConstraint("workspace_id", "person_id", "starts_on", "ends_on"),)

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str]
