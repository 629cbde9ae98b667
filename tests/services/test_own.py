"""Own: the person's record as the person may take it along: all of it, nobody else's, and noted."""

from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, TODAY, Universe
from tracker.services import log, own, worklist
from tracker.services.errors import NotAllowed
from tracker.storage import AuditEvent


def test_it_holds_every_course_with_corrected_and_taken_back_entries_and_their_reasons(db: Session, universe: Universe):
    eve = universe.actors["eve"]
    first = universe.score("eve", value=3)
    log.reading(db, actor=eve, now=NOW, **first)
    second = universe.score("eve", value=2, supersedes=first["id"], reason="a slip")
    log.reading(db, actor=eve, now=NOW, **second)
    gone = universe.score("eve", value=None, supersedes=second["id"], retracted=True, reason="by mistake")
    log.reading(db, actor=eve, now=NOW, **gone)
    found = own.record(db, actor=eve, format="json", now=NOW)
    (course,) = found.courses
    assert sorted((r.value, r.reason, r.retracted) for r in course.readings if r.value) == [
        (2.0, "a slip", False),
        (3.0, None, False),
    ]
    assert [r.reason for r in course.readings if r.retracted] == ["by mistake"]
    assert (found.patient.code, found.clinic.slug, found.made_at) == ("C-eve", "willow", NOW)


def test_each_download_stands_in_the_trail_with_its_format_and_nothing_else(db: Session, universe: Universe):
    for format in own.FORMATS:
        own.record(db, actor=universe.actors["eve"], format=format, now=NOW)
    events = db.scalars(select(AuditEvent).where(AuditEvent.action == "own.download")).all()
    assert sorted(e.detail["format"] for e in events) == sorted(own.FORMATS)
    assert {(e.actor_id, e.on_behalf_of) for e in events} == {(universe.people["eve"], None)}


@pytest.mark.parametrize("name", ["cho", "amy", "ben"])
def test_staff_do_not_take_it_along(db: Session, universe: Universe, name: str):
    with pytest.raises(NotAllowed):
        own.record(db, actor=universe.actors[name], format="json")


def test_it_tells_what_the_clinic_noted_about_the_person_without_notes_and_names_of_staff(
    db: Session, universe: Universe
):
    eve, cho = universe.actors["eve"], universe.actors["cho"]
    told = {"course_id": universe.courses["eve"], "now": NOW}
    one = log.reaction(db, actor=eve, id=uuid4(), occurred_on=TODAY, code="bruise", **told)
    log.assessment(db, actor=cho, id=uuid4(), reaction_id=one.id, grade=1, note="for staff", now=NOW)
    log.co_treatment(db, actor=cho, id=uuid4(), kind="medicine", code="opioid", begun_on=TODAY, **told)
    agreed = {"product": "bee_venom", "answer": "refused", "answered_on": TODAY}
    log.consent(db, actor=cho, id=uuid4(), **agreed, **told)
    (item,) = worklist.of_course(db, cho, universe.courses["eve"], now=NOW)
    worklist.resolve(db, actor=cho, id=item.id, resolution="spoke", note="for staff", now=NOW)
    (course,) = own.record(db, actor=eve, format="json", now=NOW).courses
    assert [(w.reason, w.opened_on, w.resolution, w.resolved_at) for w in course.work] == [
        ("reaction", TODAY, "spoke", NOW)
    ]
    (rated,) = [r.assessment for r in course.reactions if r.assessment]
    assert (rated.grade, rated.note) == (1, None)
    assert [c.code for c in course.co_treatments] == ["opioid"]
    assert [c.answer for c in course.consents] == ["refused"]
    assert "for staff" not in repr(course)
