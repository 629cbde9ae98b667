"""Frozen: tables whose rows are written once; the database itself refuses to change or delete them."""

from sqlalchemy import DDL, Table, event

SQLITE = """CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""

POSTGRESQL_FUNCTION = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"""
POSTGRESQL = """CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change()"""


def triggers(table: str, dialect: str) -> list[str]:
    """The statements that make a table append-only."""
    text = SQLITE if dialect == "sqlite" else POSTGRESQL
    both = [text.format(table=table, verb=verb, VERB=verb.upper()) for verb in ("update", "delete")]
    return both if dialect == "sqlite" else [POSTGRESQL_FUNCTION, *both]


def append_only(table: Table) -> None:
    """Create the triggers whenever the models create the table."""
    for dialect in ("sqlite", "postgresql"):
        for statement in triggers(table.name, dialect):
            ddl = DDL(statement.replace("%", "%%")).execute_if(dialect=dialect)
            event.listen(table, "after_create", ddl)
