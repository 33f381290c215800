"""What the bot says, and the audit trail with the triggers that keep it append-only.

Revision: 0004
Follows: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sa.String()
INSTANT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TABLES = (
    "notices",
    "deliveries",
    "audit_events",
)

# The tables that only grow, with their keys; a later migration that copies one must make its triggers anew.
APPEND_ONLY = {"audit_events": "seq", "acknowledgement_answers": "id"}


def upgrade() -> None:
    _notices()
    _deliveries()
    _audit_events()
    if op.get_bind().dialect.name == "sqlite":
        for table, key in APPEND_ONLY.items():
            _append_only_on_sqlite(table, key)
    else:
        _append_only_on_postgresql()


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER acknowledgement_answers_no_{event}")
    else:
        op.execute("DROP TRIGGER append_only ON acknowledgement_answers")
        op.execute("DROP TRIGGER append_only_truncate ON acknowledgement_answers")
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")


def _append_only_on_sqlite(table: str, key: str) -> None:
    for event in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{event} BEFORE {event} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    # INSERT OR REPLACE removes the old row without firing a trigger on DELETE.
    op.execute(
        f"CREATE TRIGGER {table}_no_insert BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _append_only_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("person_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("subject_kind", TEXT, nullable=False),
        sa.Column("subject_id", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
    )
    op.create_index(
        "ix_notices_workspace_id_person_id_subject_kind_subject_id",
        "notices",
        ["workspace_id", "person_id", "subject_kind", "subject_id"],
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("notice_id", TEXT, sa.ForeignKey("notices.id"), nullable=False),
        sa.Column("person_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("mode", TEXT, nullable=False),
        sa.Column("slack_channel", TEXT),
        sa.Column("slack_ts", TEXT),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", TEXT),
        sa.Column("content_hash", TEXT),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT),
        sa.CheckConstraint("mode IN ('post', 'reply', 'update', 'home', 'view')", name="mode"),
        sa.CheckConstraint("state IN ('queued', 'sent', 'failed', 'dead', 'superseded')", name="state"),
    )
    op.create_index("ix_deliveries_notice_id", "deliveries", ["notice_id"])
    op.create_index("ix_deliveries_workspace_id_state", "deliveries", ["workspace_id", "state"])


def _audit_events() -> None:
    op.create_table(
        "audit_events",
        sa.Column("seq", SEQUENCE, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_id", TEXT),
        sa.Column("actor_kind", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("entity_kind", TEXT, nullable=False),
        sa.Column("entity_id", TEXT, nullable=False),
        sa.Column("before", DOCUMENT),
        sa.Column("after", DOCUMENT),
        sa.Column("reference", TEXT),
        sa.CheckConstraint("actor_kind IN ('person', 'system', 'import')", name="actor_kind"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_audit_events_workspace_id_entity_kind_entity_id",
        "audit_events",
        ["workspace_id", "entity_kind", "entity_id"],
    )
    op.create_index("ix_audit_events_workspace_id_seq", "audit_events", ["workspace_id", "seq"])
