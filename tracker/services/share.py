"""Share: a link behind which anybody who has it reads one person's progress, until it ends or is taken back."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session as Database

from tracker.services import audit, clock, proof, review
from tracker.services.actor import Actor, admit
from tracker.services.errors import Invalid, NotAllowed, NotFound, Refused
from tracker.services.looked import LINK
from tracker.services.secret import fresh, hashed
from tracker.services.transaction import writing
from tracker.services.views import PlaceView, Shared, SharedPlace, ShareView
from tracker.storage import AuditEvent, Patient, ShareLink
from tracker.tongue import _

DAYS = (1, 7, 30)
USUAL = 7
MOST = 20  # links that are open at once
TOLD_FOR = timedelta(days=90)  # how long ended links stay in the list


def share(db: Database, *, actor: Actor, days: int = USUAL, now: datetime | None = None) -> tuple[ShareView, str]:
    """A link for so many days, and its token, which is nowhere else; needs a code shown on this phone."""
    admit(actor, "patient")
    now = now or clock.now()
    if days not in DAYS:
        raise Invalid("not_one_of", _("A link lasts 1, 7 or 30 days."), "/days")
    if actor.carer:
        raise NotAllowed("not_a_helper", _("Only the person themselves can do this, on their own phone."))
    with writing(db):
        proof.need(db, actor=actor, now=now)
        if sum(one.live(now) for one in _links(db, actor, now)) >= MOST:
            raise Invalid("too_many", _("There are many open links already. Take one back first."))
        token = fresh()
        row = ShareLink(clinic_id=actor.clinic, id=uuid4(), patient_id=actor.patient_id, token_hash=hashed(token))
        row.created_at, row.expires_at = now, now + timedelta(days=days)
        db.add(row)
        audit.note(db, actor=actor, now=now, action="share.make", subject="share_link", subject_id=row.id, days=days)
    return ShareView(row.id, now, now + timedelta(days=days), None, 0, None), token


def links(db: Database, *, actor: Actor, now: datetime | None = None) -> tuple[ShareView, ...]:
    """This person's links, the newest first, with how often each was opened."""
    admit(actor, "patient")
    return _links(db, actor, now or clock.now())


def take_back(db: Database, *, actor: Actor, id: UUID, now: datetime | None = None) -> None:
    """End a link at once; again changes nothing."""
    admit(actor, "patient")
    now = now or clock.now()
    with writing(db):
        row = db.get(ShareLink, (actor.clinic, id))
        if row is None or row.patient_id != actor.patient_id:
            raise NotFound
        if row.ended_at is None:
            row.ended_at = now
            audit.note(db, actor=actor, now=now, action="share.end", subject="share_link", subject_id=id)


def end_all(db: Database, *, clinic_id: UUID, patient_id: UUID, now: datetime) -> None:
    """End every link of a person, inside the caller's transaction."""
    mine = (ShareLink.clinic_id == clinic_id, ShareLink.patient_id == patient_id, ShareLink.ended_at.is_(None))
    db.execute(update(ShareLink).where(*mine).values(ended_at=now))


def opened(db: Database, *, token: str, source: str | None = None, now: datetime | None = None) -> Shared:
    """What a link shows; every opening stands in the trail. Wrong, ended and taken-back ones are refused alike."""
    now = now or clock.now()
    with writing(db):
        link = db.scalar(select(ShareLink).where(ShareLink.token_hash == hashed(token)))
        person = db.get(Patient, (link.clinic_id, link.patient_id)) if link else None
        if link is None or person is None or not _open(link, person, now):
            raise Refused("link_not_usable", _("This link shows nothing. It may have ended, or was taken back."))
        reader = Actor("device", link.id, link.clinic_id, LINK, source=source)
        told = {"subject": "share_link", "subject_id": link.id, "patient_id": person.id}
        audit.note(db, actor=reader, now=now, action="share.open", **told)
        owner = Actor("patient", person.id, link.clinic_id, "patient", patient_id=person.id)
        return _shown(db, owner, link.expires_at, now)


def _open(link: ShareLink, person: Patient, now: datetime) -> bool:
    return link.ended_at is None and now < link.expires_at and person.withdrawn_at is None


def _shown(db: Database, owner: Actor, expires_at: datetime, now: datetime) -> Shared:
    """Progress at every place of every course."""
    me = review.me(db, actor=owner)
    shown = [(course, place) for course in me.courses for place in course.places or (PlaceView(None, "none"),)]
    places = tuple(
        SharedPlace(
            course,
            place,
            review.progress(db, actor=owner, course_id=course.id, site=place.site, side=place.side, now=now),
        )
        for course, place in shown
    )
    return Shared(me.patient.initials, me.clinic, expires_at, places)


def _links(db: Database, actor: Actor, now: datetime) -> tuple[ShareView, ...]:
    mine = (ShareLink.clinic_id == actor.clinic, ShareLink.patient_id == actor.patient_id)
    chosen = select(ShareLink).where(*mine, ShareLink.expires_at > now - TOLD_FOR)
    rows = db.scalars(chosen.order_by(ShareLink.created_at.desc(), ShareLink.id)).all()
    count = (
        select(AuditEvent.subject_id, func.count().label("n"), func.max(AuditEvent.at).label("last"))
        .where(
            AuditEvent.clinic_id == actor.clinic,
            AuditEvent.subject_id.in_([row.id for row in rows]),
            AuditEvent.action == "share.open",
        )
        .group_by(AuditEvent.subject_id)
    )
    opened = {row.subject_id: row for row in db.execute(count)}
    return tuple(_view(row, opened.get(row.id)) for row in rows)


def _view(row: ShareLink, opened) -> ShareView:
    times, last = (opened.n, opened.last) if opened else (0, None)
    return ShareView(row.id, row.created_at, row.expires_at, row.ended_at, times, last)
