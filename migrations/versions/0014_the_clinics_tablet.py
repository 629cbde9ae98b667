"""The clinic's tablet in a patient's hands.

Revision: 0014
Follows: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kiosk",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("handed_by", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asks_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("back_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("wrong BETWEEN 0 AND 5", name=op.f("ck_kiosk_wrong")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_kiosk_clinic_id_clinic")),
        sa.ForeignKeyConstraint(["handed_by"], ["user.id"], name=op.f("fk_kiosk_handed_by_user")),
        *(
            sa.ForeignKeyConstraint(
                ["clinic_id", f"{other}_id"],
                [f"{other}.clinic_id", f"{other}.id"],
                name=op.f(f"fk_kiosk_clinic_id_{other}_id_{other}"),
            )
            for other in ("patient", "course", "session")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_kiosk")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_kiosk_token_hash")),
    )


def downgrade() -> None:
    op.drop_table("kiosk")
