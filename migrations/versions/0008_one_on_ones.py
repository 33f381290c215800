"""One-on-ones: the accepted schedule, its slots, the items of their agendas; who may set and propose them.

Revision: 0008
Follows: 0007
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TEXT = sa.String()
INSTANT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TABLES = ("one_on_one_series", "one_on_ones", "agenda_items")
PERMISSIONS = {"manager": "run_one_on_ones", "rep": "propose_one_on_one_times"}


def upgrade() -> None:
    _series()
    _one_on_ones()
    _agenda_items()
    _write_roles(lambda held, new: held if new in held else [*held, new])


def downgrade() -> None:
    _write_roles(lambda held, new: [one for one in held if one != new])
    for table in reversed(TABLES):
        op.drop_table(table)
    # What was owed for a slot: nothing tells any more when it was.
    op.execute("DELETE FROM obligations WHERE source_kind = 'one_on_one' AND fire_id IS NULL")


def _series() -> None:
    op.create_table(
        "one_on_one_series",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("manager_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("rep_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("accepted_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("ended_reason", TEXT, nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        sa.CheckConstraint("every_weeks IN (1, 2)", name="every_weeks"),
    )
    op.create_index(
        "uq_one_on_one_series_running",
        "one_on_one_series",
        ["workspace_id", "manager_id", "rep_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _one_on_ones() -> None:
    op.create_table(
        "one_on_ones",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("series_id", TEXT, sa.ForeignKey("one_on_one_series.id"), nullable=False),
        sa.Column("manager_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("rep_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("planned_on", sa.Date()),
        sa.Column("moved_from", TEXT, sa.ForeignKey("one_on_ones.id")),
        sa.Column("moved_to", TEXT),
        sa.Column("answered_at", INSTANT),
        sa.Column("excused_reason", TEXT),
        sa.Column("cancel_reason", TEXT, nullable=False),
        sa.Column("proposed_at", INSTANT),
        sa.Column("proposal_note", TEXT, nullable=False),
        sa.Column("obligation_id", TEXT, sa.ForeignKey("obligations.id")),
        sa.Column("agenda_sent_at", INSTANT),
        sa.Column("asked_at", INSTANT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("series_id", "planned_on"),
        sa.CheckConstraint("state IN ('scheduled', 'held', 'moved', 'cancelled', 'missed')", name="state"),
    )
    for person in ("manager_id", "rep_id"):
        op.create_index(
            f"ix_one_on_ones_workspace_id_{person}_starts_at",
            "one_on_ones",
            ["workspace_id", person, "starts_at"],
        )
    op.create_index(
        "ix_one_on_ones_scheduled",
        "one_on_ones",
        ["workspace_id", "starts_at"],
        sqlite_where=sa.text("state = 'scheduled'"),
        postgresql_where=sa.text("state = 'scheduled'"),
    )


def _agenda_items() -> None:
    op.create_table(
        "agenda_items",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("one_on_one_id", TEXT, sa.ForeignKey("one_on_ones.id"), nullable=False),
        sa.Column("by_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
    )
    op.create_index("ix_agenda_items_one_on_one_id", "agenda_items", ["one_on_one_id"])


def _write_roles(change: Callable[[list[str], str], list[str]]) -> None:
    """Add a version to the roles of a workspace that has some: its people could not meet else."""
    settings = sa.table(
        "settings",
        sa.column("id", TEXT),
        sa.column("workspace_id", TEXT),
        sa.column("key", TEXT),
        sa.column("version", sa.Integer()),
        sa.column("value", DOCUMENT),
        sa.column("changed_at", INSTANT),
    )
    connection = op.get_bind()
    newest: dict[str, sa.RowMapping] = {}
    for row in connection.execute(
        sa.select(settings).where(settings.c.key == "roles").order_by(settings.c.version)
    ).mappings():
        newest[row["workspace_id"]] = row
    for workspace_id, row in newest.items():
        roles = row["value"]
        changed = {
            role: change(held, PERMISSIONS[role]) if role in PERMISSIONS and isinstance(held, list) else held
            for role, held in roles.items()
        }
        if changed == roles:
            continue
        connection.execute(
            settings.insert().values(
                id=f"set_{secrets.token_hex(13)}",
                workspace_id=workspace_id,
                key="roles",
                version=row["version"] + 1,
                value=changed,
                changed_at=datetime.now(UTC),
            )
        )
