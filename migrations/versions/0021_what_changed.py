"""A number for each course, drawn anew at every change of what a summary rests on.

Revision: 0021
Follows: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

DRAWN = {
    "sqlite": f"abs(random() % {1 << 40})",
    "postgresql": f"CAST(floor(random() * {1 << 40}) AS bigint)",
}
SQLITE = """CREATE TRIGGER {table}_marks_{verb} AFTER {event} ON {table}
BEGIN {act}; END"""
FUNCTION = """CREATE OR REPLACE FUNCTION {table}_marks_{verb}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN {act}; RETURN NULL; END $$"""
POSTGRESQL = """CREATE TRIGGER {table}_marks_{verb} AFTER {event} ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_marks_{verb}()"""
AGAIN = "UPDATE changed SET mark = {{drawn}} WHERE clinic_id = {row}.clinic_id AND what = {row}.{key}"
FIRST = (
    "INSERT INTO changed (clinic_id, what, mark) VALUES (NEW.clinic_id, NEW.id, {drawn})"
    " ON CONFLICT (clinic_id, what) DO UPDATE SET mark = excluded.mark"
)
GONE = "DELETE FROM changed WHERE clinic_id = OLD.clinic_id AND what = OLD.id"
NEW, OLD = (AGAIN.format(row=row, key="course_id") for row in ("NEW", "OLD"))
OF_A_COURSE = [("insert", "INSERT", NEW), ("update", "UPDATE", f"{OLD}; {NEW}"), ("delete", "DELETE", OLD)]
ACTS = {
    "outcome": OF_A_COURSE,
    "course": [
        ("insert", "INSERT", FIRST),
        ("update", "UPDATE", AGAIN.format(row="NEW", key="id")),
        ("delete", "DELETE", GONE),
    ],
    "session": OF_A_COURSE,
    "reaction": OF_A_COURSE,
    "patient": [("update", "UPDATE OF code, birth_year, sex", FIRST), ("delete", "DELETE", GONE)],
}


def upgrade() -> None:
    op.create_table(
        "changed",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_changed_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("clinic_id", "what", name=op.f("pk_changed")),
    )
    op.create_index(op.f("ix_changed_clinic_id_mark"), "changed", ["clinic_id", "mark"], unique=False)
    dialect = op.get_bind().dialect.name
    drawn, forms = DRAWN[dialect], (SQLITE,) if dialect == "sqlite" else (FUNCTION, POSTGRESQL)
    op.execute(f"INSERT INTO changed (clinic_id, what, mark) SELECT clinic_id, id, {drawn} FROM course")
    for table, acts in ACTS.items():
        for verb, event, act in acts:
            for form in forms:
                op.execute(form.format(table=table, verb=verb, event=event, act=act.format(drawn=drawn)))


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, acts in ACTS.items():
        for verb, _event, _act in acts:
            name = f"{table}_marks_{verb}"
            if sqlite:
                op.execute(f"DROP TRIGGER {name}")
            else:
                op.execute(f"DROP FUNCTION {name}() CASCADE")
    op.drop_index(op.f("ix_changed_clinic_id_mark"), table_name="changed")
    op.drop_table("changed")
