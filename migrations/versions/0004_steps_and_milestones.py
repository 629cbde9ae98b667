"""What carries over from one session to the next, and what ends a benefit; `recompute`, which every upgrade ends with,
fills it in.

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = {"steps": sa.Integer, "steps_eased": sa.Double, "steps_kept": sa.Double}


def upgrade() -> None:
    with op.batch_alter_table("outcome") as outcome:
        for name, kind in COLUMNS.items():
            outcome.add_column(sa.Column(name, kind(), nullable=False, server_default="0"))
        outcome.add_column(sa.Column("milestone", sa.Double(), nullable=True))
    with op.batch_alter_table("outcome") as outcome:
        for name in COLUMNS:
            outcome.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("outcome") as outcome:
        for name in (*COLUMNS, "milestone"):
            outcome.drop_column(name)
