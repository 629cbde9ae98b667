"""The language a person chose: kept, written into the trail, and only one we have."""

import pytest
from sqlalchemy import select

from tests.web.world import app, house, mould, world
from tracker.services import language, looked
from tracker.services.actor import Actor
from tracker.services.errors import Invalid, NotAllowed
from tracker.storage import AuditEvent, Patient
from tracker.web.database import session

__all__ = ["app", "house", "mould", "world"]


@pytest.fixture
def owner(app, world):
    with app.app_context():
        clinic, patient = world.clinic_of("owner"), world.patients["owner"]
        yield Actor("patient", patient, clinic, "patient", patient_id=patient)


def acts() -> list[AuditEvent]:
    return list(session().scalars(select(AuditEvent).where(AuditEvent.action == "patient.language")))


def test_what_was_chosen_is_kept_and_the_same_again_is_no_act(owner):
    for _ in range(2):
        language.choose(session(), actor=owner, language="ko")
    assert session().get_one(Patient, (owner.clinic, owner.patient_id)).language == "ko"
    assert len(acts()) == 1
    assert [look.actions for look in looked.looks(session(), actor=owner).own if "patient.language" in look.actions]


@pytest.mark.parametrize("asked", ["fr", "", "ko ", None])
def test_a_language_we_do_not_have_is_refused(owner, asked):
    with pytest.raises(Invalid):
        language.choose(session(), actor=owner, language=asked)
    assert acts() == []


def test_nobody_else_chooses(owner):
    with pytest.raises(NotAllowed):
        language.choose(session(), actor=Actor("staff", owner.id, owner.clinic, "practitioner"), language="ko")
