"""Co-treatment: another treatment or medicine beside a course, from one day to another or still going on."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session as Database

from tracker.science.exposures import CODES, KINDS, LONGEST_LABEL
from tracker.services import audit, clock, courses, show
from tracker.services.actor import Actor, admit
from tracker.services.chain import check_earlier, refuse_other
from tracker.services.faults import Faults
from tracker.services.transaction import writing
from tracker.services.views import CoTreatmentView
from tracker.storage import CoTreatment
from tracker.tongue import _


def co_treatment(
    db: Database,
    *,
    actor: Actor,
    id: UUID,
    course_id: UUID,
    kind: str,
    begun_on: date,
    code: str | None = None,
    label: str | None = None,
    ended_on: date | None = None,
    note: str | None = None,
    supersedes: UUID | None = None,
    retracted: bool = False,
    now: datetime | None = None,
) -> CoTreatmentView:
    """Enter one; the same id with the same words again is a replay, with other words a Conflict.

    It is ended or corrected by another that names it; outcomes do not change: it is shown beside them.
    """
    admit(actor, "practitioner", "clinic_admin", "operator")
    now = now or clock.now()
    told = {
        "course_id": course_id,
        "kind": kind,
        "code": code,
        "label": label or None,
        "begun_on": begun_on,
        "ended_on": ended_on,
        "note": note or None,
        "supersedes": supersedes,
        "retracted": retracted,
    }
    with writing(db):
        mine = courses.find(db, actor, course_id, locked=True)
        row = db.get(CoTreatment, (actor.clinic, id))
        if row is not None:
            refuse_other(row, told)
            return show.co_treatment(row)
        _check(db, actor, id, told, now.astimezone(mine.zone).date())
        row = CoTreatment(
            clinic_id=actor.clinic,
            id=id,
            patient_id=mine.patient_id,
            entered_by=actor.id if actor.kind == "staff" else None,
            received_at=now,
            **told,
        )
        db.add(row)
        audit.note(
            db,
            actor=actor,
            now=now,
            action="co_treatment.add",
            subject="co_treatment",
            subject_id=id,
            patient_id=mine.patient_id,
            kind=kind,
            retracted=retracted,
        )
        return show.co_treatment(row)


def _check(db: Database, actor: Actor, id: UUID, told: dict[str, Any], today: date) -> None:
    """All that can be wrong with a co-treatment."""
    faults = Faults()
    faults.word("/kind", told["kind"], KINDS)
    if told["kind"] in CODES:
        _check_what(faults, told)
    faults.text("/label", told["label"], LONGEST_LABEL)
    faults.day("/begun_on", told["begun_on"], last=today, needed=True)
    first = told["begun_on"] if isinstance(told["begun_on"], date) else None
    faults.day("/ended_on", told["ended_on"], first=first, last=today)
    faults.text("/note", told["note"], lines=True)
    check_earlier(db, faults, CoTreatment, actor.clinic, id, told)
    faults.refuse()


def _check_what(faults: Faults, told: dict[str, Any]) -> None:
    """A modality or a class of medicines by its code; anything else by its name."""
    codes = CODES[told["kind"]]
    if codes:
        faults.word("/code", told["code"], codes)
    elif told["code"] is not None:
        faults.add("/code", "unknown_word", _("Write its name instead."))
    elif not (isinstance(told["label"], str) and told["label"].strip()):
        faults.text("/label", told["label"], needed=True)
