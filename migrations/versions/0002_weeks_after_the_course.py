"""Weekly values after the course, beside those in it; `recompute`, which every upgrade ends with, fills them in.

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outcome") as outcome:
        outcome.add_column(sa.Column("weeks_after", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("outcome") as outcome:
        outcome.alter_column("weeks_after", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("outcome") as outcome:
        outcome.drop_column("weeks_after")
