"""Erasing: who reads a log, day by day; records of erasures; words in append-only tables can be taken out.

What is append-only stays so: no row of the trail goes, nor does anything in it change but words that may be
personal, and those only while an erasure is open in the same transaction, which leaves its own record.

Revision: 0013
Follows: 0012
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TEXT = sa.String()
INSTANT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
# In each append-only table the columns that may hold words of people.
WORDS = {
    "audit_events": ("before", "after"),
    "acknowledgement_answers": ("comment",),
    "coaching_answers": ("comment",),
    "evidence_rulings": ("reason",),
}
OPEN = "EXISTS (SELECT 1 FROM erasures WHERE finished_at IS NULL AND workspace_id = OLD.workspace_id)"
Row = dict[str, Any]


def upgrade() -> None:
    _erasures()
    _tombstones()
    if op.get_bind().dialect.name == "sqlite":
        for table, words in WORDS.items():
            _let_words_go_on_sqlite(table, words)
    else:
        _let_words_go_on_postgresql()
    _reads_by_day()


def downgrade() -> None:
    _reads_first_and_last()
    if op.get_bind().dialect.name == "sqlite":
        for table in WORDS:
            op.execute(f"DROP TRIGGER {table}_no_update")
            op.execute(f"DROP TRIGGER {table}_no_redaction")
            _refuse_on_sqlite(table, "update", "BEFORE UPDATE")
    else:
        for table in WORDS:
            op.execute(f"DROP TRIGGER append_only ON {table}")
            op.execute(
                f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        op.execute("DROP FUNCTION refuse_all_but_erasing()")
    op.drop_table("tombstones")
    op.drop_table("erasures")


def _erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("person_id", TEXT, sa.ForeignKey("people.id")),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.Column("counts", DOCUMENT, nullable=False),
        sa.CheckConstraint("kind IN ('person', 'retention')", name="kind"),
    )
    op.create_index("ix_erasures_workspace_id_finished_at", "erasures", ["workspace_id", "finished_at"])


def _tombstones() -> None:
    op.create_table(
        "tombstones",
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), primary_key=True),
        sa.Column("digest", TEXT, primary_key=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("salt", TEXT, nullable=False),
        sa.Column("person_id", TEXT, sa.ForeignKey("people.id"), nullable=False),
        sa.CheckConstraint("kind IN ('external_id', 'email')", name="kind"),
    )


def _refuse_on_sqlite(table: str, name: str, event: str, when: str = "") -> None:
    op.execute(
        f"CREATE TRIGGER {table}_no_{name} {event} ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _let_words_go_on_sqlite(table: str, words: tuple[str, ...]) -> None:
    columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]
    fixed = ", ".join(f'"{name}"' for name in columns if name not in words)
    changeable = ", ".join(f'"{name}"' for name in words)
    op.execute(f"DROP TRIGGER {table}_no_update")
    _refuse_on_sqlite(table, "update", f"BEFORE UPDATE OF {fixed}")
    _refuse_on_sqlite(table, "redaction", f"BEFORE UPDATE OF {changeable}", f"WHEN NOT {OPEN}")


def _let_words_go_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_all_but_erasing() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF TG_OP = 'UPDATE' AND {OPEN} AND to_jsonb(OLD) - TG_ARGV = to_jsonb(NEW) - TG_ARGV "
        "THEN RETURN NEW; END IF; "
        f"IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'coaching_reads' AND {OPEN} THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table, words in WORDS.items():
        op.execute(f"DROP TRIGGER append_only ON {table}")
        _guard_on_postgresql(table, words)


def _guard_on_postgresql(table: str, words: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{name}'" for name in words)
    op.execute(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION refuse_all_but_erasing({listed})"
    )


def _reads_by_day() -> None:
    """One row for each day on which somebody read a log, in place of the first time and the last."""
    found = _read_all("first_read_at", "last_read_at")
    op.drop_table("coaching_reads")
    made = op.create_table(
        "coaching_reads",
        *_who_read_what(),
        sa.Column("read_on", sa.Date(), primary_key=True),
        sa.Column("depth", TEXT, primary_key=True),
        sa.Column("read_at", INSTANT, nullable=False),
        sa.CheckConstraint("depth IN ('facts', 'text')", name="depth"),
    )
    op.create_index("ix_coaching_reads_workspace_id_read_on", "coaching_reads", ["workspace_id", "read_on"])
    days: dict[tuple[Any, ...], Row] = {}
    for row in found:
        for at in (row.pop("first_read_at"), row.pop("last_read_at")):
            key = (row["log_id"], row["reader_id"], _day(at))
            days.setdefault(key, {**row, "read_on": _day(at), "depth": "text", "read_at": at})
    if days:
        op.bulk_insert(made, list(days.values()))
    _keep_reads()


def _keep_reads() -> None:
    table = "coaching_reads"
    if op.get_bind().dialect.name == "sqlite":
        _refuse_on_sqlite(table, "update", "BEFORE UPDATE")
        _refuse_on_sqlite(table, "delete", "BEFORE DELETE", f"WHEN NOT {OPEN}")
        return
    _guard_on_postgresql(table, ())
    op.execute(
        f"CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _reads_first_and_last() -> None:
    found = [row for row in _read_all("depth", "read_at") if row.pop("depth") == "text"]
    op.drop_table("coaching_reads")
    made = op.create_table(
        "coaching_reads",
        *_who_read_what(),
        sa.Column("first_read_at", INSTANT, nullable=False),
        sa.Column("last_read_at", INSTANT, nullable=False),
    )
    spans: dict[tuple[str, str], Row] = {}
    for row in sorted(found, key=lambda one: one["read_at"]):
        at = row.pop("read_at")
        span = spans.setdefault((row["log_id"], row["reader_id"]), {**row, "first_read_at": at})
        span["last_read_at"] = at
    if spans:
        op.bulk_insert(made, list(spans.values()))


def _who_read_what() -> list[sa.Column[Any]]:
    return [
        sa.Column("workspace_id", TEXT, sa.ForeignKey("workspaces.id"), nullable=False),
        sa.Column("log_id", TEXT, sa.ForeignKey("coaching_logs.id"), primary_key=True),
        sa.Column("reader_id", TEXT, sa.ForeignKey("people.id"), primary_key=True),
    ]


def _read_all(*columns: str) -> list[Row]:
    names = ("workspace_id", "log_id", "reader_id")
    reads = sa.table(
        "coaching_reads",
        *(sa.column(name, TEXT) for name in names),
        *(sa.column(name, INSTANT if name.endswith("_at") else TEXT) for name in columns),
    )
    return [dict(row) for row in op.get_bind().execute(sa.select(reads)).mappings()]


def _day(at: datetime) -> Any:
    return (at.astimezone(UTC) if at.tzinfo else at).date()
