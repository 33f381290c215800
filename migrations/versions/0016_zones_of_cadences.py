"""Since when a zone counts for cadences; two columns that nobody read go.

Revision: 0016
Follows: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
RATIO = sa.Numeric(16, 4).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "cadence_zones",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_cadence_zones_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "zone", name=op.f("pk_cadence_zones")),
    )
    # A zone that fired before counted then: what this very change of version misses is caught up.
    op.execute(
        "INSERT INTO cadence_zones (workspace_id, zone, since) "
        "SELECT workspace_id, zone, min(starts_at) FROM cadence_fires GROUP BY workspace_id, zone"
    )
    op.drop_column("obligations", "shown_at")
    op.drop_column("coverage_conversations", "coverage_ratio")


def downgrade() -> None:
    op.add_column("coverage_conversations", sa.Column("coverage_ratio", RATIO))
    op.add_column("obligations", sa.Column("shown_at", INSTANT))
    op.drop_table("cadence_zones")
