"""Consent: what a person answered when asked whether something may be injected. It is asked for before the first time,
bee venom apart from herbs; the latest answer by a day is the one that holds on it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.science.needling import ANSWERS, PRODUCTS
from tracker.services import audit, clock, courses, show
from tracker.services.actor import Actor, admit
from tracker.services.chain import check_earlier, refuse_other
from tracker.services.errors import Invalid
from tracker.services.faults import Faults
from tracker.services.transaction import writing
from tracker.services.views import ConsentView
from tracker.storage import Consent
from tracker.storage.effective import leaves
from tracker.tongue import _


def consent(
    db: Database,
    *,
    actor: Actor,
    id: UUID,
    course_id: UUID,
    product: str,
    answer: str,
    answered_on: date,
    supersedes: UUID | None = None,
    retracted: bool = False,
    now: datetime | None = None,
) -> ConsentView:
    """Write down an answer; the same id with the same words again is a replay, with other words a Conflict."""
    admit(actor, "practitioner", "clinic_admin", "operator")
    now = now or clock.now()
    told = {
        "course_id": course_id,
        "product": product,
        "answer": answer,
        "answered_on": answered_on,
        "supersedes": supersedes,
        "retracted": retracted,
    }
    with writing(db):
        mine = courses.find(db, actor, course_id, locked=True)
        row = db.get(Consent, (actor.clinic, id))
        if row is not None:
            refuse_other(row, told)
            return show.consent(row)
        _check(db, actor, id, told, now.astimezone(mine.zone).date())
        row = Consent(
            clinic_id=actor.clinic,
            id=id,
            patient_id=mine.patient_id,
            recorded_by=actor.id if actor.kind == "staff" else None,
            received_at=now,
            **told,
        )
        db.add(row)
        _note(db, actor, now, row)
        return show.consent(row)


def need(db: Database, *, clinic_id: UUID, course_id: UUID, product: str, on: date) -> None:
    """Refuse an injection to which the person had not agreed by that day."""
    chosen = select(Consent).where(Consent.clinic_id == clinic_id, Consent.course_id == course_id)
    if answer_on(marked(db.scalars(chosen).all()), product, on) != "given":
        raise Invalid(
            "no_consent", _("Pharmacopuncture needs the person's consent first. Write it down, then save."), "/product"
        )


def marked(rows: Sequence[Any]) -> tuple[ConsentView, ...]:
    """The answers as views, by day; `effective` says which were not corrected or taken back."""
    count = {row.id for row in leaves(rows) if not row.retracted}
    ordered = sorted(rows, key=lambda row: (row.answered_on, row.received_at, row.id))
    return tuple(replace(show.consent(row), effective=row.id in count) for row in ordered)


def answer_on(answers: Sequence[ConsentView], product: str, on: date) -> str | None:
    """What holds for a product on a day; None = nobody had asked."""
    told = [one.answer for one in answers if one.effective and one.product == product and one.answered_on <= on]
    return told[-1] if told else None


def _check(db: Database, actor: Actor, id: UUID, told: dict[str, Any], today: date) -> None:
    """All that can be wrong with an answer."""
    faults = Faults()
    faults.word("/product", told["product"], PRODUCTS)
    faults.word("/answer", told["answer"], ANSWERS)
    faults.day("/answered_on", told["answered_on"], last=today, needed=True)
    check_earlier(db, faults, Consent, actor.clinic, id, told)
    faults.refuse()


def _note(db: Database, actor: Actor, now: datetime, row: Consent) -> None:
    audit.note(
        db,
        actor=actor,
        now=now,
        action="consent.add",
        subject="consent",
        subject_id=row.id,
        patient_id=row.patient_id,
        product=row.product,
        answer=row.answer,
        retracted=row.retracted,
    )
