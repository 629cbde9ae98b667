"""Links to share, codes that prove who asks, and the door through which a person's rows leave the append-only tables.

Revision: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OPEN = "SELECT 1 FROM erasure WHERE erasure.clinic_id = OLD.clinic_id AND erasure.patient_id = OLD.patient_id"
SQLITE = """CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}{when}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
POSTGRESQL_ERASING = f"""CREATE OR REPLACE FUNCTION refuse_delete() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
IF EXISTS ({OPEN}) THEN RETURN OLD; END IF;
RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"""
POSTGRESQL = """CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
FOR EACH ROW EXECUTE FUNCTION {function}()"""


def upgrade() -> None:
    op.create_table(
        "share_link",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_share_link_expires_at")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_share_link_clinic_id_clinic")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_share_link_clinic_id_patient_id_patient"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_share_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_share_link_token_hash")),
    )
    op.create_index(op.f("ix_share_link_clinic_id_patient_id"), "share_link", ["clinic_id", "patient_id"])
    op.create_table(
        "proof",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("way IN ('desk', 'mail')", name=op.f("ck_proof_way")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_proof_tries")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_proof_clinic_id_clinic")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_proof_clinic_id_patient_id_patient"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_proof")),
    )
    op.create_index(op.f("ix_proof_clinic_id_patient_id"), "proof", ["clinic_id", "patient_id"])
    op.create_table(
        "erasure",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_erasure_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("clinic_id", "patient_id", name=op.f("pk_erasure")),
    )
    op.create_index(op.f("ix_audit_event_clinic_id_on_behalf_of"), "audit_event", ["clinic_id", "on_behalf_of"])
    frozen("erasure", "update", "delete")
    op.execute(f"DROP TRIGGER reading_no_delete{'' if sqlite() else ' ON reading'}")
    frozen("reading", "delete", erasing=True)


def downgrade() -> None:
    op.execute(f"DROP TRIGGER reading_no_delete{'' if sqlite() else ' ON reading'}")
    frozen("reading", "delete")
    op.drop_index(op.f("ix_audit_event_clinic_id_on_behalf_of"), "audit_event")
    for table in ("erasure", "proof", "share_link"):
        op.drop_table(table)
    if not sqlite():
        op.execute("DROP FUNCTION refuse_delete()")


def sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def frozen(table: str, *verbs: str, erasing: bool = False) -> None:
    """Refuse these verbs; erasing: but for a person named in `erasure`."""
    if erasing and not sqlite():
        op.execute(POSTGRESQL_ERASING)
    for verb in verbs:
        names = {"table": table, "verb": verb, "VERB": verb.upper()}
        when = f"\nWHEN NOT EXISTS ({OPEN})" if erasing else ""
        function = "refuse_delete" if erasing else "refuse_change"
        op.execute(SQLITE.format(when=when, **names) if sqlite() else POSTGRESQL.format(function=function, **names))
