"""The workspace, its settings and its people.

Revision: 0001
Follows: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.String()
INSTANT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

TABLES = (
    "workspaces",
    "settings",
    "inbound_keys",
    "people",
    "person_roles",
    "time_off",
)


def upgrade() -> None:
    _workspaces()
    _settings()
    _inbound_keys()
    _people()
    _person_roles()
    _time_off()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _workspaces() -> None:
    op.create_table(
        "workspaces",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("slack_team_id", TEXT),
        sa.Column("currency", TEXT, nullable=False),
        sa.Column("fiscal_first_month", sa.Integer(), nullable=False),
        sa.Column("time_zone", TEXT, nullable=False),
        sa.Column("crm_as_of", INSTANT),
        sa.Column("cadences_since", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False),
    )


def _settings() -> None:
    op.create_table(
        "settings",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", DOCUMENT, nullable=False),
        sa.Column("changed_by", TEXT),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.UniqueConstraint("workspace_id", "key", "version"),
    )


def _inbound_keys() -> None:
    op.create_table(
        "inbound_keys",
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), primary_key=True),
        sa.Column("key", TEXT, primary_key=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
    )


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("external_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("email", TEXT),
        sa.Column("slack_user_id", TEXT),
        sa.Column("manager_id", TEXT, sa.ForeignKey("people.id", deferrable=True, initially="DEFERRED")),
        sa.Column("region", TEXT),
        sa.Column("segment", TEXT),
        sa.Column("time_zone", TEXT, nullable=False),
        sa.Column("country", TEXT),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("workspace_id", "slack_user_id"),
        sa.UniqueConstraint("workspace_id", "source", "external_id"),
    )
    op.create_index("ix_people_workspace_id_manager_id", "people", ["workspace_id", "manager_id"])


def _person_roles() -> None:
    op.create_table(
        "person_roles",
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("person_id", TEXT, sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("role", TEXT, primary_key=True),
    )


def _time_off() -> None:
    op.create_table(
        "time_off",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("person_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.UniqueConstraint("workspace_id", "person_id", "starts_on", "ends_on"),
    )
