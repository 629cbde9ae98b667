"""Access: links that work once, phones that stay signed in, roles looked up at each request."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.services import audit, clock, code
from tracker.services.actor import Actor, admit
from tracker.services.device import device, put_on
from tracker.services.errors import Conflict, Invalid, NotFound, Refused
from tracker.services.phone import owner, people, phones, revoke_device, take_off, unjoined
from tracker.services.secret import fresh, hashed
from tracker.services.staff import memberships, signed_in, staff_actor, team
from tracker.services.transaction import writing
from tracker.services.views import SignedIn
from tracker.storage import Membership, Patient, SignInLink
from tracker.tongue import _

__all__ = [
    "device",
    "issue_link",
    "memberships",
    "new_link",
    "owner",
    "people",
    "phones",
    "redeem",
    "revoke_device",
    "signed_in",
    "staff_actor",
    "take_off",
    "team",
    "unjoined",
    "unused",
]

LONGEST_MINUTES = 10_080  # seven days, on paper or by mail
ONCE = "This link was made already and was shown then. Make a new link if it is lost."


def issue_link(
    db: Database,
    *,
    actor: Actor,
    patient_id: UUID | None = None,
    user_id: UUID | None = None,
    minutes: int = LONGEST_MINUTES,
    id: UUID | None = None,
    now: datetime | None = None,
) -> str:
    """A token that signs this patient or member of staff in, once, within so many minutes.

    Raises Conflict for an `id` that was used: what was told cannot be told again.
    """
    now = now or clock.now()
    if (patient_id is None) == (user_id is None):
        raise Invalid("one_person", "A link is for one patient or one member of staff.")
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise Invalid("out_of_range", f"A link lasts from 1 to {LONGEST_MINUTES} minutes.", "/minutes")
    with writing(db):
        may_invite(db, actor, patient_id, user_id)
        unused(db, actor, id)
        at: dict[str, Any] = {"clinic_id": actor.clinic, "now": now, "minutes": minutes, "id": id}
        return new_link(db, actor=actor, patient_id=patient_id, user_id=user_id, **at)


def unused(db: Database, actor: Actor, id: UUID | None) -> None:
    """Refuse a form that was sent before."""
    if id is not None and db.get(SignInLink, (actor.clinic, id)):
        raise Conflict("made_already", ONCE, "/id")


def new_link(
    db: Database,
    *,
    actor: Actor,
    clinic_id: UUID,
    now: datetime,
    minutes: int = LONGEST_MINUTES,
    patient_id: UUID | None = None,
    user_id: UUID | None = None,
    carer: bool = False,
    id: UUID | None = None,
    typed: str | None = None,
) -> str:
    """The link itself, inside the caller's transaction; `typed` is the code that opens it as well."""
    token, id = fresh(), id or uuid4()
    db.add(
        SignInLink(
            clinic_id=clinic_id,
            id=id,
            token_hash=hashed(token),
            patient_id=patient_id,
            user_id=user_id,
            carer=carer or actor.carer,
            handle=typed[: code.HANDLE] if typed else None,
            code_hash=code.code_hash(id, typed) if typed else None,
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


def redeem(
    db: Database,
    *,
    token: str | None = None,
    typed: str | None = None,
    patients_only: bool = False,
    phone: Actor | None = None,
    label: str | None = None,
    source: str | None = None,
    now: datetime | None = None,
) -> SignedIn:
    """Use a link up, by its token or its typed code. Wrong, used and expired ones are refused alike.

    `phone` is the phone that asks, where one is signed in already: a patient is put on it. Raises Conflict, and uses
    nothing up, when that phone belongs to another clinic.
    """
    now = now or clock.now()
    with writing(db):
        link = code.link_of(db, typed=typed, source=source, now=now) if typed else _by_token(db, token or "", now)
        wanted = link is not None and (link.patient_id is not None or not patients_only)
        signed = _use(db, link, phone, label, source, now) if link and wanted else None
    if signed is None:
        raise _unusable()
    return signed


def may_invite(db: Database, actor: Actor, patient_id: UUID | None, user_id: UUID | None) -> None:
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


def _by_token(db: Database, token: str, now: datetime) -> SignInLink | None:
    """The living link of a token, locked for whoever comes first."""
    link = db.scalar(select(SignInLink).where(SignInLink.token_hash == hashed(token)).with_for_update())
    return link if link is not None and link.used_at is None and link.expires_at > now else None


def _use(
    db: Database, link: SignInLink, phone: Actor | None, label: str | None, source: str | None, now: datetime
) -> SignedIn | None:
    """Sign in whom the link is for; None when they have withdrawn or left."""
    found = _person(db, link)
    if found is None:
        return None
    actor = replace(found, source=source)
    kept = phone if phone and actor.kind == "patient" else None
    if kept and kept.clinic_id != link.clinic_id:
        raise Conflict("other_clinic", _("This phone belongs to another clinic."), retry="never")
    link.used_at = now
    signed = SignedIn("staff", actor.clinic, user_id=actor.id)
    if actor.patient_id is not None:
        token, device_id, already = put_on(
            db,
            phone=kept,
            clinic_id=actor.clinic,
            patient_id=actor.patient_id,
            carer=link.carer,
            label=label,
            now=now,
        )
        actor = replace(actor, device_id=device_id, carer=link.carer)
        signed = SignedIn(
            "patient", actor.clinic, actor.patient_id, device_token=token, carer=link.carer, already=already
        )
    audit.note(
        db, actor=actor, now=now, action="link.redeem", subject="link", subject_id=link.id, patient_id=link.patient_id
    )
    return signed


def _person(db: Database, link: SignInLink) -> Actor | None:
    """Whom the link signs in: a patient who has not withdrawn, or staff whose membership holds."""
    if link.user_id is not None:
        return staff_actor(db, user_id=link.user_id, clinic_id=link.clinic_id)
    person = db.get(Patient, (link.clinic_id, link.patient_id))
    if person is None or person.withdrawn_at is not None:
        return None
    return Actor("patient", person.id, link.clinic_id, "patient", patient_id=person.id)


def _unusable() -> Refused:
    """One answer for every link that does not work, so that guessing teaches nothing."""
    return Refused(
        "link_not_usable", _("We cannot use this code. It may be old, used or mistyped. Ask the clinic for a new one.")
    )
