"""Where each place of a course comes in the roster; the sessions of a day are found by an index.

Revision: 0013
Follows: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "standing",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ends_on", sa.Integer(), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("heard", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=True),
        sa.Column("shown", sa.Text(), nullable=True),
        sa.CheckConstraint("side IN ('left', 'right', 'both', 'none')", name=op.f("ck_standing_side")),
        sa.CheckConstraint("state IN ('not_started', 'running', 'ended')", name=op.f("ck_standing_state")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id"],
            ["course.clinic_id", "course.id"],
            name=op.f("fk_standing_clinic_id_course_id_course"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "course_id", "site", "side", name=op.f("pk_standing")),
    )
    for name in (("turn", "day", "course_id", "position"), ("heard", "course_id", "position"), ("state", "ends_on")):
        op.create_index(op.f(f"ix_standing_clinic_id_{'_'.join(name)}"), "standing", ["clinic_id", *name])
    op.create_index(op.f("ix_session_clinic_id_held_on"), "session", ["clinic_id", "held_on"])


def downgrade() -> None:
    op.drop_index(op.f("ix_session_clinic_id_held_on"), "session")
    op.drop_table("standing")
