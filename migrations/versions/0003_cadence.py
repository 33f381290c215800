"""The rhythm: fires, obligations, conversations, acknowledgements, answers to flags.

Revision: 0003
Follows: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.String()
INSTANT = sa.DateTime(timezone=True)
# SQLite has no decimals: an integer of the fourth place keeps ratios exact.
RATIO = sa.Numeric(16, 4).with_variant(sa.BigInteger(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

TABLES = (
    "cadence_fires",
    "obligations",
    "coverage_conversations",
    "acknowledgements",
    "acknowledgement_answers",
    "flag_responses",
    "flag_listings",
)


def upgrade() -> None:
    _cadence_fires()
    _obligations()
    _coverage_conversations()
    _acknowledgements()
    _acknowledgement_answers()
    _flag_responses()
    _flag_listings()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _cadence_fires() -> None:
    op.create_table(
        "cadence_fires",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("cadence", TEXT, nullable=False),
        sa.Column("zone", TEXT, nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("expanded_at", INSTANT),
        sa.Column("expanded_until", TEXT),
        sa.UniqueConstraint("workspace_id", "cadence", "zone", "local_date"),
    )


def _obligations() -> None:
    op.create_table(
        "obligations",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("owner_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("subject_id", TEXT, sa.ForeignKey("people.id")),
        sa.Column("fire_id", TEXT, sa.ForeignKey("cadence_fires.id"), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("reasons", DOCUMENT, nullable=False),
        sa.Column("done_at", INSTANT),
        sa.Column("done_late", sa.Boolean(), nullable=False),
        sa.Column("snoozed_until", INSTANT),
        sa.Column("escalation_level", sa.Integer(), nullable=False),
        sa.Column("excused_reason", TEXT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("shown_at", INSTANT),
        sa.CheckConstraint("state IN ('due', 'overdue', 'done', 'missed', 'excused')", name="state"),
        sa.CheckConstraint(
            "verdict IN ('pending', 'verified', 'unverified', 'unanswered', 'contradicted')", name="verdict"
        ),
        sa.UniqueConstraint("workspace_id", "kind", "owner_id", "subject_id", "fire_id"),
    )
    op.create_index("ix_obligations_fire_id", "obligations", ["fire_id"])
    op.create_index(
        "ix_obligations_owed",
        "obligations",
        ["workspace_id", "due_at"],
        sqlite_where=sa.text("state IN ('due', 'overdue')"),
        postgresql_where=sa.text("state IN ('due', 'overdue')"),
    )
    op.create_index(
        "ix_obligations_workspace_id_owner_id_state", "obligations", ["workspace_id", "owner_id", "state"]
    )
    op.create_index(
        "uq_obligations_without_subject",
        "obligations",
        ["workspace_id", "kind", "owner_id", "fire_id"],
        unique=True,
        sqlite_where=sa.text("subject_id IS NULL"),
        postgresql_where=sa.text("subject_id IS NULL"),
    )


def _coverage_conversations() -> None:
    op.create_table(
        "coverage_conversations",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("obligation_id", TEXT, sa.ForeignKey("obligations.id"), nullable=False),
        sa.Column("manager_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("rep_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("base_id", TEXT, sa.ForeignKey("coverage_conversations.id")),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer()),
        sa.Column("cause", TEXT),
        sa.Column("plan", TEXT),
        sa.Column("next_step_on", sa.Date()),
        sa.Column("coverage_ratio", RATIO),
        sa.Column("logged_at", INSTANT, nullable=False),
        sa.CheckConstraint("kind IN ('conversation', 'plan_confirmed')", name="kind"),
    )
    op.create_index("ix_coverage_conversations_obligation_id", "coverage_conversations", ["obligation_id"])
    op.create_index(
        "ix_coverage_conversations_pair",
        "coverage_conversations",
        ["workspace_id", "manager_id", "rep_id", "logged_at"],
    )


def _acknowledgements() -> None:
    op.create_table(
        "acknowledgements",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("conversation_id", TEXT, sa.ForeignKey("coverage_conversations.id"), nullable=False),
        sa.Column("rep_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("deadline_at", INSTANT, nullable=False),
        sa.UniqueConstraint("conversation_id"),
    )
    op.create_index(
        "ix_acknowledgements_workspace_id_deadline_at", "acknowledgements", ["workspace_id", "deadline_at"]
    )
    op.create_index("ix_acknowledgements_workspace_id_rep_id", "acknowledgements", ["workspace_id", "rep_id"])


def _acknowledgement_answers() -> None:
    op.create_table(
        "acknowledgement_answers",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("acknowledgement_id", TEXT, sa.ForeignKey("acknowledgements.id"), nullable=False),
        sa.Column("answer", TEXT, nullable=False),
        sa.Column("comment", TEXT),
        sa.Column("answered_at", INSTANT, nullable=False),
        sa.CheckConstraint("answer IN ('confirmed', 'disputed')", name="answer"),
    )
    op.create_index(
        "ix_acknowledgement_answers_acknowledgement_id", "acknowledgement_answers", ["acknowledgement_id"]
    )


def _flag_responses() -> None:
    op.create_table(
        "flag_responses",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("deal_id", TEXT, sa.ForeignKey("deals.id"), nullable=False),
        sa.Column("flag", TEXT, nullable=False),
        sa.Column("fingerprint", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("by_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("until", INSTANT),
        sa.Column("due_at", INSTANT),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("reasons", DOCUMENT, nullable=False),
        sa.CheckConstraint("kind IN ('dismissed', 'snoozed', 'fixed')", name="kind"),
        sa.CheckConstraint(
            "verdict IN ('pending', 'verified', 'unverified', 'unanswered', 'contradicted')", name="verdict"
        ),
    )
    op.create_index("ix_flag_responses_deal_id", "flag_responses", ["deal_id"])
    op.create_index(
        "ix_flag_responses_pending_fixes",
        "flag_responses",
        ["workspace_id", "due_at"],
        sqlite_where=sa.text("kind = 'fixed' AND verdict = 'pending'"),
        postgresql_where=sa.text("kind = 'fixed' AND verdict = 'pending'"),
    )


def _flag_listings() -> None:
    op.create_table(
        "flag_listings",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("person_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("deal_id", TEXT, sa.ForeignKey("deals.id"), nullable=False),
        sa.Column("flag", TEXT, nullable=False),
        sa.Column("fingerprint", TEXT, nullable=False),
        sa.Column("fire_id", TEXT, sa.ForeignKey("cadence_fires.id")),
        sa.Column("listed_at", INSTANT, nullable=False),
        sa.UniqueConstraint("workspace_id", "person_id", "deal_id", "flag", "fingerprint"),
    )
