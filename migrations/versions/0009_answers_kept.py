"""A request that comes again is answered as the first time: the answer is kept beside its key.

Revision: 0009
Follows: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inbound_keys", sa.Column("answer", sa.String()))
    op.create_index("ix_inbound_keys_received_at", "inbound_keys", ["received_at"])


def downgrade() -> None:
    op.drop_index("ix_inbound_keys_received_at", "inbound_keys")
    with op.batch_alter_table("inbound_keys") as keys:
        keys.drop_column("answer")
