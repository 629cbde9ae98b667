"""Invitation: how a phone gets in. A link for the QR code and a code to type, both good once and for the same time."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.services import access, clock, code
from tracker.services.actor import Actor, admit
from tracker.services.errors import Invalid, NotFound
from tracker.services.phone import STAFF
from tracker.services.transaction import writing
from tracker.services.views import Invitation
from tracker.storage import SignInLink

MINUTES = {"screen": 10, "app": 30, "paper": 7 * 24 * 60}  # on a screen, into the installed app, on paper or by mail


def invite(
    db: Database,
    *,
    actor: Actor,
    patient_id: UUID | None = None,
    way: str = "screen",
    carer: bool = False,
    now: datetime | None = None,
) -> Invitation:
    """Invite one phone of a patient, or of somebody who helps them; a patient invites to their own record alone."""
    admit(actor, "patient", *STAFF)
    patient_id = patient_id or actor.patient_id
    if patient_id is None:
        raise Invalid("one_person", "Say whom the invitation is for.", "/patient_id")
    if way not in MINUTES or (way == "paper" and actor.role == "patient"):
        raise Invalid("unknown_word", "An invitation is for a screen, the app or, from the clinic, for paper.", "/way")
    now = now or clock.now()
    with writing(db):
        access.may_invite(db, actor, patient_id, None)
        id, typed = uuid4(), code.fresh_code(db, now)
        told = {"patient_id": patient_id, "minutes": MINUTES[way], "carer": carer, "id": id, "typed": typed}
        token = access.new_link(db, actor=actor, clinic_id=actor.clinic, now=now, **told)
    return Invitation(id, token, code.shown(typed), now + timedelta(minutes=MINUTES[way]))


def state(db: Database, *, actor: Actor, invitation_id: UUID, now: datetime | None = None) -> str:
    """What became of an invitation: open, joined, or old. One made later for the same person counts for it."""
    admit(actor, "patient", *STAFF)
    link = db.get(SignInLink, (actor.clinic, invitation_id))
    stranger = link is None or (actor.role == "patient" and link.patient_id != actor.patient_id)
    if link is None or link.patient_id is None or stranger:
        raise NotFound
    later = select(SignInLink.id).where(
        SignInLink.clinic_id == actor.clinic,
        SignInLink.patient_id == link.patient_id,
        SignInLink.created_at >= link.created_at,
        SignInLink.used_at.is_not(None),
    )
    if db.scalar(later.limit(1)):
        return "joined"
    return "open" if link.expires_at > (now or clock.now()) else "old"
