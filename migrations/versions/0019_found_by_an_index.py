"""What one person owes from a check, or is owed about them, and whether any deal moved, have an index.

Revision: 0019
Follows: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLE = "obligations"
OF_FIRE = "ix_obligations_fire_id"
OF_FIRE_AND_OWNER = "ix_obligations_fire_id_owner_id"
OF_SUBJECT = "ix_obligations_subject_id_due_at"
EVENTS = "deal_stage_events"
MOVES = "ix_deal_stage_events_moves"
IS_MOVE = sa.text("left_stage IS NOT NULL")


def upgrade() -> None:
    op.drop_index(OF_FIRE, TABLE)
    op.create_index(OF_FIRE_AND_OWNER, TABLE, ["fire_id", "owner_id"])
    op.create_index(OF_SUBJECT, TABLE, ["subject_id", "due_at"])
    op.create_index(MOVES, EVENTS, ["workspace_id"], sqlite_where=IS_MOVE, postgresql_where=IS_MOVE)


def downgrade() -> None:
    op.drop_index(MOVES, EVENTS)
    op.drop_index(OF_SUBJECT, TABLE)
    op.drop_index(OF_FIRE_AND_OWNER, TABLE)
    op.create_index(OF_FIRE, TABLE, ["fire_id"])
