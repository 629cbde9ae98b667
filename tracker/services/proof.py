"""Proof: a short code from the desk (or by mail) shows that the person asks, not somebody who found the phone.

Needed to share and to erase (trust.md rule 3). A code lives 15 minutes, is typed once, and dies after five wrong ones;
what it opens stays open for 15 minutes on the one phone it was typed on. Passkeys are a later road.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session as Database

from tracker.services import audit, clock
from tracker.services.actor import Actor, admit
from tracker.services.code import BETWEEN, LETTERS, MISREAD
from tracker.services.errors import Invalid, NotAllowed, NotFound, Refused
from tracker.services.secret import slowly_hashed
from tracker.services.transaction import writing
from tracker.storage import Message, Patient, Proof, ReminderChoice
from tracker.tongue import _, english

STAFF = ("front_desk", "practitioner", "clinic_admin", "operator")
LENGTH = 8  # 40 bits against five tries
TYPED_WITHIN = timedelta(minutes=15)
OPEN_FOR = timedelta(minutes=15)
TRIES = 5
MAILS_A_DAY = 5
SETTLED = timedelta(days=7)  # whoever found the phone could write down an address of their own
ABOUT = "proof"  # of a message in the outbox
WRONG = english("We cannot use this code. It may be old, used or mistyped. Ask the clinic for a new one.")


def code(db: Database, *, actor: Actor, patient_id: UUID, now: datetime | None = None) -> str:
    """A code for this patient, to be shown to them in person; an earlier one dies."""
    admit(actor, *STAFF)
    now = now or clock.now()
    with writing(db):
        person = db.get(Patient, (actor.clinic, patient_id))
        if person is None or person.withdrawn_at is not None:
            raise NotFound
        told = {"subject": "patient", "subject_id": patient_id, "patient_id": patient_id}
        audit.note(db, actor=actor, now=now, action="proof.show", **told)
        return new_code(db, clinic_id=actor.clinic, patient_id=patient_id, way="desk", now=now, by=actor.id)


def mail(db: Database, *, actor: Actor, now: datetime | None = None) -> None:
    """Mail a code to the person's confirmed address; the code is made when the mail leaves."""
    admit(actor, "patient")
    now = now or clock.now()
    with writing(db):
        if actor.carer or not _reachable(db, actor, now):
            raise Refused("no_mail", _("There is no mail address of yours that was confirmed a week ago or longer."))
        mine = (Message.clinic_id == actor.clinic, Message.patient_id == actor.patient_id, Message.about == ABOUT)
        today = select(func.count()).where(*mine, Message.created_at > now - timedelta(days=1))
        if (db.scalar(today) or 0) >= MAILS_A_DAY:
            raise Refused("too_many_codes", _("That was too often today. Try again tomorrow."), retry="later")
        row = Message(clinic_id=actor.clinic, id=uuid4(), patient_id=actor.patient_id, about=ABOUT, key=str(uuid4()))
        row.channel, row.state, row.created_at = "mail", "queued", now
        row.due_at, row.try_at, row.until = now, now, now + TYPED_WITHIN
        db.add(row)
        audit.note(db, actor=actor, now=now, action="proof.mail", subject="patient", subject_id=actor.patient_id)


def mailable(db: Database, *, actor: Actor, now: datetime | None = None) -> bool:
    """Whether a code can be mailed to this person."""
    admit(actor, "patient")
    return not actor.carer and _reachable(db, actor, now or clock.now())


def new_code(
    db: Database, *, clinic_id: UUID, patient_id: UUID, way: str, now: datetime, by: UUID | None = None
) -> str:
    """The code itself, inside the caller's transaction; an earlier one dies."""
    made = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    db.execute(_live(update(Proof), clinic_id, patient_id, now).values(expires_at=now))
    db.add(
        Proof(
            clinic_id=clinic_id,
            id=uuid4(),
            patient_id=patient_id,
            way=way,
            code_hash=_hashed(patient_id, made),
            tries=0,
            created_by=by,
            created_at=now,
            expires_at=now + TYPED_WITHIN,
        )
    )
    return f"{made[:4]}-{made[4:]}"


def prove(db: Database, *, actor: Actor, typed: str, now: datetime | None = None) -> datetime:
    """Take a code; until when this phone may share and erase. Wrong, old and used ones are refused alike."""
    admit(actor, "patient")
    now = now or clock.now()
    with writing(db):
        row = db.scalar(_live(select(Proof), actor.clinic, actor.patient_id, now).with_for_update())
        right = row is not None and secrets.compare_digest(row.code_hash, _hashed(actor.patient_id, plain(typed)))
        if row is not None and right:
            row.used_at, row.device_id = now, actor.device_id
            audit.note(db, actor=actor, now=now, action="proof.use", subject="proof", subject_id=row.id)
        elif row is not None:
            row.tries += 1  # kept although the call is refused: the refusal follows the commit
    if not right:
        raise Invalid("code_not_usable", _(WRONG), "/code")
    return now + OPEN_FOR


def until(db: Database, *, actor: Actor, now: datetime | None = None) -> datetime | None:
    """Until when this phone may share and erase; None when it may not."""
    admit(actor, "patient")
    now = now or clock.now()
    chosen = select(Proof.used_at).where(
        Proof.clinic_id == actor.clinic,
        Proof.patient_id == actor.patient_id,
        Proof.device_id == actor.device_id,
        Proof.used_at > now - OPEN_FOR,
    )
    used = db.scalar(chosen.order_by(Proof.used_at.desc()).limit(1)) if actor.device_id else None
    return used + OPEN_FOR if used else None


def need(db: Database, *, actor: Actor, now: datetime) -> None:
    """Refuse whoever has not shown a code on this phone."""
    if until(db, actor=actor, now=now) is None:
        raise NotAllowed("proof_needed", _("This needs a code from your clinic."), retry="fix")


def plain(typed: str) -> str:
    """A code as it was made, however it was typed: small letters, spaces, O for 0."""
    return typed.translate(BETWEEN).upper().translate(MISREAD)


def _reachable(db: Database, actor: Actor, now: datetime) -> bool:
    """Whether a mail address of this person was confirmed long enough ago."""
    choice = db.get(ReminderChoice, (actor.clinic, actor.patient_id), populate_existing=True)
    if choice is None or choice.mail_address is None or choice.mail_confirmed_at is None:
        return False
    return choice.mail_confirmed_at <= now - SETTLED


def _live(chosen, clinic_id: UUID, patient_id: UUID | None, now: datetime):
    """Codes that can still be typed."""
    return chosen.where(
        Proof.clinic_id == clinic_id,
        Proof.patient_id == patient_id,
        Proof.used_at.is_(None),
        Proof.expires_at > now,
        Proof.tries < TRIES,
    )


def _hashed(patient_id: UUID | None, code: str) -> str:
    return slowly_hashed(code, patient_id.bytes if patient_id else b"")
