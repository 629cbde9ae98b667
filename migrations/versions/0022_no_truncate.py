"""PostgreSQL: no TRUNCATE of a table whose rows are written once, and refusals are violations of integrity, as in SQLite.

SQLite knows no TRUNCATE: its DELETE asks row by row.

Revision: 0022
Follows: 0021
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

FROZEN = ("reading", "milestone", "consent", "co_treatment", "assessment", "audit_event", "erasure")
TRIGGER = """CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"""
CHANGE = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME{code}; END $$"""
DELETE = """CREATE OR REPLACE FUNCTION refuse_delete() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
IF EXISTS (SELECT 1 FROM erasure WHERE erasure.clinic_id = OLD.clinic_id AND erasure.patient_id = OLD.patient_id)
THEN RETURN OLD; END IF;
RAISE EXCEPTION '% is append-only', TG_TABLE_NAME{code}; END $$"""
VIOLATION = " USING ERRCODE = 'integrity_constraint_violation'"


def upgrade() -> None:
    functions(VIOLATION)
    for table in frozen():
        op.execute(TRIGGER.format(table=table))


def downgrade() -> None:
    for table in frozen():
        op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
    functions("")


def functions(code: str) -> None:
    """What refuses, with this code."""
    if frozen():
        op.execute(CHANGE.format(code=code))
        op.execute(DELETE.format(code=code))


def frozen() -> tuple[str, ...]:
    """The tables, where there is a TRUNCATE."""
    return FROZEN if op.get_bind().dialect.name == "postgresql" else ()
