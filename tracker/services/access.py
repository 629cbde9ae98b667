"""Access: links that work once, phones that stay signed in, roles looked up at each request."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.services import audit, clock
from tracker.services.actor import Actor, admit
from tracker.services.device import device, join, revoke_device
from tracker.services.errors import Invalid, NotFound, Refused
from tracker.services.secret import fresh, hashed
from tracker.services.staff import memberships, staff_actor, team
from tracker.services.transaction import writing
from tracker.services.views import SignedIn
from tracker.storage import Membership, Patient, SignInLink

__all__ = ["device", "issue_link", "memberships", "new_link", "redeem", "revoke_device", "staff_actor", "team"]

LONGEST_MINUTES = 10_080  # seven days, on paper or by mail


def issue_link(
    db: Database,
    *,
    actor: Actor,
    patient_id: UUID | None = None,
    user_id: UUID | None = None,
    minutes: int = LONGEST_MINUTES,
    now: datetime | None = None,
) -> str:
    """A token that signs this patient or member of staff in, once, within so many minutes."""
    now = now or clock.now()
    if (patient_id is None) == (user_id is None):
        raise Invalid("one_person", "A link is for one patient or one member of staff.")
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise Invalid("out_of_range", f"A link lasts from 1 to {LONGEST_MINUTES} minutes.", "/minutes")
    with writing(db):
        _may_invite(db, actor, patient_id, user_id)
        return new_link(
            db, actor=actor, clinic_id=actor.clinic, now=now, minutes=minutes, patient_id=patient_id, user_id=user_id
        )


def new_link(
    db: Database,
    *,
    actor: Actor,
    clinic_id: UUID,
    now: datetime,
    minutes: int = LONGEST_MINUTES,
    patient_id: UUID | None = None,
    user_id: UUID | None = None,
) -> str:
    """The link itself, inside the caller's transaction."""
    token, id = fresh(), uuid4()
    db.add(
        SignInLink(
            clinic_id=clinic_id,
            id=id,
            token_hash=hashed(token),
            patient_id=patient_id,
            user_id=user_id,
            expires_at=now + timedelta(minutes=minutes),
            created_by=actor.id,
            created_at=now,
        )
    )
    audit.note(
        db,
        actor=actor,
        now=now,
        clinic_id=clinic_id,
        action="link.issue",
        subject="link",
        subject_id=id,
        patient_id=patient_id,
    )
    return token


def redeem(db: Database, *, token: str, source: str | None = None, now: datetime | None = None) -> SignedIn:
    """Use a link up. Wrong, used and expired ones are refused alike."""
    now = now or clock.now()
    with writing(db):
        link = _take(db, token, now)
        actor = replace(_person(db, link), source=source)
        device = join(db, actor=actor, now=now) if actor.kind == "patient" else None
        audit.note(
            db,
            actor=actor,
            now=now,
            action="link.redeem",
            subject="link",
            subject_id=link.id,
            patient_id=link.patient_id,
        )
    kind = "patient" if actor.kind == "patient" else "staff"
    return SignedIn(kind, actor.clinic, actor.patient_id, None if actor.patient_id else actor.id, device)


def _may_invite(db: Database, actor: Actor, patient_id: UUID | None, user_id: UUID | None) -> None:
    """Who may be invited by whom; NotFound for people of other clinics."""
    if user_id is not None:
        admit(actor, "clinic_admin", "operator")
        known = db.get(Membership, (actor.clinic, user_id))
        if known is None or known.ended_at is not None:
            raise NotFound
    else:
        admit(actor, "patient", "front_desk", "practitioner", "clinic_admin", "operator")
        person = db.get(Patient, (actor.clinic, patient_id))
        if (
            person is None
            or person.withdrawn_at is not None
            or (actor.role == "patient" and actor.patient_id != patient_id)
        ):
            raise NotFound


def _take(db: Database, token: str, now: datetime) -> SignInLink:
    """The link, marked used by whoever comes first."""
    link = db.scalar(select(SignInLink).where(SignInLink.token_hash == hashed(token)).with_for_update())
    if link is None or link.used_at is not None or link.expires_at <= now:
        raise _unusable()
    link.used_at = now
    return link


def _person(db: Database, link: SignInLink) -> Actor:
    """Whom the link signs in: a patient who has not withdrawn, or staff whose membership holds."""
    if link.user_id is not None:
        found = staff_actor(db, user_id=link.user_id, clinic_id=link.clinic_id)
    else:
        found = _patient(db, link)
    if found is None:
        raise _unusable()
    return found


def _patient(db: Database, link: SignInLink) -> Actor | None:
    person = db.get(Patient, (link.clinic_id, link.patient_id))
    if person is None or person.withdrawn_at is not None:
        return None
    return Actor("patient", person.id, link.clinic_id, "patient", patient_id=person.id)


def _unusable() -> Refused:
    """One answer for every link that does not work, so that guessing teaches nothing."""
    return Refused(
        "link_not_usable", "We cannot use this link. It may be old, used or mistyped. Ask the clinic for a new one."
    )
