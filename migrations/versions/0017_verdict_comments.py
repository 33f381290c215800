"""What somebody says of a verdict about them: one comment for each, in their words.

Revision: 0017
Follows: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TEXT = sa.String()
INSTANT = sa.DateTime(timezone=True)
TABLE = "verdict_comments"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", TEXT, nullable=False),
        sa.Column("workspace_id", TEXT, nullable=False),
        sa.Column("judged", TEXT, nullable=False),
        sa.Column("judged_id", TEXT, nullable=False),
        sa.Column("by_id", TEXT, nullable=False),
        sa.Column("words", TEXT, nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("state", TEXT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("judged IN ('obligation', 'decision')", name="judged"),
        sa.CheckConstraint(
            "verdict IN ('pending', 'verified', 'unverified', 'unanswered', 'contradicted')", name="verdict"
        ),
        sa.CheckConstraint("state IN ('due', 'overdue', 'done', 'missed', 'excused')", name="state"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_verdict_comments_workspace_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_verdict_comments_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict_comments")),
        sa.UniqueConstraint(
            "workspace_id",
            "judged",
            "judged_id",
            name=op.f("uq_verdict_comments_workspace_id_judged_judged_id"),
        ),
    )
    op.create_index("ix_verdict_comments_workspace_id_by_id", TABLE, ["workspace_id", "by_id"])
    op.create_index("ix_verdict_comments_workspace_id_written_at", TABLE, ["workspace_id", "written_at"])


def downgrade() -> None:
    op.drop_table(TABLE)
