"""Assessment: a practitioner rates a reaction: what it was, how severe, how linked to the treatment, whether serious.

What was reported stays as it was told; each assessment is a row of its own, the latest counts.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session as Database

from tracker.evidence.reactions import LIFE_THREATENING, reactions
from tracker.services import audit, clock, courses, show, standing
from tracker.services.actor import Actor, admit
from tracker.services.chain import refuse_other
from tracker.services.errors import NotFound
from tracker.services.faults import Faults
from tracker.services.transaction import writing
from tracker.services.views import AssessmentView
from tracker.storage import Assessment, Reaction
from tracker.tongue import _


def assessment(
    db: Database,
    *,
    actor: Actor,
    id: UUID,
    reaction_id: UUID,
    kind: str | None = None,
    grade: int | None = None,
    causality: str | None = None,
    serious: bool = False,
    onset: str | None = None,
    treated: bool | None = None,
    resolved_on: date | None = None,
    action: str | None = None,
    note: str | None = None,
    now: datetime | None = None,
) -> AssessmentView:
    """Rate a reaction; the same id with the same words again is a replay, with other words a Conflict."""
    admit(actor, "practitioner", "clinic_admin", "operator")
    now = now or clock.now()
    told = {
        "reaction_id": reaction_id,
        "kind": kind,
        "grade": grade,
        "causality": causality,
        "serious": serious,
        "onset": onset,
        "treated": treated,
        "resolved_on": resolved_on,
        "action": action or None,
        "note": note or None,
    }
    with writing(db):
        about = db.get(Reaction, (actor.clinic, reaction_id))
        if about is None:
            raise NotFound
        mine = courses.find(db, actor, about.course_id, locked=True)
        row = db.get(Assessment, (actor.clinic, id))
        if row is not None:
            refuse_other(row, told)
            return show.assessment(row)
        _check(told, about.occurred_on, now.astimezone(mine.zone).date())
        row = Assessment(
            clinic_id=actor.clinic,
            id=id,
            patient_id=mine.patient_id,
            course_id=about.course_id,
            assessed_by=actor.id if actor.kind == "staff" else None,
            received_at=now,
            **told,
        )
        db.add(row)
        audit.note(
            db,
            actor=actor,
            now=now,
            action="reaction.assess",
            subject="reaction",
            subject_id=reaction_id,
            patient_id=mine.patient_id,
            serious=serious,
        )
        db.flush()
        standing.keep(db, actor.clinic, [about.course_id])  # serious or not, it may press more or less than before
        return show.assessment(row)


def _check(told: dict[str, Any], began: date, today: date) -> None:
    """All that can be wrong with an assessment."""
    known, faults = reactions(), Faults()
    faults.word("/kind", told["kind"], known.kind_codes, needed=False)
    faults.number("/grade", told["grade"], min(known.grades), max(known.grades), whole=True)
    faults.word("/causality", told["causality"], tuple(known.causality), needed=False)
    faults.word("/onset", told["onset"], tuple(known.onsets), needed=False)
    for name in ("serious", "treated"):
        if not isinstance(told[name], bool) and (told[name] is not None or name == "serious"):
            faults.add(f"/{name}", "not_a_flag", _("This must be true or false."))
    faults.day("/resolved_on", told["resolved_on"], first=began, last=today)
    for name in ("action", "note"):
        faults.text(f"/{name}", told[name], lines=True)
    if not faults.found and told["grade"] is not None and told["grade"] >= LIFE_THREATENING and not told["serious"]:
        words = _("Grade {n} and above is serious by definition.", n=LIFE_THREATENING)
        faults.add("/serious", "serious", words)
    faults.refuse()
