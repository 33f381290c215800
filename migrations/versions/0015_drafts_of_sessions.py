"""A draft of a coaching log is of one session: next week's form does not open with last week's words.

Revision: 0015
Follows: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BY_PERSON = "uq_coaching_drafts_workspace_id_author_id_rep_id_kind"
BY_SESSION = f"{BY_PERSON}_session"
KEY = ["workspace_id", "author_id", "rep_id", "kind"]


def upgrade() -> None:
    op.add_column("coaching_drafts", sa.Column("session", sa.String()))
    op.execute("UPDATE coaching_drafts SET session = ''")
    with op.batch_alter_table("coaching_drafts") as drafts:
        drafts.alter_column("session", existing_type=sa.String(), nullable=False)
        drafts.drop_constraint(op.f(BY_PERSON), type_="unique")
        drafts.create_unique_constraint(op.f(BY_SESSION), [*KEY, "session"])


def downgrade() -> None:
    # The version before keeps one draft a person: the one begun last stays.
    op.execute(
        "DELETE FROM coaching_drafts WHERE id NOT IN "
        "(SELECT max(id) FROM coaching_drafts GROUP BY workspace_id, author_id, rep_id, kind)"
    )
    with op.batch_alter_table("coaching_drafts") as drafts:
        drafts.drop_constraint(op.f(BY_SESSION), type_="unique")
        drafts.drop_column("session")
        drafts.create_unique_constraint(op.f(BY_PERSON), KEY)
