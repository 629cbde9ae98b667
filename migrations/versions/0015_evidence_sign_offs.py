"""A clinic's signatures under the words of the evidence library.

Revision: 0015
Follows: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INDEX = "ix_evidence_sign_off_clinic_id_record_id_text_hash"
STANDS = sa.text("withdrawn_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "evidence_sign_off",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_evidence_sign_off_clinic_id_clinic")),
        sa.ForeignKeyConstraint(["signed_by"], ["user.id"], name=op.f("fk_evidence_sign_off_signed_by_user")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["user.id"], name=op.f("fk_evidence_sign_off_withdrawn_by_user")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_evidence_sign_off")),
    )
    op.create_index(
        op.f(INDEX),
        "evidence_sign_off",
        ["clinic_id", "record_id", "text_hash"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )


def downgrade() -> None:
    op.drop_index(op.f(INDEX), table_name="evidence_sign_off")
    op.drop_table("evidence_sign_off")
