"""The work list: what a course put on it and what became of it; how far a clinic's dates were looked at.

Revision: 0010
Follows: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

REASONS = "'worsened', 'top', 'sudden', 'call', 'ended', 'review_due', 'reaction'"
RESOLUTIONS = "'spoke', 'no_answer', 'visit', 'plan', 'referred', 'answered', 'noted', 'mistake'"
OPEN = sa.text("resolved_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "work_item",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("month", sa.Integer(), nullable=True),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("instrument", sa.String(length=64), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("resolution", sa.String(length=16), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(f"reason IN ({REASONS})", name=op.f("ck_work_item_reason")),
        sa.CheckConstraint("side IN ('left', 'right', 'both', 'none')", name=op.f("ck_work_item_side")),
        sa.CheckConstraint(f"resolution IN ({RESOLUTIONS})", name=op.f("ck_work_item_resolution")),
        sa.CheckConstraint("month IN (1, 3, 6, 9, 12)", name=op.f("ck_work_item_month")),
        sa.CheckConstraint("(resolved_at IS NULL) = (resolution IS NULL)", name=op.f("ck_work_item_resolved")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id"],
            ["course.clinic_id", "course.id"],
            name=op.f("fk_work_item_clinic_id_course_id_course"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_work_item_clinic_id_patient_id_patient"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_work_item")),
    )
    index("uq_work_item_open", ["clinic_id", "course_id", "reason"], unique=True)
    index("ix_work_item_open", ["clinic_id", "opened_on", "id"], unique=False)
    op.create_index(op.f("ix_work_item_clinic_id_course_id_reason"), "work_item", ["clinic_id", "course_id", "reason"])
    op.create_index(op.f("ix_work_item_clinic_id_resolved_at"), "work_item", ["clinic_id", "resolved_at"])
    op.create_table(
        "work_mark",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=True),
        sa.Column("noise", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_work_mark_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_work_mark")),
    )


def downgrade() -> None:
    op.drop_table("work_mark")
    op.drop_table("work_item")


def index(name: str, columns: list[str], *, unique: bool) -> None:
    """An index over the open items alone."""
    op.create_index(
        op.f(name), "work_item", columns, unique=unique, sqlite_where=OPEN, postgresql_where=OPEN
    )
