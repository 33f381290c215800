"""When an answer to a flag was taken back; the CRM judges no fix that was.

On the way down such answers hold again.

Revision: 0021
Follows: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLE = "flag_responses"
PENDING_FIXES = "ix_flag_responses_pending_fixes"
IS_PENDING_FIX = "kind = 'fixed' AND verdict = 'pending'"


def upgrade() -> None:
    op.drop_index(PENDING_FIXES, TABLE)
    op.add_column(TABLE, sa.Column("taken_back_at", sa.DateTime(timezone=True)))
    _index(f"{IS_PENDING_FIX} AND taken_back_at IS NULL")


def downgrade() -> None:
    op.drop_index(PENDING_FIXES, TABLE)
    with op.batch_alter_table(TABLE) as answers:
        answers.drop_column("taken_back_at")
    _index(IS_PENDING_FIX)


def _index(those: str) -> None:
    op.create_index(
        PENDING_FIXES,
        TABLE,
        ["workspace_id", "due_at"],
        sqlite_where=sa.text(those),
        postgresql_where=sa.text(those),
    )
