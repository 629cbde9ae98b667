"""Clinics that many tests export, each made once in a process; nobody changes them but by the note of an export."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.services import demo, enrol
from tracker.services.actor import operator
from tracker.services.export import Asked, export
from tracker.services.import_ import import_file
from tracker.storage import Base, Clinic
from tracker.storage.engine import connect

THEN = datetime(2025, 11, 22, 10, tzinfo=UTC)
TRIAL = Path(__file__).parents[2] / "shared" / "data" / "vickers2004_tidy.csv"


@dataclass
class House:
    """A database with one clinic."""

    db: Database
    clinic: Clinic

    def export(self, out: Path, what: str = "readings", format: str = "csv", **more: Any) -> Path:
        """One export as the command line makes it."""
        asked = Asked(what, format, **more)
        return export(self.db, actor=operator(self.clinic.id), asked=asked, out=out, now=THEN).files[0]

    def close(self) -> None:
        """Let go of the database."""
        self.db.close()
        self.db.get_bind().engine.dispose()


def house(path: Path) -> House:
    """An empty clinic that is called like the demo's, in a store of its own."""
    engine = connect(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    db = Database(engine)
    enrol.create_clinic(
        db, slug="demo", name="Demo", timezone="Asia/Seoul", emergency_number="1", admin_email="a@b.test", now=THEN
    )
    return House(db, db.scalars(select(Clinic)).one())


def _demo(folder: Path, patients: int) -> Iterator[House]:
    """A demo clinic of so many people."""
    engine = connect(f"sqlite:///{folder / 'tracker.sqlite3'}")
    Base.metadata.create_all(engine)
    with Database(engine) as db:
        demo.load(db, now=THEN, patients=patients)
        yield House(db, db.scalars(select(Clinic)).one())
    engine.dispose()


@pytest.fixture(scope="session")
def some(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A demo clinic of sixty people with all the oddities real ones have."""
    yield from _demo(tmp_path_factory.mktemp("some"), 60)


@pytest.fixture(scope="session")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A demo clinic large enough for classes of eleven."""
    yield from _demo(tmp_path_factory.mktemp("big"), 300)


@pytest.fixture(scope="session")
def copy(some: House, tmp_path_factory) -> Iterator[House]:
    """Another store whose empty clinic of the same name and zone took in the first one's file."""
    folder = tmp_path_factory.mktemp("copy")
    made = house(folder / "tracker.sqlite3")
    made.clinic.timezone, made.clinic.slug = some.clinic.timezone, some.clinic.slug
    made.db.commit()
    report = import_file(made.db, actor=operator(made.clinic.id), path=some.export(folder / "r.csv"), now=THEN)
    assert (report.refusals, report.warnings) == ((), ())
    yield made
    made.close()


@pytest.fixture(scope="session")
def trial(tmp_path_factory) -> Iterator[House]:
    """The headache trial as a clinic."""
    if not TRIAL.exists():
        pytest.skip("no trial data here")
    made = house(tmp_path_factory.mktemp("trial") / "tracker.sqlite3")
    told = {"instrument": "headache_score:0:140:lower", "day_zero": date(2000, 2, 1)}
    report = import_file(made.db, actor=operator(made.clinic.id), path=TRIAL, now=THEN, **told)
    assert report.refusals == ()
    yield made
    made.close()
