"""Several people on one phone, a helper's phone, a PIN each; codes that are typed, and how often they were wrong.

Revision: 0006
Follows: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOVE = """INSERT INTO device_person (clinic_id, device_id, patient_id, carer, pin_wrong, added_at)
SELECT clinic_id, id, patient_id, false, 0, created_at FROM device_session"""
MOVE_BACK = """UPDATE device_session SET patient_id = (SELECT patient_id FROM device_person
WHERE device_person.clinic_id = device_session.clinic_id AND device_id = device_session.id
ORDER BY removed_at IS NOT NULL, added_at, patient_id LIMIT 1)"""


def upgrade() -> None:
    op.create_table(
        "wrong_code",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_wrong_code")),
    )
    _device_person()
    op.execute(MOVE)
    with op.batch_alter_table("device_session") as device:
        device.drop_index(op.f("ix_device_session_clinic_id_patient_id"))
        device.drop_constraint(op.f("fk_device_session_clinic_id_patient_id_patient"), type_="foreignkey")
        device.drop_column("patient_id")
    with op.batch_alter_table("sign_in_link") as link:
        link.add_column(sa.Column("carer", sa.Boolean(), nullable=False, server_default=sa.false()))
        link.add_column(sa.Column("handle", sa.String(length=4), nullable=True))
        link.add_column(sa.Column("code_hash", sa.String(length=64), nullable=True))
        link.add_column(sa.Column("wrong", sa.Integer(), nullable=False, server_default="0"))
        link.create_index(op.f("ix_sign_in_link_handle"), ["handle"])
        link.create_index(op.f("ix_sign_in_link_clinic_id_patient_id"), ["clinic_id", "patient_id"])
    with op.batch_alter_table("sign_in_link") as link:
        link.alter_column("carer", server_default=None)
        link.alter_column("wrong", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("sign_in_link") as link:
        for name in ("clinic_id_patient_id", "handle"):
            link.drop_index(op.f(f"ix_sign_in_link_{name}"))
        for name in ("carer", "handle", "code_hash", "wrong"):
            link.drop_column(name)
    with op.batch_alter_table("device_session") as device:
        device.add_column(sa.Column("patient_id", sa.Uuid(), nullable=True))
    op.execute(MOVE_BACK)
    with op.batch_alter_table("device_session") as device:
        device.alter_column("patient_id", nullable=False)
        device.create_foreign_key(
            op.f("fk_device_session_clinic_id_patient_id_patient"),
            "patient",
            ["clinic_id", "patient_id"],
            ["clinic_id", "id"],
        )
        device.create_index(op.f("ix_device_session_clinic_id_patient_id"), ["clinic_id", "patient_id"])
    op.drop_table("device_person")
    op.drop_table("wrong_code")


def _device_person() -> None:
    op.create_table(
        "device_person",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("carer", sa.Boolean(), nullable=False),
        sa.Column("pin_hash", sa.String(length=64), nullable=True),
        sa.Column("pin_wrong", sa.Integer(), nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_device_person_clinic_id_clinic")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "device_id"],
            ["device_session.clinic_id", "device_session.id"],
            name=op.f("fk_device_person_clinic_id_device_id_device_session"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_device_person_clinic_id_patient_id_patient"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "device_id", "patient_id", name=op.f("pk_device_person")),
    )
    op.create_index(
        op.f("ix_device_person_clinic_id_patient_id"), "device_person", ["clinic_id", "patient_id"], unique=False
    )
