"""What was done in a session and how; sessions that were the same; consent before an injection; what else is taken.

Revision: 0011
Follows: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PRODUCTS = "'herbal', 'bee_venom', 'other'"
CODES = (
    *("acupuncture", "electroacupuncture", "pharmacopuncture", "manipulation", "herbal_medicine", "moxibustion"),
    *("cupping", "exercise", "usual_care", "other", "simple", "combination", "triptan", "opioid", "ergot"),
    *("anti_inflammatory", "nerve_pain", "muscle_relaxant", "steroid", "preventive", "other_medicine"),
)
COLUMNS = {
    "minutes": sa.Integer(),
    "practitioner": sa.String(length=200),
    "needling": sa.JSON(none_as_null=True),
    "product": sa.String(length=16),
    "merged_into": sa.Uuid(),
}
CHECKS = {
    "minutes": "minutes BETWEEN 1 AND 480",
    "product": f"product IN ({PRODUCTS})",
    "merged_into": "merged_into IS NULL OR state = 'cancelled'",
}
SAME = "fk_session_clinic_id_merged_into_session"
OPEN = "SELECT 1 FROM erasure WHERE erasure.clinic_id = OLD.clinic_id AND erasure.patient_id = OLD.patient_id"
SQLITE = """CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}{when}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
POSTGRESQL = """CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
FOR EACH ROW EXECUTE FUNCTION {function}()"""


def upgrade() -> None:
    with op.batch_alter_table("session") as session:
        for name, kind in COLUMNS.items():
            session.add_column(sa.Column(name, kind, nullable=True))
        for name, rule in CHECKS.items():
            session.create_check_constraint(op.f(f"ck_session_{name}"), sa.text(rule))
        session.create_foreign_key(op.f(SAME), "session", ["clinic_id", "merged_into"], ["clinic_id", "id"])
    with op.batch_alter_table("clinic") as clinic:
        clinic.add_column(sa.Column("counts_visits", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("clinic") as clinic:
        clinic.alter_column("counts_visits", server_default=None)
    _consent()
    _co_treatment()


def downgrade() -> None:
    for table in ("co_treatment", "consent"):
        op.drop_table(table)
    with op.batch_alter_table("clinic") as clinic:
        clinic.drop_column("counts_visits")
    with op.batch_alter_table("session") as session:
        session.drop_constraint(op.f(SAME), type_="foreignkey")
        for name in CHECKS:
            session.drop_constraint(op.f(f"ck_session_{name}"), type_="check")
        for name in COLUMNS:
            session.drop_column(name)


def _consent() -> None:
    op.create_table(
        "consent",
        *_whose(),
        sa.Column("product", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        *_chain(),
        sa.CheckConstraint(f"product IN ({PRODUCTS})", name=op.f("ck_consent_product")),
        sa.CheckConstraint("answer IN ('given', 'refused', 'withdrawn')", name=op.f("ck_consent_answer")),
        *_rules("consent"),
    )
    op.create_index(op.f("ix_consent_clinic_id_course_id"), "consent", ["clinic_id", "course_id"])
    append_only("consent")


def _co_treatment() -> None:
    codes = ", ".join(f"'{code}'" for code in CODES)
    labelled = "kind <> 'other' OR (code IS NULL AND label IS NOT NULL)"
    op.create_table(
        "co_treatment",
        *_whose(),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=True),
        sa.Column("label", sa.String(length=200), nullable=True),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        *_chain(),
        sa.CheckConstraint("kind IN ('modality', 'medicine', 'other')", name=op.f("ck_co_treatment_kind")),
        sa.CheckConstraint(f"code IN ({codes})", name=op.f("ck_co_treatment_code")),
        sa.CheckConstraint("kind = 'other' OR code IS NOT NULL", name=op.f("ck_co_treatment_what")),
        sa.CheckConstraint(labelled, name=op.f("ck_co_treatment_other_has_a_label")),
        sa.CheckConstraint("ended_on >= begun_on", name=op.f("ck_co_treatment_ended_on")),
        *_rules("co_treatment"),
    )
    op.create_index(op.f("ix_co_treatment_clinic_id_course_id"), "co_treatment", ["clinic_id", "course_id"])
    append_only("co_treatment")


def _whose() -> list[sa.Column]:
    """Which row, and whose it is."""
    return [sa.Column(name, sa.Uuid(), nullable=False) for name in ("clinic_id", "id", "patient_id", "course_id")]


def _chain() -> list[sa.Column]:
    """When it came, and what it corrects."""
    return [
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supersedes", sa.Uuid(), nullable=True),
        sa.Column("retracted", sa.Boolean(), nullable=False),
    ]


def _rules(table: str) -> list[sa.Constraint]:
    """What holds for every row that is written once and may be corrected by a later one."""
    refers = {"course": ["clinic_id", "course_id"], "patient": ["clinic_id", "patient_id"]}
    refers |= {table: ["clinic_id", "supersedes"]}
    retracted = "NOT retracted OR supersedes IS NOT NULL"
    return [
        sa.CheckConstraint(retracted, name=op.f(f"ck_{table}_retracted_supersedes")),
        sa.CheckConstraint("supersedes <> id", name=op.f(f"ck_{table}_supersedes_another")),
        *(
            sa.ForeignKeyConstraint(
                columns, [f"{to}.clinic_id", f"{to}.id"], name=op.f(f"fk_{table}_{'_'.join(columns)}_{to}")
            )
            for to, columns in refers.items()
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f(f"pk_{table}")),
    ]


def append_only(table: str) -> None:
    """The triggers that refuse a change, and a deletion but for a person named in `erasure` (revision 0005)."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for verb, when, function in (
        ("update", "", "refuse_change"),
        ("delete", f"\nWHEN NOT EXISTS ({OPEN})", "refuse_delete"),
    ):
        names = {"table": table, "verb": verb, "VERB": verb.upper()}
        op.execute(SQLITE.format(when=when, **names) if sqlite else POSTGRESQL.format(function=function, **names))
