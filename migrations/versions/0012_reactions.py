"""What a practitioner made of a reaction, beside what was reported.

Revision: 0012
Follows: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OPEN = "SELECT 1 FROM erasure WHERE erasure.clinic_id = OLD.clinic_id AND erasure.patient_id = OLD.patient_id"
SQLITE = """CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}{when}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
POSTGRESQL = """CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
FOR EACH ROW EXECUTE FUNCTION {function}()"""


def upgrade() -> None:
    op.create_table(
        "assessment",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("reaction_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=True),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("causality", sa.String(length=16), nullable=True),
        sa.Column("serious", sa.Boolean(), nullable=False),
        sa.Column("onset", sa.String(length=16), nullable=True),
        sa.Column("treated", sa.Boolean(), nullable=True),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("action", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("assessed_by", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("grade BETWEEN 1 AND 5", name=op.f("ck_assessment_grade")),
        sa.CheckConstraint("grade < 4 OR serious", name=op.f("ck_assessment_life_threatening_is_serious")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id"],
            ["course.clinic_id", "course.id"],
            name=op.f("fk_assessment_clinic_id_course_id_course"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_assessment_clinic_id_patient_id_patient"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "reaction_id"],
            ["reaction.clinic_id", "reaction.id"],
            name=op.f("fk_assessment_clinic_id_reaction_id_reaction"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_assessment")),
    )
    op.create_index(op.f("ix_assessment_clinic_id_course_id"), "assessment", ["clinic_id", "course_id"])
    for verb, when, function in (
        ("update", "", "refuse_change"),
        ("delete", f"\nWHEN NOT EXISTS ({OPEN})", "refuse_delete"),
    ):
        names = {"table": "assessment", "verb": verb, "VERB": verb.upper()}
        sqlite = op.get_bind().dialect.name == "sqlite"
        op.execute(SQLITE.format(when=when, **names) if sqlite else POSTGRESQL.format(function=function, **names))


def downgrade() -> None:
    op.drop_table("assessment")
