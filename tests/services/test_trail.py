"""The trail as an admin reads it: newest first, filtered, in pages; reading it stands in it, and patients read that."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, Universe
from tracker.services import log, looked, review, token, trail
from tracker.services.actor import Actor
from tracker.services.audit import note
from tracker.services.errors import NotAllowed, NotFound
from tracker.services.trail import EventView, Wanted
from tracker.storage import AuditEvent

LATER = NOW + timedelta(days=30)


def page(db: Session, universe: Universe, wanted: Wanted = Wanted(), **more: Any) -> trail.TrailPage:  # noqa: B008
    return trail.page(db, actor=universe.actors["amy"], wanted=wanted, now=LATER, **more)


def acts(events: tuple[EventView, ...]) -> list[str]:
    return [event.action for event in events]


def care(db: Session, universe: Universe) -> None:
    """Cho looks at Eve's course, Eve enters a score."""
    review.course(db, actor=universe.actors["cho"], course_id=universe.courses["eve"], now=NOW + timedelta(hours=1))
    log.reading(db, actor=universe.actors["eve"], now=NOW + timedelta(hours=2), **universe.score())


def test_the_newest_come_first_with_names_and_codes(db: Session, universe: Universe):
    care(db, universe)
    first, second, *_ = page(db, universe).events
    assert (first.action, first.kind, first.patient) == ("reading.add", "patient", "C-eve")
    assert (second.action, second.who, second.role, second.patient) == ("course.look", "Cho", "practitioner", "C-eve")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"patient_id": "eve", "by": "cho"}, ["course.look"]),
        ({"by": "cho"}, ["course.look"]),
        ({"patient_id": "finn", "by": "cho"}, []),
        ({"by": trail.PATIENTS}, ["reading.add"]),
        ({"action": "course.look"}, ["course.look"]),
        ({"patient_id": "finn"}, ["course.open", "patient.enrol"]),
        ({"action": "course.look", "day": date(2026, 3, 2)}, ["course.look"]),
        ({"action": "course.look", "day": date(2026, 3, 3)}, []),
    ],
)
def test_it_is_filtered(db: Session, universe: Universe, wanted, found):
    care(db, universe)
    ids: dict[str, Any] = {name: universe.people.get(value, value) for name, value in wanted.items()}
    assert sorted(acts(page(db, universe, Wanted(**ids)).events)) == found


def test_a_day_is_the_clinics_own(db: Session, universe: Universe):
    late = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)  # half past midnight of the 3rd in Seoul
    note(db, actor=universe.actors["cho"], now=late, action="roster.look", subject="roster")
    db.commit()
    on = [acts(page(db, universe, Wanted(action="roster.look", day=date(2026, 3, d))).events) for d in (2, 3)]
    assert on == [[], ["roster.look"]]


def test_pages_follow_each_other_and_miss_nothing_at_one_moment(db: Session, universe: Universe):
    for _ in range(7):
        note(db, actor=universe.actors["cho"], now=NOW, action="roster.look", subject="roster")
    db.commit()
    wanted, found, after = Wanted(action="roster.look"), [], None
    while True:
        part = page(db, universe, wanted, size=3, after=after)
        found += [event.id for event in part.events]
        after = part.next
        if after is None:
            break
    assert len(found) == len(set(found)) == 7


def test_reading_it_stands_in_it(db: Session, universe: Universe):
    page(db, universe, Wanted(by="operator", day=date(2026, 3, 2)))
    page(db, universe, Wanted(patient_id=universe.people["eve"]))
    noted = db.scalars(select(AuditEvent).where(AuditEvent.subject == "trail").order_by(AuditEvent.action)).all()
    assert [(e.action, e.on_behalf_of, e.actor_id) for e in noted] == [
        ("trail.look", None, universe.people["amy"]),
        ("trail.look_person", universe.people["eve"], universe.people["amy"]),
    ]
    assert noted[0].detail["by"] == "operator"
    assert noted[0].detail["day"] == "2026-03-02"


def test_the_patient_reads_who_read_the_trail(db: Session, universe: Universe):
    page(db, universe)
    page(db, universe, Wanted(patient_id=universe.people["eve"]))
    trail.export(db, actor=universe.actors["amy"], wanted=Wanted(), now=LATER)
    note(db, actor=universe.actors["amy"], now=LATER, action="export.make", subject="export")
    db.commit()
    eve = looked.looks(db, actor=universe.actors["eve"], now=LATER)
    finn = looked.looks(db, actor=universe.actors["finn"], now=LATER)
    assert any("trail.look_person" in look.actions and look.name == "Amy" for look in eve.others)
    assert not any("trail.look_person" in look.actions for look in finn.others)
    assert sorted((look.actions, look.times) for look in finn.lists) == [
        (("export.make",), 1),
        (("trail.export",), 1),
        (("trail.look",), 1),
    ]


def test_the_file_holds_all_that_fits_and_is_noted(db: Session, universe: Universe, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(trail, "PIECE", 2)
    care(db, universe)
    rows = list(trail.export(db, actor=universe.actors["amy"], wanted=Wanted(), now=LATER))
    at = [(row.at, row.id) for row in rows]
    assert len(rows) == len(
        db.scalars(select(AuditEvent.id).where(AuditEvent.clinic_id == rows_clinic(universe))).all()
    )
    assert at == sorted(at, reverse=True)
    assert rows[0].action == "trail.export"


def rows_clinic(universe: Universe) -> UUID:
    return universe.clinics["willow"]


def test_a_program_stands_in_it_by_name(db: Session, universe: Universe):
    made = token.make(
        db, actor=universe.actors["amy"], id=uuid4(), name="Booking", scopes=["courses:read"], days=1, now=NOW
    )
    program = token.bearer(db, token=made, now=NOW)
    assert program is not None
    review.course(db, actor=program, course_id=universe.courses["eve"], now=NOW)
    found = page(db, universe, Wanted(by=program.id)).events
    assert [(e.kind, e.who, e.patient) for e in found] == [("token", "Booking", "C-eve")]
    (making,) = page(db, universe, Wanted(action="token.make")).events
    assert (making.who, making.named) == ("Amy", "Booking")
    assert ("Booking", True) in [(one.name, one.program) for one in trail.doers(db, actor=universe.actors["amy"])]
    assert "token" in [look.who for look in looked.looks(db, actor=universe.actors["eve"], now=NOW).others]


def test_another_clinics_patient_is_nobody(db: Session, universe: Universe):
    with pytest.raises(NotFound):
        page(db, universe, Wanted(patient_id=universe.people["gail"]))
    with pytest.raises(NotFound):
        trail.patient(db, actor=universe.actors["amy"], code="C-gail")
    assert trail.patient(db, actor=universe.actors["amy"], code="C-eve") == universe.people["eve"]


def test_another_clinics_events_are_not_there(db: Session, universe: Universe):
    note(db, actor=universe.actors["dan"], now=NOW, action="roster.look", subject="roster")
    db.commit()
    assert page(db, universe, Wanted(by=universe.people["dan"])).events == ()
    assert universe.people["dan"] not in [one.id for one in trail.doers(db, actor=universe.actors["amy"])]


@pytest.mark.parametrize("who", ["ben", "cho", "eve"])
def test_only_an_admin_reads_it(db: Session, universe: Universe, who):
    actor: Actor = universe.actors[who]
    for act in (
        lambda: trail.page(db, actor=actor, wanted=Wanted()),
        lambda: list(trail.export(db, actor=actor, wanted=Wanted())),
        lambda: trail.doers(db, actor=actor),
        lambda: trail.patient(db, actor=actor, code="C-eve"),
    ):
        with pytest.raises(NotAllowed):
            act()
