"""What each person's day holds already: its card, its pings, and where each notice is told.

Revision: 0012
Follows: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TEXT = sa.String()
STATES = "state IN ('queued', 'sent', 'failed', 'dead', 'superseded'{more})"
TOLD = "ix_notices_workspace_id_place_person_id"


def upgrade() -> None:
    op.create_table(
        "attention_days",
        sa.Column("workspace_id", TEXT, nullable=False),
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("card_id", TEXT),
        sa.Column("pings", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_attention_days_workspace_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_attention_days_person_id")),
        sa.PrimaryKeyConstraint("workspace_id", "person_id", "day", name=op.f("pk_attention_days")),
    )
    op.create_index("ix_attention_days_card_id", "attention_days", ["card_id"])
    for column in (sa.Column("urgency", TEXT), sa.Column("place", TEXT), sa.Column("day", sa.Date())):
        op.add_column("notices", column)
    op.create_index(TOLD, "notices", ["workspace_id", "place", "person_id"])
    op.add_column("deliveries", sa.Column("thread_ts", TEXT))
    _states(STATES.format(more=", 'held'"))


def downgrade() -> None:
    # The version before knows messages alone: what waits for a card is sent, what stands on one was told.
    op.execute(
        "UPDATE deliveries SET state = 'queued' WHERE state = 'held' "
        "AND notice_id IN (SELECT id FROM notices WHERE place = 'later')"
    )
    op.execute("UPDATE deliveries SET state = 'superseded' WHERE state = 'held'")
    _states(STATES.format(more=""))
    op.drop_column("deliveries", "thread_ts")
    op.drop_index(TOLD, "notices")
    for column in ("day", "place", "urgency"):
        op.drop_column("notices", column)
    op.drop_table("attention_days")


def _states(allowed: str) -> None:
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.drop_constraint(op.f("ck_deliveries_state"), type_="check")
        deliveries.create_check_constraint(op.f("ck_deliveries_state"), allowed)
