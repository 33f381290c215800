"""The CRM's deals with their history, activities, next steps and quotas; and the runs of imports.

Revision: 0002
Follows: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT = sa.String()
INSTANT = sa.DateTime(timezone=True)
# SQLite has no decimals: an integer of the smallest unit keeps amounts exact.
MONEY = sa.Numeric(16, 2).with_variant(sa.BigInteger(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

TABLES = (
    "accounts",
    "contacts",
    "deals",
    "deal_contacts",
    "deal_stage_events",
    "deal_changes",
    "activities",
    "next_steps",
    "quotas",
    "imports",
    "import_rejects",
)


def upgrade() -> None:
    _accounts()
    _contacts()
    _deals()
    _deal_contacts()
    _deal_stage_events()
    _deal_changes()
    _activities()
    _next_steps()
    _quotas()
    _imports()
    _import_rejects()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("external_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("sector", TEXT),
        sa.UniqueConstraint("workspace_id", "source", "external_id"),
    )


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("external_id", TEXT, nullable=False),
        sa.Column("account_id", TEXT, sa.ForeignKey("accounts.id")),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("title", TEXT),
        sa.Column("email", TEXT),
        sa.UniqueConstraint("workspace_id", "source", "external_id"),
    )


def _deals() -> None:
    op.create_table(
        "deals",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("external_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("owner_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("account_id", TEXT, sa.ForeignKey("accounts.id")),
        sa.Column("product", TEXT),
        sa.Column("region", TEXT),
        sa.Column("segment", TEXT),
        sa.Column("stage", TEXT, nullable=False),
        sa.Column("amount", MONEY),
        sa.Column("currency", TEXT),
        sa.Column("close_date", sa.Date()),
        sa.Column("created_at", INSTANT),
        sa.Column("entered_stage_at", INSTANT),
        sa.Column("closed_at", INSTANT),
        sa.Column("forecast_category", TEXT),
        sa.Column("last_moved_at", INSTANT),
        sa.Column("last_activity_at", INSTANT),
        sa.Column("first_imported_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.UniqueConstraint("workspace_id", "source", "external_id"),
    )
    op.create_index(
        "ix_deals_open",
        "deals",
        ["workspace_id", "owner_id"],
        sqlite_where=sa.text("stage NOT IN ('closed_won', 'closed_lost')"),
        postgresql_where=sa.text("stage NOT IN ('closed_won', 'closed_lost')"),
    )
    op.create_index(
        "ix_deals_won",
        "deals",
        ["workspace_id", "owner_id", "closed_at", "amount"],
        sqlite_where=sa.text("stage = 'closed_won'"),
        postgresql_where=sa.text("stage = 'closed_won'"),
    )
    op.create_index("ix_deals_owner_id_closed_at", "deals", ["owner_id", "closed_at"])


def _deal_contacts() -> None:
    op.create_table(
        "deal_contacts",
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("deal_id", TEXT, sa.ForeignKey("deals.id"), primary_key=True),
        sa.Column("contact_id", TEXT, sa.ForeignKey("contacts.id"), primary_key=True),
    )


def _deal_stage_events() -> None:
    op.create_table(
        "deal_stage_events",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("deal_id", TEXT, sa.ForeignKey("deals.id"), nullable=False),
        sa.Column("left_stage", TEXT),
        sa.Column("entered_stage", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.UniqueConstraint("deal_id", "at", "entered_stage"),
    )
    op.create_index("ix_deal_stage_events_workspace_id_at", "deal_stage_events", ["workspace_id", "at"])


def _deal_changes() -> None:
    op.create_table(
        "deal_changes",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("deal_id", TEXT, sa.ForeignKey("deals.id"), nullable=False),
        sa.Column("field", TEXT, nullable=False),
        sa.Column("old_value", TEXT),
        sa.Column("new_value", TEXT),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_index("ix_deal_changes_deal_id_field_at", "deal_changes", ["deal_id", "field", "at"])


def _activities() -> None:
    op.create_table(
        "activities",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("external_id", TEXT, nullable=False),
        sa.Column("deal_id", TEXT, sa.ForeignKey("deals.id"), nullable=False),
        sa.Column("person_id", TEXT, sa.ForeignKey("people.id")),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("subject", TEXT),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.UniqueConstraint("workspace_id", "source", "external_id"),
    )
    op.create_index("ix_activities_deal_id_occurred_at", "activities", ["deal_id", "occurred_at"])


def _next_steps() -> None:
    op.create_table(
        "next_steps",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("external_id", TEXT, nullable=False),
        sa.Column("deal_id", TEXT, sa.ForeignKey("deals.id"), nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("created_at", INSTANT),
        sa.Column("done_at", INSTANT),
        sa.UniqueConstraint("workspace_id", "source", "external_id"),
    )
    op.create_index(
        "ix_next_steps_to_do",
        "next_steps",
        ["deal_id", "due_on"],
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )


def _quotas() -> None:
    op.create_table(
        "quotas",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("external_id", TEXT, nullable=False),
        sa.Column("person_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.UniqueConstraint("workspace_id", "source", "external_id"),
    )
    op.create_index(
        "ix_quotas_workspace_id_person_id_period_start",
        "quotas",
        ["workspace_id", "person_id", "period_start"],
    )


def _imports() -> None:
    op.create_table(
        "imports",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.Column("label", TEXT, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_taken", sa.Integer(), nullable=False),
        sa.Column("rows_rejected", sa.Integer(), nullable=False),
        sa.Column("counts", DOCUMENT, nullable=False),
    )
    op.create_index("ix_imports_workspace_id_source_as_of", "imports", ["workspace_id", "source", "as_of"])


def _import_rejects() -> None:
    op.create_table(
        "import_rejects",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("import_id", TEXT, sa.ForeignKey("imports.id"), nullable=False),
        sa.Column("file", TEXT, nullable=False),
        sa.Column("line", sa.Integer()),
        sa.Column("column_name", TEXT),
        sa.Column("value", TEXT),
        sa.Column("reason", TEXT, nullable=False),
    )
    op.create_index("ix_import_rejects_import_id", "import_rejects", ["import_id"])
