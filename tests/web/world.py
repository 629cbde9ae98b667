"""A small named world, made through services alone: two clinics, and a patient whose course everybody asks about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import flask_migrate
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.moulds import Mould, file
from tests.postgres import Postgres
from tracker.app import create_app
from tracker.config import Settings
from tracker.evidence.edition import edition
from tracker.evidence.library import library
from tracker.services import access, enrol, exporting, invitation, log, proof, share, sign_off, token
from tracker.services.actor import Actor, operator
from tracker.services.export import Asked
from tracker.storage import ImportBatch, Reading, WorkItem
from tracker.web.database import db, session

SECRET = "only-for-tests-0123456789-abcdefghijk"
PEOPLE = (
    "owner",
    "colleague",
    "front_desk",
    "practitioner",
    "clinic_admin",
    "stranger",
    "foreign_practitioner",
    "foreign_admin",
)
ROLES = {"owner": "patient", "colleague": "patient", "stranger": "patient"} | {
    "foreign_practitioner": "practitioner",
    "foreign_admin": "clinic_admin",
}


@dataclass
class World:
    """Ids by name."""

    clinics: dict[str, UUID] = field(default_factory=dict)
    patients: dict[str, UUID] = field(default_factory=dict)
    staff: dict[str, UUID] = field(default_factory=dict)
    courses: dict[str, UUID] = field(default_factory=dict)
    sessions: dict[str, UUID] = field(default_factory=dict)
    readings: dict[str, UUID] = field(default_factory=dict)
    reactions: dict[str, UUID] = field(default_factory=dict)
    milestones: dict[str, UUID] = field(default_factory=dict)
    items: dict[str, UUID] = field(default_factory=dict)
    others: dict[str, UUID] = field(default_factory=dict)  # a second session, cancelled
    consents: dict[str, UUID] = field(default_factory=dict)
    co_treatments: dict[str, UUID] = field(default_factory=dict)
    assessments: dict[str, UUID] = field(default_factory=dict)
    links: dict[str, UUID] = field(default_factory=dict)
    exports: dict[str, UUID] = field(default_factory=dict)
    imports: dict[str, UUID] = field(default_factory=dict)  # of a file without a row, taken back
    tokens: dict[str, UUID] = field(default_factory=dict)
    sign_offs: dict[str, UUID] = field(default_factory=dict)  # taken back
    devices: dict[str, UUID] = field(default_factory=dict)
    invitations: dict[str, UUID] = field(default_factory=dict)
    before: datetime = datetime.now(UTC).replace(hour=1, minute=0, second=0, microsecond=0) - timedelta(days=7)

    @property
    def session(self) -> UUID:
        """The owner's visit a week ago."""
        return self.sessions["owner"]

    @property
    def reading(self) -> UUID:
        """The owner's before-score of that visit."""
        return self.readings["owner"]

    def clinic_of(self, name: str) -> UUID:
        """Where somebody belongs."""
        return self.clinics["there" if name in ("stranger", "foreign_practitioner", "foreign_admin") else "here"]


def settings(folder: Path, url: str | None = None) -> Settings:
    """Settings of one test, on its own file unless another address is given."""
    return Settings(data_dir=folder, database_url=url or file(folder), secret_key=SECRET)


def populate(store: Session) -> World:
    """Two clinics with their people; each patient's course has a visit with two scores, and a reaction."""
    world = World()
    for name, admin in (("here", "clinic_admin"), ("there", "foreign_admin")):
        clinic, _ = enrol.create_clinic(
            store,
            slug=name,
            name=name.title(),
            timezone="Asia/Seoul",
            emergency_number="119",
            admin_email=f"{admin}@example.org",
        )
        world.clinics[name] = clinic.id
    for name in PEOPLE:
        (_patient if ROLES.get(name) == "patient" else _staff)(store, world, name)
    for name, record_id in (("owner", "nice-ng226"), ("colleague", "nice-ng59"), ("stranger", "nice-cg150")):
        _sign_off(store, world, name, record_id)
    return world


def _sign_off(store: Session, world: World, name: str, record_id: str) -> None:
    """A signature under Spanish words, taken back at once."""
    clinic = world.clinic_of(name)
    admin = world.staff["clinic_admin" if clinic == world.clinics["here"] else "foreign_admin"]
    who, record = Actor("staff", admin, clinic, "clinic_admin"), library().get(record_id)
    assert record is not None
    world.sign_offs[name] = uuid4()
    read: dict[str, Any] = {"record_id": record_id, "language": "es", "text": edition(record, "es")}
    sign_off.put(store, actor=who, id=world.sign_offs[name], **read)
    sign_off.withdraw(store, actor=who, id=world.sign_offs[name])


def _staff(store: Session, world: World, name: str) -> None:
    user, _ = enrol.add_staff(
        store, actor=operator(world.clinic_of(name)), email=f"{name}@example.org", name=name, role=ROLES.get(name, name)
    )
    world.staff[name] = user.id


def _patient(store: Session, world: World, name: str) -> None:
    who = operator(world.clinic_of(name))
    patient = enrol.enrol_patient(store, actor=who, code=f"P-{name}", initials=name[:2].upper())
    world.patients[name], world.courses[name] = patient.id, uuid4()
    started = datetime.now(UTC).date() - timedelta(days=21)
    enrol.open_course(
        store,
        actor=who,
        id=world.courses[name],
        patient_id=patient.id,
        condition="low_back",
        started_on=started,
        planned_sessions=8,
    )
    _care(store, world, name)
    _phone(store, world, name)


def _phone(store: Session, world: World, name: str) -> None:
    """A phone that has joined, and an invitation for another."""
    who, id = operator(world.clinic_of(name)), world.patients[name]
    joined = access.redeem(store, token=access.issue_link(store, actor=who, patient_id=id))
    phone = access.device(store, token=joined.device_token or "")
    world.invitations[name] = invitation.invite(store, actor=who, patient_id=id).id
    assert phone is not None
    assert phone.device_id is not None
    world.devices[name] = phone.device_id


def _care(store: Session, world: World, name: str) -> None:
    who, course = operator(world.clinic_of(name)), world.courses[name]
    day = (world.before + timedelta(hours=9)).date()  # Seoul
    visit, before, reaction = uuid5(course, f"{day}/1"), uuid4(), uuid4()
    log.session(store, actor=who, id=visit, course_id=course, held_on=day)
    at_session = {"course_id": course, "session_id": visit, "instrument": "nrs_now"}
    log.reading(store, actor=who, id=before, kind="before", value=7, recorded_at=world.before, **at_session)
    log.reading(
        store, actor=who, id=uuid4(), kind="after", value=4, recorded_at=world.before + timedelta(hours=1), **at_session
    )
    log.reaction(store, actor=who, id=reaction, course_id=course, occurred_on=day, code="bruise")
    surgery = {"id": uuid4(), "course_id": course, "code": "surgery", "happened_on": day}
    log.milestone(store, actor=who, **surgery)
    world.sessions[name], world.readings[name], world.reactions[name] = visit, before, reaction
    world.milestones[name] = surgery["id"]
    world.items[name] = store.scalars(select(WorkItem.id).where(WorkItem.subject_id == reaction)).one()
    world.links[name] = _share(store, world, name)
    world.exports[name] = uuid4()
    admin = Actor("staff", uuid4(), world.clinic_of(name), "clinic_admin")
    exporting.ask(store, actor=admin, id=world.exports[name], asked=Asked("readings"))
    world.imports[name] = _import(store, world, name)
    world.tokens[name] = uuid4()
    token.make(store, actor=who, id=world.tokens[name], name=f"For {name}", scopes=["summary:read"], days=1)
    _dose(store, world, name, day)


def _import(store: Session, world: World, name: str) -> UUID:
    """An import that brought nobody: through the service it would bring a course."""
    at: dict[str, Any] = {"created_at": world.before, "taken_back_at": world.before}
    made = ImportBatch(clinic_id=world.clinic_of(name), id=uuid4(), name="none.csv", sha256="0" * 64, rows=0, **at)
    store.add(made)
    store.commit()
    return made.id


def _dose(store: Session, world: World, name: str, day: date) -> None:
    """A second session that was cancelled, an answer about an injection, a medicine, an assessed reaction."""
    course = world.courses[name]
    at: dict[str, Any] = {"actor": operator(world.clinic_of(name))}
    world.others[name] = uuid5(course, f"{day}/2")
    log.session(store, id=world.others[name], course_id=course, held_on=day, number=2, state="cancelled", **at)
    consent: dict[str, Any] = {"course_id": course, "product": "herbal", "answer": "given", "answered_on": day}
    world.consents[name] = log.consent(store, id=uuid4(), **consent, **at).id
    medicine: dict[str, Any] = {"course_id": course, "kind": "medicine", "code": "simple", "begun_on": day}
    world.co_treatments[name] = log.co_treatment(store, id=uuid4(), **medicine, **at).id
    world.assessments[name] = log.assessment(store, id=uuid4(), reaction_id=world.reactions[name], grade=1, **at).id


def _share(store: Session, world: World, name: str) -> UUID:
    """A link to read along, made on a phone on which a code was typed."""
    clinic_id, id = world.clinic_of(name), world.patients[name]
    own = Actor("patient", id, clinic_id, "patient", patient_id=id, device_id=uuid4())
    proof.prove(store, actor=own, typed=proof.code(store, actor=operator(clinic_id), patient_id=id))
    return share.share(store, actor=own)[0].id


@pytest.fixture(scope="session")
def mould(postgres: Postgres | None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Mould, World]:
    """The populated database, made once; each test gets a copy."""
    folder = tmp_path_factory.mktemp("mould")
    made = Mould("world", postgres, folder)
    app = create_app(settings(folder, made.url))
    with app.app_context():
        flask_migrate.upgrade()
        world = populate(session())
        db.engine.dispose()
    return made, world


@pytest.fixture
def world(mould: tuple[Mould, World]) -> World:
    """Ids by name."""
    return replace(mould[1])


@pytest.fixture(scope="session")
def house(mould: tuple[Mould, World], tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, made once; its database is what tests replace."""
    folder = tmp_path_factory.mktemp("house")
    return create_app(settings(folder, mould[0].copy(folder)))


@pytest.fixture
def app(house: Flask, mould: tuple[Mould, World]) -> Iterator[Flask]:
    """The application on a fresh copy of the world."""
    mould[0].copy(house.config["SETTINGS"].data_dir)
    yield house
    with house.app_context():
        db.engine.dispose()


@dataclass
class Door:
    """A way in for each person: signs in as people do, by a one-time link."""

    app: Flask
    world: World

    def link(self, name: str) -> str:
        """A one-time token."""
        who = operator(self.world.clinic_of(name))
        with self.app.app_context():
            return access.issue_link(
                session(), actor=who, patient_id=self.world.patients.get(name), user_id=self.world.staff.get(name)
            )

    def enter(self, name: str) -> FlaskClient:
        """A signed-in client; `anonymous` is nobody."""
        client = self.app.test_client()
        if name != "anonymous":
            answer = redeem(client, self.link(name))
            assert answer.status_code == 303, answer.text
        return client

    def scores(self) -> int:
        """How many readings are stored."""
        with self.app.app_context():
            return session().scalar(select(func.count()).select_from(Reading)) or 0


@pytest.fixture
def door(app: Flask, world: World) -> Door:
    """A way in."""
    return Door(app, world)


def csrf(client: FlaskClient, page: str = "/sign-in") -> str:
    """The token of a form on a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found, f"no form on {page}"
    return found[1]


def redeem(client: FlaskClient, token: str) -> Any:
    """What *Start* on the sign-in page does."""
    return client.post("/sign-in", data={"csrf_token": csrf(client), "code": token})


def score(world: World, **other: Any) -> dict[str, Any]:
    """The body of one good check-in of the owner; `other` replaces or, with ..., removes."""
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    body = {
        "course_id": str(world.courses["owner"]),
        "kind": "check_in",
        "instrument": "nrs_now",
        "value": 5,
        "recorded_at": at.isoformat(),
    }
    return {name: value for name, value in {**body, **other}.items() if value is not ...}
