"""PostgreSQL: what migrations build is what the models say, down and up again; what could lose an answer is refused.

Run with --postgresql (`make test` does where PostgreSQL is here), as are the other tests of the store.
"""

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, event, text

from tests.house.test_migrations import config
from tests.postgres import Postgres
from tracker.storage import Base
from tracker.storage.engine import Unsafe, check_durable, connect

pytestmark = pytest.mark.postgresql
RULES = """
SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid), pg_get_functiondef(t.tgfoid)
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal
"""


@pytest.fixture
def migrated(postgres: Postgres) -> Iterator[Engine]:
    """A database that migrations built."""
    made = connect(postgres.make("migrated"))
    command.upgrade(config(made), "head")
    yield made
    made.dispose()


def rules(engine: Engine) -> dict[tuple[str, str], tuple[str, str]]:
    """Every trigger and what it runs, spaces set aside."""
    with engine.connect() as connection:
        rows = connection.execute(text(RULES)).all()
    return {(table, name): (" ".join(when.split()), " ".join(what.split())) for table, name, when, what in rows}


def test_migrations_build_the_tables_of_the_models(migrated: Engine):
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_build_the_rules_of_the_models(migrated: Engine, engine: Engine):
    assert rules(migrated) == rules(engine)
    assert {name for _, name in rules(engine) if name.endswith("_no_truncate")} >= {"reading_no_truncate"}


def test_all_the_way_down_and_up_again(migrated: Engine):
    before = rules(migrated)
    command.downgrade(config(migrated), "base")
    with migrated.connect() as connection:
        left = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
    assert left == ["alembic_version"]
    command.upgrade(config(migrated), "head")
    assert rules(migrated) == before


def test_a_server_that_could_lose_an_answer_is_refused(engine: Engine):
    check_durable(engine)
    weak = connect(engine.url.render_as_string(hide_password=False))
    event.listen(weak, "connect", lambda raw, _: raw.execute("SET synchronous_commit = off"))
    event.listen(weak, "connect", lambda raw, _: raw.commit())
    with pytest.raises(Unsafe, match="could be lost"):
        check_durable(weak)
    weak.dispose()
