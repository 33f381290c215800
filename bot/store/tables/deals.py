"""Tables of the CRM's deals: accounts, contacts, deals with their history, activities, next steps, quotas."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base, FromSource, HasId, InWorkspace

# Literal, never bound: both planners use the partial indexes only when a query repeats these very words.
IS_OPEN = "stage NOT IN ('closed_won', 'closed_lost')"
IS_WON = "stage = 'closed_won'"
IS_TO_DO = "done_at IS NULL"
IS_MOVE = "left_stage IS NOT NULL"


class Accounts(FromSource, Base):
    """One company that buys."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("workspace_id", "source", "external_id"),)

    name: Mapped[str]
    sector: Mapped[str | None]


class Contacts(FromSource, Base):
    """One person on the buyer's side."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("workspace_id", "source", "external_id"),)

    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str]
    title: Mapped[str | None]
    email: Mapped[str | None]


class Deals(FromSource, Base):
    """One opportunity as it stands; what it was before is in its history."""

    __tablename__ = "deals"
    __table_args__ = (
        UniqueConstraint("workspace_id", "source", "external_id"),
        Index(
            "ix_deals_open",
            "workspace_id",
            "owner_id",
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
        Index(
            "ix_deals_won",
            "workspace_id",
            "owner_id",
            "closed_at",
            "amount",
            sqlite_where=text(IS_WON),
            postgresql_where=text(IS_WON),
        ),
        # Without the workspace: begun alike, SQLite would take it in place of the partial ones above.
        Index(None, "owner_id", "closed_at"),
    )

    name: Mapped[str]
    owner_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    product: Mapped[str | None]
    region: Mapped[str | None]
    segment: Mapped[str | None]
    stage: Mapped[str]
    amount: Mapped[Decimal | None]
    currency: Mapped[str | None]
    close_date: Mapped[date | None]
    created_at: Mapped[datetime | None]
    entered_stage_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    forecast_category: Mapped[str | None]
    last_moved_at: Mapped[datetime | None]
    last_activity_at: Mapped[datetime | None]
    first_imported_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class DealContacts(InWorkspace, Base):
    """A contact takes part in a deal."""

    __tablename__ = "deal_contacts"

    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.id"), primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id"), primary_key=True)


class DealStageEvents(HasId, Base):
    """A deal entered a stage at a moment."""

    __tablename__ = "deal_stage_events"
    __table_args__ = (
        UniqueConstraint("deal_id", "at", "entered_stage"),
        Index(None, "workspace_id", "at"),
        Index(
            "ix_deal_stage_events_moves",
            "workspace_id",
            sqlite_where=text(IS_MOVE),
            postgresql_where=text(IS_MOVE),
        ),
    )

    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.id"))
    left_stage: Mapped[str | None]
    entered_stage: Mapped[str]
    at: Mapped[datetime]


class DealChanges(HasId, Base):
    """One field of a deal changed; values as text: amounts with two places, dates as ISO 8601."""

    __tablename__ = "deal_changes"
    __table_args__ = (Index(None, "deal_id", "field", "at"),)

    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.id"))
    field: Mapped[str]
    old_value: Mapped[str | None]
    new_value: Mapped[str | None]
    at: Mapped[datetime]


class Activities(FromSource, Base):
    """A call, mail or meeting on a deal."""

    __tablename__ = "activities"
    __table_args__ = (
        UniqueConstraint("workspace_id", "source", "external_id"),
        Index(None, "deal_id", "occurred_at"),
    )

    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.id"))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str]
    subject: Mapped[str | None]
    occurred_at: Mapped[datetime]


class NextSteps(FromSource, Base):
    """What was agreed with the buyer to happen next."""

    __tablename__ = "next_steps"
    __table_args__ = (
        UniqueConstraint("workspace_id", "source", "external_id"),
        Index(
            "ix_next_steps_to_do",
            "deal_id",
            "due_on",
            sqlite_where=text(IS_TO_DO),
            postgresql_where=text(IS_TO_DO),
        ),
    )

    deal_id: Mapped[str] = mapped_column(ForeignKey("deals.id"))
    text: Mapped[str]
    due_on: Mapped[date | None]
    created_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


class Quotas(FromSource, Base):
    """What a person is to sell in a period, both ends included."""

    __tablename__ = "quotas"
    __table_args__ = (
        UniqueConstraint("workspace_id", "source", "external_id"),
        Index(None, "workspace_id", "person_id", "period_start"),
    )

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    period_start: Mapped[date]
    period_end: Mapped[date]
    amount: Mapped[Decimal]
