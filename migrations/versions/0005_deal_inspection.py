"""Deal inspection: threads, questions, evidence, rulings, demotions; deliveries that stand in a channel.

Revision: 0005
Follows: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXT = sa.String()
INSTANT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

TABLES = (
    "team_channels",
    "deal_threads",
    "thread_messages",
    "inspection_questions",
    "evidence",
    "evidence_rulings",
    "demotion_proposals",
)
MODES = "mode IN ('post', 'reply', 'update', 'home', 'view'{more})"


def upgrade() -> None:
    _team_channels()
    _deal_threads()
    _thread_messages()
    _inspection_questions()
    _evidence()
    _evidence_rulings()
    _demotion_proposals()
    _append_only("evidence_rulings")
    _modes(MODES.format(more=", 'channel'"))


def downgrade() -> None:
    # What stands in a channel is no message to a person, the only kind there was.
    op.execute("DELETE FROM deliveries WHERE mode = 'channel'")
    _modes(MODES.format(more=""))
    for table in reversed(TABLES):
        op.drop_table(table)


def _modes(allowed: str) -> None:
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.drop_constraint(op.f("ck_deliveries_mode"), type_="check")
        deliveries.create_check_constraint(op.f("ck_deliveries_mode"), allowed)


def _append_only(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        # INSERT OR REPLACE removes the old row without firing a trigger on DELETE.
        op.execute(
            f"CREATE TRIGGER {table}_no_insert BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        return
    op.execute(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _team_channels() -> None:
    op.create_table(
        "team_channels",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("manager_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.UniqueConstraint("workspace_id", "manager_id"),
    )


def _deal_threads() -> None:
    op.create_table(
        "deal_threads",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("deal_id", TEXT, sa.ForeignKey("deals.id"), nullable=False),
        sa.Column("manager_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("message_ts", TEXT),
        sa.Column("permalink", TEXT),
        sa.Column("trouble", TEXT),
        sa.Column("shown_stage", TEXT),
        sa.Column("opened_by_id", TEXT, sa.ForeignKey("people.id")),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.UniqueConstraint("workspace_id", "deal_id", "channel"),
    )
    op.create_index(
        "ix_deal_threads_workspace_id_channel_message_ts",
        "deal_threads",
        ["workspace_id", "channel", "message_ts"],
    )


def _thread_messages() -> None:
    op.create_table(
        "thread_messages",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("thread_id", TEXT, sa.ForeignKey("deal_threads.id"), nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("ts", TEXT, nullable=False),
        sa.Column("author_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("said_at", INSTANT, nullable=False),
        sa.Column("edited_at", INSTANT),
        sa.Column("deleted_at", INSTANT),
        sa.UniqueConstraint("workspace_id", "channel", "ts"),
    )
    op.create_index("ix_thread_messages_thread_id", "thread_messages", ["thread_id"])


def _inspection_questions() -> None:
    op.create_table(
        "inspection_questions",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("deal_id", TEXT, sa.ForeignKey("deals.id"), nullable=False),
        sa.Column("thread_id", TEXT, sa.ForeignKey("deal_threads.id"), nullable=False),
        sa.Column("round_id", TEXT, nullable=False),
        sa.Column("criterion_id", TEXT, nullable=False),
        sa.Column("stage", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("why", TEXT, nullable=False),
        sa.Column("facts", DOCUMENT, nullable=False),
        sa.Column("drafter", TEXT, nullable=False),
        sa.Column("asked_of_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("asked_by_id", TEXT, sa.ForeignKey("people.id")),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("answer_by", INSTANT, nullable=False),
        sa.UniqueConstraint("workspace_id", "deal_id", "criterion_id", "stage"),
    )
    op.create_index("ix_inspection_questions_round_id", "inspection_questions", ["round_id"])
    op.create_index(
        "ix_inspection_questions_workspace_id_answer_by",
        "inspection_questions",
        ["workspace_id", "answer_by"],
    )
    op.create_index(
        "ix_inspection_questions_workspace_id_asked_of_id_asked_at",
        "inspection_questions",
        ["workspace_id", "asked_of_id", "asked_at"],
    )


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("deal_id", TEXT, sa.ForeignKey("deals.id"), nullable=False),
        sa.Column("criterion_id", TEXT, nullable=False),
        sa.Column("stage", TEXT, nullable=False),
        sa.Column("grade", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("quote", TEXT, nullable=False),
        sa.Column("author_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("marked_by_id", TEXT, sa.ForeignKey("people.id")),
        sa.Column("said_at", INSTANT, nullable=False),
        sa.Column("marked_at", INSTANT, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("message_ts", TEXT, nullable=False),
        sa.Column("permalink", TEXT),
        sa.Column("pointers", sa.Integer(), nullable=False),
        sa.Column("record_kind", TEXT),
        sa.Column("record_id", TEXT),
        sa.Column("record_words", TEXT, nullable=False),
        sa.Column("shortfall", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'standing', 'insufficient', 'accepted', 'rejected', 'withdrawn')",
            name="state",
        ),
        sa.CheckConstraint("grade IN ('claimed', 'buyer_quoted', 'corroborated')", name="grade"),
    )
    op.create_index("ix_evidence_deal_id", "evidence", ["deal_id"])
    op.create_index(
        "uq_evidence_live",
        "evidence",
        ["workspace_id", "channel", "message_ts", "criterion_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'withdrawn'"),
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )


def _evidence_rulings() -> None:
    op.create_table(
        "evidence_rulings",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("evidence_id", TEXT, sa.ForeignKey("evidence.id"), nullable=False),
        sa.Column("by_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("ruling", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint("ruling IN ('accepted', 'rejected')", name="ruling"),
    )
    op.create_index("ix_evidence_rulings_evidence_id", "evidence_rulings", ["evidence_id"])


def _demotion_proposals() -> None:
    op.create_table(
        "demotion_proposals",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("deal_id", TEXT, sa.ForeignKey("deals.id"), nullable=False),
        sa.Column("rep_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("from_stage", TEXT, nullable=False),
        sa.Column("to_stage", TEXT),
        sa.Column("criteria", DOCUMENT, nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("visible_at", INSTANT, nullable=False),
        sa.Column("shown_at", INSTANT),
        sa.Column("settled_at", INSTANT),
        sa.Column("outcome", TEXT),
        sa.CheckConstraint("outcome IN ('answered', 'moved', 'closed')", name="outcome"),
    )
    op.create_index(
        "ix_demotion_proposals_workspace_id_visible_at", "demotion_proposals", ["workspace_id", "visible_at"]
    )
    op.create_index(
        "uq_demotion_proposals_open",
        "demotion_proposals",
        ["workspace_id", "deal_id"],
        unique=True,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
