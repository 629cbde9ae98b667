"""Phones: a browser takes pushes for one person, gives them up, or comes back under a new address."""

import re
import secrets
from base64 import urlsafe_b64decode
from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlsplit
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.services import audit, clock
from tracker.services.actor import Actor, admit
from tracker.services.errors import Invalid, NotAllowed
from tracker.services.faults import Faults
from tracker.services.remind import look, wish
from tracker.services.transaction import writing
from tracker.storage import PushSubscription
from tracker.tongue import _

LONGEST = 1000  # characters of an address; those of today's push services have fewer than 400
POINT, SECRET = 65, 16  # bytes of the browser's public key (uncompressed P-256) and of its secret
BASE64 = re.compile(r"[A-Za-z0-9_-]+={0,2}", re.ASCII)
MOST = 10  # phones for one person; with one more the oldest gives way


def subscribe(
    db: Database,
    *,
    actor: Actor,
    endpoint: str,
    p256dh: str,
    auth: str,
    hosts: Collection[str],
    now: datetime | None = None,
) -> None:
    """This phone takes pushes for the person from now on; the same again changes nothing."""
    admit(actor, "patient")
    if actor.device_id is None:
        raise NotAllowed
    _check(endpoint, p256dh, auth, hosts)
    with wish.changing(db, actor, now, "push") as row:
        at = now or clock.now()
        mine = look.live(db, actor.clinic, row.patient_id)
        for old in [one for one in mine if one.endpoint == endpoint] or mine[: max(0, len(mine) - MOST + 1)]:
            old.gone_at = at
        db.add(
            PushSubscription(
                clinic_id=actor.clinic,
                id=uuid4(),
                patient_id=row.patient_id,
                device_id=actor.device_id,
                endpoint=endpoint,
                p256dh=p256dh,
                auth=auth,
                created_at=at,
            )
        )


def unsubscribe(db: Database, *, actor: Actor, endpoint: str, now: datetime | None = None) -> None:
    """This phone takes no more pushes for the person."""
    with wish.changing(db, actor, now, "push_off") as row:
        for one in look.live(db, actor.clinic, row.patient_id):
            if one.endpoint == endpoint:
                one.gone_at = now or clock.now()


def renew(
    db: Database,
    *,
    old_endpoint: str,
    old_auth: str,
    endpoint: str,
    p256dh: str,
    auth: str,
    hosts: Collection[str],
    now: datetime | None = None,
) -> bool:
    """The browser changed its address: whoever holds the old one's secret may say the new. False: nothing was known."""
    _check(endpoint, p256dh, auth, hosts)
    now = now or clock.now()
    with writing(db):
        found = db.scalars(
            select(PushSubscription)
            .where(PushSubscription.endpoint == old_endpoint, PushSubscription.gone_at.is_(None))
            .with_for_update()
        )
        known = [one for one in found if secrets.compare_digest(one.auth.encode(), old_auth.encode())]
        for one in known:
            one.endpoint, one.p256dh, one.auth, one.failures = endpoint, p256dh, auth, 0
            who = Actor("device", one.device_id, one.clinic_id, "patient")
            said = {"subject": "patient", "subject_id": one.patient_id, "patient_id": one.patient_id}
            audit.note(db, actor=who, now=now, action="reminders.push_renew", **said)
        return bool(known)


def allowed(endpoint: str, hosts: Collection[str]) -> bool:
    """Whether an address is one of a push service we send to: a phone must not choose where our server connects to.

    A host stands for itself and all below it, over https on its usual port; a whole origin for itself alone.
    """
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    if len(endpoint) > LONGEST or parts.username is not None or not endpoint.isascii() or not endpoint.isprintable():
        return False
    if f"{parts.scheme}://{parts.netloc}" in hosts:
        return True
    host = parts.hostname or ""
    below = any(host == one or host.endswith(f".{one}") for one in hosts)
    return parts.scheme == "https" and port in (None, 443) and below


def _check(endpoint: str, p256dh: str, auth: str, hosts: Collection[str]) -> None:
    faults = Faults()
    if not isinstance(endpoint, str) or not allowed(endpoint, hosts):
        faults.add("/endpoint", "unknown_push_service", _("Reminders are not sent to this address."))
    for name, value, size in (("p256dh", p256dh, POINT), ("auth", auth, SECRET)):
        if not _holds(value, size):
            faults.add(f"/{name}", "not_a_key", _("This is no key of a browser."))
    faults.refuse(Invalid)


def _holds(value: str, size: int) -> bool:
    """Whether a text is so many bytes in base64url."""
    if not isinstance(value, str) or not BASE64.fullmatch(value):
        return False
    bare = value.rstrip("=")
    return len(bare) % 4 != 1 and len(urlsafe_b64decode(bare + "=" * (-len(bare) % 4))) == size
