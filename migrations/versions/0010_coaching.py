"""Coaching: logs, answers, steps, private notes, drafts, readers, ratings added up, development plans.

Revision: 0010
Follows: 0009
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TEXT = sa.String()
INSTANT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
RATIO = sa.Numeric(16, 4).with_variant(sa.BigInteger(), "sqlite")
TENTH = sa.Numeric(3, 1).with_variant(sa.BigInteger(), "sqlite")
TABLES = (
    "coaching_logs",
    "coaching_log_versions",
    "coaching_answers",
    "skill_observations",
    "coaching_steps",
    "coaching_deal_actions",
    "coaching_notes",
    "coaching_drafts",
    "coaching_reads",
    "rating_tokens",
    "rating_batches",
    "rating_raters",
    "rating_releases",
    "deep_dives",
    "development_plans",
)
PERMISSIONS = {
    "rep": ["answer_coaching"],
    "manager": ["log_coaching", "answer_coaching"],
    "vp": ["log_coaching"],
}


def upgrade() -> None:
    _coaching_logs()
    _coaching_log_versions()
    _coaching_answers()
    _skill_observations()
    _coaching_steps()
    _coaching_deal_actions()
    _coaching_notes()
    _coaching_drafts()
    _coaching_reads()
    _rating_tokens()
    _rating_batches()
    _rating_raters()
    _rating_releases()
    _deep_dives()
    _development_plans()
    _append_only()
    _write_roles(lambda held, new: [*held, *(one for one in new if one not in held)])


def downgrade() -> None:
    _write_roles(lambda held, new: [one for one in held if one not in new])
    if op.get_bind().dialect.name == "sqlite":
        for event in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER coaching_answers_no_{event}")
    else:
        op.execute("DROP TRIGGER append_only ON coaching_answers")
        op.execute("DROP TRIGGER append_only_truncate ON coaching_answers")
    for table in reversed(TABLES):
        op.drop_table(table)
    # What was owed for them: nothing tells any more what it was.
    op.execute("DELETE FROM obligations WHERE source_kind IN ('coaching_log', 'deep_dive')")


def _append_only() -> None:
    """What the coached said is never changed, like other answers (0004)."""
    table = "coaching_answers"
    if op.get_bind().dialect.name == "sqlite":
        for event in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
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


def _coaching_logs() -> None:
    op.create_table(
        "coaching_logs",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("manager_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("rep_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("one_on_one_id", TEXT, sa.ForeignKey("one_on_ones.id")),
        sa.Column("obligation_id", TEXT, sa.ForeignKey("obligations.id"), nullable=False),
        sa.Column("logged_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("focus_area", TEXT, nullable=False),
        sa.Column("deadline_at", INSTANT),
        sa.Column("escalate_at", INSTANT),
        sa.Column("escalated_at", INSTANT),
        sa.Column("manager_released_at", INSTANT),
        sa.Column("rep_released_at", INSTANT),
        sa.CheckConstraint("kind IN ('session', 'deep_dive')", name="kind"),
        sa.UniqueConstraint("one_on_one_id"),
    )
    op.create_index(
        "ix_coaching_logs_workspace_id_deadline_at", "coaching_logs", ["workspace_id", "deadline_at"]
    )
    op.create_index(
        "ix_coaching_logs_workspace_id_escalate_at", "coaching_logs", ["workspace_id", "escalate_at"]
    )
    op.create_index(
        "ix_coaching_logs_workspace_id_manager_id_held_on",
        "coaching_logs",
        ["workspace_id", "manager_id", "held_on"],
    )
    op.create_index(
        "ix_coaching_logs_workspace_id_rep_id_held_on", "coaching_logs", ["workspace_id", "rep_id", "held_on"]
    )


def _coaching_log_versions() -> None:
    op.create_table(
        "coaching_log_versions",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("log_id", TEXT, sa.ForeignKey("coaching_logs.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("content", DOCUMENT, nullable=False),
        sa.Column("asked_at", INSTANT),
        sa.Column("deadline_at", INSTANT),
        sa.UniqueConstraint("log_id", "version"),
    )


def _coaching_answers() -> None:
    op.create_table(
        "coaching_answers",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("log_id", TEXT, sa.ForeignKey("coaching_logs.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answer", TEXT, nullable=False),
        sa.Column("comment", TEXT),
        sa.Column("answered_at", INSTANT, nullable=False),
        sa.CheckConstraint("answer IN ('confirmed', 'disputed')", name="answer"),
    )
    op.create_index("ix_coaching_answers_log_id", "coaching_answers", ["log_id"])


def _skill_observations() -> None:
    op.create_table(
        "skill_observations",
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("log_id", TEXT, sa.ForeignKey("coaching_logs.id"), primary_key=True),
        sa.Column("tag", TEXT, primary_key=True),
        sa.Column("stance", TEXT, primary_key=True),
        sa.Column("rep_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.CheckConstraint("stance IN ('seen', 'better')", name="stance"),
    )
    op.create_index(
        "ix_skill_observations_workspace_id_rep_id_tag",
        "skill_observations",
        ["workspace_id", "rep_id", "tag"],
    )


def _coaching_steps() -> None:
    op.create_table(
        "coaching_steps",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("log_id", TEXT, sa.ForeignKey("coaching_logs.id"), nullable=False),
        sa.Column("manager_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("rep_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("owner_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("words", TEXT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("agreed_at", INSTANT, nullable=False),
        sa.Column("outcome", TEXT),
        sa.Column("outcome_log_id", TEXT, sa.ForeignKey("coaching_logs.id")),
        sa.CheckConstraint("outcome IN ('done', 'partly', 'not_yet', 'dropped')", name="outcome"),
        sa.UniqueConstraint("log_id"),
    )
    op.create_index(
        "ix_coaching_steps_workspace_id_rep_id_due_on", "coaching_steps", ["workspace_id", "rep_id", "due_on"]
    )


def _coaching_deal_actions() -> None:
    op.create_table(
        "coaching_deal_actions",
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("log_id", TEXT, sa.ForeignKey("coaching_logs.id"), primary_key=True),
        sa.Column("deal_id", TEXT, sa.ForeignKey("deals.id"), primary_key=True),
        sa.Column("words", TEXT, nullable=False),
    )
    op.create_index("ix_coaching_deal_actions_deal_id", "coaching_deal_actions", ["deal_id"])


def _coaching_notes() -> None:
    op.create_table(
        "coaching_notes",
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("log_id", TEXT, sa.ForeignKey("coaching_logs.id"), primary_key=True),
        sa.Column("author_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
    )


def _coaching_drafts() -> None:
    op.create_table(
        "coaching_drafts",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("author_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("rep_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("fields", DOCUMENT, nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.UniqueConstraint("workspace_id", "author_id", "rep_id", "kind"),
    )


def _coaching_reads() -> None:
    op.create_table(
        "coaching_reads",
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("log_id", TEXT, sa.ForeignKey("coaching_logs.id"), primary_key=True),
        sa.Column("reader_id", TEXT, sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("first_read_at", INSTANT, nullable=False),
        sa.Column("last_read_at", INSTANT, nullable=False),
    )


def _rating_tokens() -> None:
    op.create_table(
        "rating_tokens",
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("log_id", TEXT, sa.ForeignKey("coaching_logs.id"), primary_key=True),
        sa.Column("rater_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
    )


def _rating_batches() -> None:
    op.create_table(
        "rating_batches",
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("manager_id", TEXT, sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("masked", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("count >= 0", name="count"),
    )


def _rating_raters() -> None:
    op.create_table(
        "rating_raters",
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("manager_id", TEXT, sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("rater_id", TEXT, sa.ForeignKey("people.id"), primary_key=True),
    )


def _rating_releases() -> None:
    op.create_table(
        "rating_releases",
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("manager_id", TEXT, sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("month", TEXT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("average", TENTH, nullable=False),
        sa.Column("released_at", INSTANT, nullable=False),
        sa.CheckConstraint("count >= 5", name="count"),
        sa.UniqueConstraint("manager_id", "month"),
    )


def _deep_dives() -> None:
    op.create_table(
        "deep_dives",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("manager_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("rep_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("month", TEXT, nullable=False),
        sa.Column("obligation_id", TEXT, sa.ForeignKey("obligations.id"), nullable=False),
        sa.Column("log_id", TEXT, sa.ForeignKey("coaching_logs.id")),
        sa.UniqueConstraint("workspace_id", "manager_id", "rep_id", "month"),
    )


def _development_plans() -> None:
    op.create_table(
        "development_plans",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("log_id", TEXT, sa.ForeignKey("coaching_logs.id"), nullable=False),
        sa.Column("manager_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("rep_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("measure", TEXT, nullable=False),
        sa.Column("baseline", RATIO),
        sa.Column("goal", RATIO, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("measured_at", INSTANT),
        sa.Column("result", RATIO),
        sa.Column("outcome", TEXT),
        sa.Column("why", TEXT, nullable=False),
        sa.CheckConstraint("outcome IN ('met', 'not_met', 'not_measured')", name="outcome"),
        sa.UniqueConstraint("log_id"),
    )
    op.create_index(
        "ix_development_plans_workspace_id_rep_id_ends_on",
        "development_plans",
        ["workspace_id", "rep_id", "ends_on"],
    )


def _write_roles(change: Callable[[list[str], list[str]], list[str]]) -> None:
    """Add a version to the roles of a workspace that has some: its people could not log a session else."""
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
