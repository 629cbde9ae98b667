"""What happened beside the treatment; headache or not, day by day; which life of the database this is.

Revision: 0007
Follows: 0006
"""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

RANGES = {
    **{"nrs_now": (0, 10), "nrs_week": (0, 10), "peg": (0, 10), "pgic": (1, 7)},
    **{"headache_days": (0, 28), "medicine_days": (0, 28)},
    **{f"medicine_days_{kind}": (0, 28) for kind in ("simple", "combination", "triptan", "opioid", "ergot")},
}
CODES = (
    *("surgery", "injection", "opioid_start", "new_medicine", "other_treatment"),
    *("none", "visits_finished", "visits_go_on"),
)
OPEN = "SELECT 1 FROM erasure WHERE erasure.clinic_id = OLD.clinic_id AND erasure.patient_id = OLD.patient_id"
SQLITE = """CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}{when}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
POSTGRESQL = """CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
FOR EACH ROW EXECUTE FUNCTION {function}()"""


def sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def append_only(table: str) -> None:
    """The triggers that refuse a change, and a deletion but for a person named in `erasure` (revision 0005)."""
    for verb, when, function in (
        ("update", "", "refuse_change"),
        ("delete", f"\nWHEN NOT EXISTS ({OPEN})", "refuse_delete"),
    ):
        names = {"table": table, "verb": verb, "VERB": verb.upper()}
        op.execute(SQLITE.format(when=when, **names) if sqlite() else POSTGRESQL.format(function=function, **names))


def within(ranges: dict[str, tuple[int, int]]) -> None:
    """Hold readings to these ranges. SQLite rebuilds the table for it and loses the triggers that keep it append-only."""
    rules = (f"(instrument <> '{code}' OR value BETWEEN {low} AND {high})" for code, (low, high) in ranges.items())
    with op.batch_alter_table("reading") as batch:
        batch.drop_constraint(op.f("ck_reading_value"), type_="check")
        batch.create_check_constraint(op.f("ck_reading_value"), sa.text(" AND ".join(rules)))
    if sqlite():
        append_only("reading")


def upgrade() -> None:
    within(RANGES | {"headache_today": (0, 1)})
    _milestone()
    store = op.create_table(
        "store",
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("row = 1", name=op.f("ck_store_row")),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_store")),
    )
    op.bulk_insert(store, [{"row": 1, "epoch": uuid4(), "since": datetime.now(UTC)}])


def downgrade() -> None:
    op.drop_table("store")
    op.drop_table("milestone")
    op.execute("DELETE FROM outcome WHERE instrument = 'headache_today'")
    within(RANGES)


def _milestone() -> None:
    codes = ", ".join(f"'{code}'" for code in CODES)
    op.create_table(
        "milestone",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_by", sa.String(length=16), nullable=False),
        sa.Column("supersedes", sa.Uuid(), nullable=True),
        sa.Column("retracted", sa.Boolean(), nullable=False),
        sa.CheckConstraint(f"code IN ({codes})", name=op.f("ck_milestone_code")),
        sa.CheckConstraint("NOT retracted OR supersedes IS NOT NULL", name=op.f("ck_milestone_retracted_supersedes")),
        sa.CheckConstraint("supersedes <> id", name=op.f("ck_milestone_supersedes_another")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id"],
            ["course.clinic_id", "course.id"],
            name=op.f("fk_milestone_clinic_id_course_id_course"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_milestone_clinic_id_patient_id_patient"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "supersedes"],
            ["milestone.clinic_id", "milestone.id"],
            name=op.f("fk_milestone_clinic_id_supersedes_milestone"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_milestone")),
    )
    op.create_index(op.f("ix_milestone_clinic_id_course_id"), "milestone", ["clinic_id", "course_id"])
    append_only("milestone")
