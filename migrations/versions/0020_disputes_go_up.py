"""When the dispute of a coverage conversation goes to the manager's leader.

Revision: 0020
Follows: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TABLE = "acknowledgements"
GOES_UP = "ix_acknowledgements_workspace_id_escalate_at"


def upgrade() -> None:
    # A dispute from before stays as it is: what was let lie for weeks would go up all at once.
    op.add_column(TABLE, sa.Column("escalate_at", sa.DateTime(timezone=True)))
    op.create_index(GOES_UP, TABLE, ["workspace_id", "escalate_at"])


def downgrade() -> None:
    op.drop_index(GOES_UP, TABLE)
    with op.batch_alter_table(TABLE) as acknowledgements:
        acknowledgements.drop_column("escalate_at")
