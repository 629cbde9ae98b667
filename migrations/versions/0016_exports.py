"""Exports that were asked for, and how far each is.

Revision: 0016
Follows: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "export_job",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("anchor", sa.String(length=8), nullable=False),
        sa.Column("deidentified", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed', 'gone')", name=op.f("ck_export_job_state")
        ),
        sa.CheckConstraint("steps >= 0 AND done >= 0", name=op.f("ck_export_job_steps")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_export_job_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_export_job")),
    )
    op.create_index(
        op.f("ix_export_job_clinic_id_state"), "export_job", ["clinic_id", "state"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_export_job_clinic_id_state"), table_name="export_job")
    op.drop_table("export_job")
