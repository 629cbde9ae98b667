"""A row of the roster is kept whole, and told anew when course or patient change what it shows.

Revision: 0023
Follows: 0022
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

SQLITE = """CREATE TRIGGER {table}_is_told_anew AFTER UPDATE OF {columns} ON {table}
BEGIN {act}; END"""
FUNCTION = """CREATE OR REPLACE FUNCTION {table}_is_told_anew() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN {act}; RETURN NULL; END $$"""
POSTGRESQL = """CREATE TRIGGER {table}_is_told_anew AFTER UPDATE OF {columns} ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_is_told_anew()"""
ACT = "UPDATE standing SET shown = NULL WHERE clinic_id = NEW.clinic_id AND shown IS NOT NULL AND "
TABLES = {
    "course": ("condition, chronicity, practitioner, planned_sessions", "course_id = NEW.id"),
    "patient": (
        "code, initials",
        "course_id IN (SELECT course.id FROM course"
        " WHERE course.clinic_id = NEW.clinic_id AND course.patient_id = NEW.id)",
    ),
}


def upgrade() -> None:
    op.execute("UPDATE standing SET shown = NULL")
    forms = (SQLITE,) if op.get_bind().dialect.name == "sqlite" else (FUNCTION, POSTGRESQL)
    for table, (columns, whose) in TABLES.items():
        for form in forms:
            op.execute(form.format(table=table, columns=columns, act=ACT + whose))


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in TABLES:
        name = f"{table}_is_told_anew"
        op.execute(f"DROP TRIGGER {name}" if sqlite else f"DROP FUNCTION {name}() CASCADE")
    op.execute("UPDATE standing SET shown = NULL")
