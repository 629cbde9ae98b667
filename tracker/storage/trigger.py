"""Trigger: what the database itself does after a write, whoever writes; said once for both kinds of database."""

from sqlalchemy import DDL, Table, event

SQLITE = """CREATE TRIGGER {name} AFTER {when} ON {table}
BEGIN {act}; END"""
FUNCTION = """CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN {act}; RETURN NULL; END $$"""
POSTGRESQL = """CREATE TRIGGER {name} AFTER {when} ON {table}
FOR EACH ROW EXECUTE FUNCTION {name}()"""
FORMS = {"sqlite": (SQLITE,), "postgresql": (FUNCTION, POSTGRESQL)}


def after(table: Table, name: str, when: str, act: str, words: dict[str, dict[str, str]] | None = None) -> None:
    """Create a trigger whenever the models create the table.

    `act`: statements over NEW and OLD, row by row; `words`: what stands for its {names}, by dialect, where they differ.
    """
    for dialect, forms in FORMS.items():
        said = act.format(**(words or {}).get(dialect, {}))
        for form in forms:
            statement = form.format(table=table.name, name=name, when=when, act=said)
            event.listen(table, "after_create", DDL(statement.replace("%", "%%")).execute_if(dialect=dialect))
