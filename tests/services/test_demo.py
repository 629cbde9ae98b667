"""The demo clinic in the store: plainly invented, loaded once, and every figure of it computes."""

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session as Database

from tracker.science.scales import CONDITIONS, INSTRUMENTS
from tracker.services import access, demo, log, review, summarise
from tracker.services.actor import Actor, operator
from tracker.services.demo import staff as members
from tracker.services.demo import visits
from tracker.services.demo.clinic import SEED, stories
from tracker.services.demo.story import Story
from tracker.services.demo.story import named as id_of
from tracker.services.errors import NotFound
from tracker.services.recompute import recompute
from tracker.services.visit import session_id
from tracker.storage import AuditEvent, Base, Clinic, Membership, Patient, Reaction, Reading, Session, User, WorkItem
from tracker.storage.engine import connect

TODAY = date(2025, 11, 22)
NOW = datetime(2025, 11, 22, 10, tzinfo=UTC)
FEW = 30


@pytest.fixture(scope="module")
def few() -> tuple[Story, ...]:
    return stories(np.random.default_rng(SEED), TODAY, FEW)


@pytest.fixture
def empty(tmp_path) -> Iterator[Database]:
    yield from store(tmp_path / "tracker.db")


@pytest.fixture(scope="module")
def db(tmp_path_factory) -> Iterator[Database]:
    for session in store(tmp_path_factory.mktemp("demo") / "tracker.db"):
        demo.load(session, now=NOW, patients=FEW)
        yield session


def store(path) -> Iterator[Database]:
    engine = connect(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    with Database(engine) as session:
        yield session
    engine.dispose()


def staff(db: Database) -> Actor:
    return operator(db.scalars(select(Clinic.id).where(Clinic.slug == "demo")).one())


def count(db: Database, table: type) -> int:
    return db.scalar(select(func.count()).select_from(table)) or 0


def scores(story: Story) -> int:
    return len(story.entries)


def broken(*_: object) -> None:
    raise KeyboardInterrupt


def numbers(figure: object) -> Iterator[float]:
    if isinstance(figure, dict):
        figure = list(figure.values())
    if isinstance(figure, list | tuple):
        for part in figure:
            yield from numbers(part)
    elif isinstance(figure, float):
        yield figure


def test_the_clinic_says_that_it_is_synthetic(db):
    clinic = demo.load(db, now=NOW, patients=FEW)
    assert clinic.synthetic
    assert "synthetic" in clinic.name
    assert clinic.slug == "demo"


def test_a_second_load_does_nothing(db):
    before = [count(db, table) for table in (Patient, Reading, AuditEvent, User)]
    demo.load(db, now=NOW + timedelta(days=3), patients=FEW)
    assert [count(db, table) for table in (Patient, Reading, AuditEvent, User)] == before


def test_every_entry_of_the_stories_is_in_the_store(db, few):
    assert count(db, Patient) == FEW
    assert count(db, Reading) == sum(map(scores, few))
    assert count(db, Reaction) == sum(len(s.reactions) for s in few)


def test_its_sessions_are_the_ones_that_the_service_would_make(db, few):
    before = [count(db, table) for table in (Session, AuditEvent)]
    for story in few:
        course = id_of(f"{story.person.code}/course")
        for visit in story.plan.visits:
            told = visits.words(story.plan, visit) | {"course_id": course, "number": visit.number}
            log.session(db, actor=staff(db), id=session_id(course, visit.on, visit.number), now=NOW, **told)
    assert [count(db, table) for table in (Session, AuditEvent)] == before


def test_an_interrupted_load_goes_on_where_it_stopped(empty, few, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(members, "join", broken)
        with pytest.raises(KeyboardInterrupt):
            demo.load(empty, now=NOW, patients=3)
    assert count(empty, Membership) == 1
    demo.load(empty, now=NOW + timedelta(days=2), patients=4)
    assert count(empty, Reading) == sum(map(scores, few[:4]))
    assert count(empty, Membership) == 8


def test_two_loads_on_one_day_have_the_same_readings(db, empty):
    demo.load(empty, now=NOW + timedelta(hours=3), patients=4)
    ids = set(empty.scalars(select(Reading.id)))
    assert set(db.scalars(select(Reading.id).where(Reading.id.in_(ids)))) == ids


def test_links_sign_in_the_patient_the_practitioner_and_the_admin(db, few):
    tokens = demo.links(db, now=NOW)
    signed = {role: access.redeem(db, token=token, now=NOW) for role, token in tokens.items()}
    kinds = {"patient": "patient", "practitioner": "staff", "clinic_admin": "staff"}
    assert {role: who.kind for role, who in signed.items()} == kinds
    code = db.scalars(select(Patient.code).where(Patient.id == signed["patient"].patient_id)).one()
    assert code == few[0].person.code


def test_links_are_fresh_each_time(db):
    assert not set(demo.links(db, now=NOW).values()) & set(demo.links(db, now=NOW).values())


def test_links_need_the_clinic(empty):
    with pytest.raises(NotFound):
        demo.links(empty, now=NOW)


@pytest.mark.parametrize("anchor", ["end", "start"])
@pytest.mark.parametrize("condition", [None, *CONDITIONS])
def test_every_figure_of_the_summary_is_a_number_or_nothing(db, anchor, condition):
    summary = summarise.clinic_summary(db, actor=staff(db), anchor=anchor, condition=condition, as_of=TODAY, now=NOW)
    assert summary["groups"]["all"]["courses"] > 0
    assert all(math.isfinite(n) for n in numbers(summary))


@pytest.mark.parametrize("code", sorted(INSTRUMENTS))
def test_every_instrument_can_be_summarised(db, code):
    summary = summarise.clinic_summary(db, actor=staff(db), instrument=code, as_of=TODAY, now=NOW)
    assert all(math.isfinite(n) for n in numbers(summary))


def test_the_outcome_rows_are_what_the_readings_say(db):
    assert recompute(db, clinic_slug="demo", check=True) == []


def test_the_roster_shows_the_clinic(db, few):
    page = review.roster(db, actor=staff(db), size=100, as_of=TODAY, now=NOW)
    assert {row.patient_code for row in page.rows} >= {s.person.code for s in few}


def test_the_patient_of_the_links_finds_session_five_open_today(db):
    patient = id_of("SYN-001")
    actor = Actor(kind="patient", id=patient, clinic_id=staff(db).clinic, role="patient", patient_id=patient)
    (course,) = review.home(db, actor=actor, today=TODAY).courses
    assert course.held == 4
    assert [s for s in course.sessions if s.session.held_on == TODAY] == []
    assert all({r.kind for r in s.scores} >= {"before", "after"} for s in course.sessions if s.session.state == "held")


def test_its_work_list_is_kept(db):
    old = date(2025, 11, 15)
    items = list(db.scalars(select(WorkItem).where(WorkItem.opened_on < old)))
    assert items
    assert all(one.resolved_at and one.resolved_by for one in items)
    assert all(one.resolved_at > one.opened_at and one.resolved_at < NOW for one in items if one.reason == "reaction")
