"""What a clinic's admin sets: languages offered, hours of reminders, how long records are kept.

Revision: 0020
Follows: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

HOURS = {"hour": "9", "quiet_from": "21", "quiet_until": "8"}
LANGUAGES = '["en", "ko", "zh", "es"]'
YEARS = "keep_years BETWEEN 1 AND 100"


def upgrade() -> None:
    with op.batch_alter_table("clinic") as clinic:
        clinic.add_column(sa.Column("languages", sa.JSON(), nullable=False, server_default=LANGUAGES))
        for name, usual in HOURS.items():
            clinic.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default=usual))
        clinic.add_column(sa.Column("keep_years", sa.Integer(), nullable=True))
    with op.batch_alter_table("clinic") as clinic:
        for name in ("languages", *HOURS):
            clinic.alter_column(name, server_default=None)
        for name in HOURS:
            clinic.create_check_constraint(op.f(f"ck_clinic_{name}"), f"{name} BETWEEN 0 AND 23")
        clinic.create_check_constraint(op.f("ck_clinic_keep_years"), YEARS)


def downgrade() -> None:
    with op.batch_alter_table("clinic") as clinic:
        for name in (*HOURS, "keep_years"):
            clinic.drop_constraint(op.f(f"ck_clinic_{name}"), type_="check")
        for name in ("keep_years", *HOURS, "languages"):
            clinic.drop_column(name)
