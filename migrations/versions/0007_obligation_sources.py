"""An obligation can come from something else than a fire: a slot of a one-on-one, a decision, a log.

Revision: 0007
Follows: 0006
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UNIQUE = "uq_obligations_workspace_id_kind_owner_id_subject_id_{source}"
BY_FIRE = UNIQUE.format(source="fire_id")
BY_SOURCE = UNIQUE.format(source="source_kind_source_id")


def upgrade() -> None:
    op.drop_index("uq_obligations_without_subject", "obligations")
    with op.batch_alter_table("obligations") as obligations:
        obligations.add_column(sa.Column("source_kind", sa.String()))
        obligations.add_column(sa.Column("source_id", sa.String()))
        obligations.alter_column("fire_id", existing_type=sa.String(), nullable=True)
    op.execute("UPDATE obligations SET source_kind = 'cadence_fire', source_id = fire_id")
    with op.batch_alter_table("obligations") as obligations:
        obligations.alter_column("source_kind", existing_type=sa.String(), nullable=False)
        obligations.alter_column("source_id", existing_type=sa.String(), nullable=False)
        obligations.drop_constraint(op.f(BY_FIRE), type_="unique")
        obligations.create_unique_constraint(
            op.f(BY_SOURCE),
            ["workspace_id", "kind", "owner_id", "subject_id", "source_kind", "source_id"],
        )
    _unique_without_subject(["source_kind", "source_id"])
    op.create_index("ix_obligations_source_id", "obligations", ["source_id"])


def downgrade() -> None:
    op.drop_index("ix_obligations_source_id", "obligations")
    op.drop_index("uq_obligations_without_subject", "obligations")
    # Before this there was nothing that a fire had not opened.
    op.execute("DELETE FROM obligations WHERE fire_id IS NULL")
    with op.batch_alter_table("obligations") as obligations:
        obligations.drop_constraint(op.f(BY_SOURCE), type_="unique")
        obligations.create_unique_constraint(
            op.f(BY_FIRE), ["workspace_id", "kind", "owner_id", "subject_id", "fire_id"]
        )
        obligations.alter_column("fire_id", existing_type=sa.String(), nullable=False)
        obligations.drop_column("source_kind")
        obligations.drop_column("source_id")
    _unique_without_subject(["fire_id"])


def _unique_without_subject(columns: Sequence[str]) -> None:
    op.create_index(
        "uq_obligations_without_subject",
        "obligations",
        ["workspace_id", "kind", "owner_id", *columns],
        unique=True,
        sqlite_where=sa.text("subject_id IS NULL"),
        postgresql_where=sa.text("subject_id IS NULL"),
    )
