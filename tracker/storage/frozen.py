"""Frozen: tables whose rows are written once; the database itself refuses to change or delete them.

One door: a person's rows may be deleted once a row of `erasure` names that person (docs/adr/0005).
"""

from sqlalchemy import DDL, Table, event

RECORD = "erasure"
OPEN = "SELECT 1 FROM erasure WHERE erasure.clinic_id = OLD.clinic_id AND erasure.patient_id = OLD.patient_id"

SQLITE = """CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}{when}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""

REFUSED = "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'"
POSTGRESQL_FUNCTION = f"""CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN {REFUSED}; END $$"""
POSTGRESQL_ERASING = f"""CREATE OR REPLACE FUNCTION refuse_delete() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
IF EXISTS ({OPEN}) THEN RETURN OLD; END IF;
{REFUSED}; END $$"""
POSTGRESQL = """CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
FOR EACH ROW EXECUTE FUNCTION {function}()"""
POSTGRESQL_WHOLE = """CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"""


def triggers(table: str, dialect: str, *, erasable: bool = False) -> list[str]:
    """The statements that make a table append-only; erasable: rows of a person named in `erasure` may go."""
    if dialect == "sqlite":
        when = {"update": "", "delete": f"\nWHEN NOT EXISTS ({OPEN})" if erasable else ""}
        return [SQLITE.format(table=table, verb=verb, VERB=verb.upper(), when=when[verb]) for verb in when]
    function = {"update": "refuse_change", "delete": "refuse_delete" if erasable else "refuse_change"}
    made = [POSTGRESQL.format(table=table, verb=v, VERB=v.upper(), function=function[v]) for v in function]
    functions = [POSTGRESQL_FUNCTION, *([POSTGRESQL_ERASING] if erasable else [])]
    return [*functions, *made, POSTGRESQL_WHOLE.format(table=table)]


def erasable(table: Table) -> bool:
    """Whether a table holds rows of a person, to be deleted with them; the record of erasures is none."""
    return "patient_id" in table.c and table.name != RECORD


def append_only(table: Table) -> None:
    """Create the triggers whenever the models create the table."""
    for dialect in ("sqlite", "postgresql"):
        for statement in triggers(table.name, dialect, erasable=erasable(table)):
            ddl = DDL(statement.replace("%", "%%")).execute_if(dialect=dialect)
            event.listen(table, "after_create", ddl)
