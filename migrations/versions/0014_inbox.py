"""Events kept as they came: acked once they stand here, and gone once they are worked off.

Revision: 0014
Follows: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TEXT = sa.String()


def upgrade() -> None:
    op.create_table(
        "inbox_events",
        sa.Column("workspace_id", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("event", TEXT, nullable=False),
        sa.Column("sender", TEXT),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrived", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reference", TEXT),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_inbox_events_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_inbox_events")),
    )


def downgrade() -> None:
    # The version before acks an event only once it is worked off; what waits here is lost to it.
    op.drop_table("inbox_events")
