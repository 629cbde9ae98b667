"""Shared fixtures: a file-backed SQLite for each test, with the named universe of tests/storage/universe.py in it."""

import os
import shutil
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.exported import big, copy, some, trial
from tests.moulds import Mould
from tests.postgres import MEMORY, ROOM, Postgres, server
from tests.storage.universe import Universe, populate
from tracker.storage import Base
from tracker.storage.engine import connect

__all__ = ["big", "copy", "some", "trial"]  # fixtures made elsewhere


def pytest_configure() -> None:
    """Databases of tests lie in memory where there is room: what is tested is what they hold, not how fast a disk is.

    That a commit waits for its disk is asked of the engine itself (tests/storage/test_engine.py).
    """
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_addoption(parser: pytest.Parser) -> None:
    """--soak: the long forms of the trust figures; --gallery: pictures to be looked at."""
    parser.addoption("--soak", action="store_true", help="the long forms of the trust figures (make soak)")
    parser.addoption("--postgresql", action="store_true", help="the databases of tests in a PostgreSQL of their own")
    parser.addoption("--gallery", metavar="FOLDER", help="draw every state of the phone into this folder")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What speaks the other database itself is left out."""
    other = "sqlite" if config.getoption("--postgresql") else "postgresql"
    left = [one for one in items if not one.get_closest_marker(other)]
    config.hook.pytest_deselected(items=list(set(items) - set(left)))
    items[:] = left


@pytest.fixture(scope="session")
def soak(request: pytest.FixtureRequest) -> bool:
    """Whether the long forms are asked for."""
    return bool(request.config.getoption("--soak"))


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives the browsers; its loop allows no second one in a process."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[Postgres | None]:
    """With --postgresql a server for this run; without, nothing."""
    if not request.config.getoption("--postgresql"):
        yield None
        return
    with server() as found:
        yield found


@pytest.fixture(scope="session")
def populated(postgres: Postgres | None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Mould, Universe]:
    """The universe in a database, made once; each test gets a copy."""
    mould = Mould("universe", postgres, tmp_path_factory.mktemp("universe"))
    engine = connect(mould.url)
    Base.metadata.create_all(engine)
    with Session(engine) as db:
        made = populate(db)
    engine.dispose()
    return mould, made


@pytest.fixture
def engine(populated: tuple[Mould, Universe], tmp_path: Path) -> Iterator[Engine]:
    """An engine on this test's own copy."""
    made = connect(populated[0].copy(tmp_path))
    yield made
    made.dispose()


@pytest.fixture
def db(engine: Engine) -> Iterator[Session]:
    """A session."""
    with Session(engine) as session:
        yield session


@pytest.fixture
def universe(populated: tuple[Mould, Universe]) -> Universe:
    """Ids and actors by name."""
    return deepcopy(populated[1])
