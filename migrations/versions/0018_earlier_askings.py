"""Of whom a question was asked before its deal went to another: it counts in their week.

Revision: 0018
Follows: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TEXT = sa.String()
INSTANT = sa.DateTime(timezone=True)
TABLE = "earlier_askings"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("workspace_id", TEXT, nullable=False),
        sa.Column("question_id", TEXT, nullable=False),
        sa.Column("rep_id", TEXT, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_earlier_askings_workspace_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["inspection_questions.id"], name=op.f("fk_earlier_askings_question_id")
        ),
        sa.ForeignKeyConstraint(["rep_id"], ["people.id"], name=op.f("fk_earlier_askings_rep_id")),
        sa.PrimaryKeyConstraint("question_id", "rep_id", "asked_at", name=op.f("pk_earlier_askings")),
    )
    op.create_index(
        "ix_earlier_askings_workspace_id_rep_id_asked_at", TABLE, ["workspace_id", "rep_id", "asked_at"]
    )


def downgrade() -> None:
    op.drop_table(TABLE)
