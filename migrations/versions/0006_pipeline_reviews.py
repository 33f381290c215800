"""Pipeline reviews: the reviews, their deals, the decisions and what happens next; managers may run them.

Revision: 0006
Follows: 0005
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXT = sa.String()
INSTANT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
VERDICTS = "verdict IN ('pending', 'verified', 'unverified', 'unanswered', 'contradicted')"
TABLES = ("pipeline_reviews", "review_deals", "decisions", "next_actions")
PERMISSION = "run_pipeline_review"


def upgrade() -> None:
    _pipeline_reviews()
    _review_deals()
    _decisions()
    _next_actions()
    _write_roles(lambda held: [*held, PERMISSION] if PERMISSION not in held else held)


def downgrade() -> None:
    _write_roles(lambda held: [one for one in held if one != PERMISSION])
    for table in reversed(TABLES):
        op.drop_table(table)


def _pipeline_reviews() -> None:
    op.create_table(
        "pipeline_reviews",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("manager_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("fire_id", TEXT, sa.ForeignKey("cadence_fires.id")),
        sa.Column("prepared_at", INSTANT, nullable=False),
        sa.Column("opened_at", INSTANT),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("outcome", TEXT),
        sa.Column("settled_at", INSTANT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("outcome IN ('review', 'status_meeting')", name="outcome"),
        sa.UniqueConstraint("workspace_id", "manager_id", "review_on"),
    )


def _review_deals() -> None:
    op.create_table(
        "review_deals",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("review_id", TEXT, sa.ForeignKey("pipeline_reviews.id"), nullable=False),
        sa.Column("deal_id", TEXT, sa.ForeignKey("deals.id"), nullable=False),
        sa.Column("rep_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("picked_at", INSTANT, nullable=False),
        sa.Column("swapped_out_at", INSTANT),
        sa.UniqueConstraint("review_id", "deal_id"),
    )
    op.create_index("ix_review_deals_workspace_id_deal_id", "review_deals", ["workspace_id", "deal_id"])


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("review_id", TEXT, sa.ForeignKey("pipeline_reviews.id"), nullable=False),
        sa.Column("deal_id", TEXT, sa.ForeignKey("deals.id"), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("by_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("owner_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("from_stage", TEXT, nullable=False),
        sa.Column("to_stage", TEXT),
        sa.Column("old_close_date", sa.Date()),
        sa.Column("new_close_date", sa.Date()),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("reported_at", INSTANT),
        sa.Column("report_reason", TEXT, nullable=False),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("reasons", DOCUMENT, nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("verdict_at", INSTANT),
        sa.Column("judged_as_of", INSTANT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('advance', 'demote', 'remove', 're_date', 'keep')", name="kind"),
        sa.CheckConstraint(
            "state IN ('taken', 'reported_done', 'reported_not_done', 'withdrawn')", name="state"
        ),
        sa.CheckConstraint(VERDICTS, name="verdict"),
    )
    op.create_index("ix_decisions_deal_id", "decisions", ["deal_id"])
    op.create_index("ix_decisions_workspace_id_due_at", "decisions", ["workspace_id", "due_at"])
    op.create_index(
        "ix_decisions_workspace_id_by_id_due_at", "decisions", ["workspace_id", "by_id", "due_at"]
    )
    op.create_index(
        "uq_decisions_standing",
        "decisions",
        ["review_id", "deal_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'withdrawn'"),
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )


def _next_actions() -> None:
    op.create_table(
        "next_actions",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("decision_id", TEXT, sa.ForeignKey("decisions.id"), nullable=False),
        sa.Column("deal_id", TEXT, sa.ForeignKey("deals.id"), nullable=False),
        sa.Column("words", TEXT, nullable=False),
        sa.Column("activity", TEXT, nullable=False),
        sa.Column("owner_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("agreed_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("reasons", DOCUMENT, nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.CheckConstraint("activity IN ('call', 'meeting', 'email', 'any')", name="activity"),
        sa.CheckConstraint(VERDICTS, name="verdict"),
        sa.UniqueConstraint("decision_id"),
    )
    op.create_index("ix_next_actions_deal_id", "next_actions", ["deal_id"])


def _write_roles(change: Callable[[list[str]], list[str]]) -> None:
    """Add a version to the roles of a workspace that has some: its managers could not start a review else."""
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
        held = roles.get("manager")
        if not isinstance(held, list) or change(held) == held:
            continue
        connection.execute(
            settings.insert().values(
                id=f"set_{secrets.token_hex(13)}",
                workspace_id=workspace_id,
                key="roles",
                version=row["version"] + 1,
                value={**roles, "manager": change(held)},
                changed_at=datetime.now(UTC),
            )
        )
