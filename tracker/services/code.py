"""Code: an invitation that is typed. Four characters find it, six more open it; five tries, then it is dead.

The letters are Crockford's base 32: no I, L, O or U, so nothing that is read aloud or off paper is mistaken.
Wrong codes are also counted by where they come from. All counts stand in tables: no table, no way in.
"""

import secrets
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import TypedDict
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session as Database

from tracker.services.errors import TooMany
from tracker.services.secret import slowly_hashed
from tracker.storage import SignInLink, WrongCode

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
BETWEEN = str.maketrans("", "", " -–—_.\t\n\r\u00a0\u2010\u2011")
HANDLE, SECRET = 4, 6
TRIES = 5  # a code
TRIES_FROM_ONE_PLACE = 30  # an hour: a waiting room behind one address mistypes a few times
PLACE_REMEMBERED = timedelta(hours=1)
NOBODY = UUID(int=0)  # the salt where there is no such code: the work is the same


class Told(TypedDict, total=False):
    """What was told: one of the two."""

    token: str
    typed: str


def fresh_code(db: Database, now: datetime) -> str:
    """A new code whose handle no living code has."""
    while True:
        code = "".join(secrets.choice(LETTERS) for _ in range(HANDLE + SECRET))
        if not db.scalar(_living(code[:HANDLE], now).limit(1)):
            return code


def code_hash(link_id: UUID, code: str) -> str:
    """What the store keeps of it."""
    return slowly_hashed(code, link_id.bytes)


def shown(code: str) -> str:
    """ABCD-EFG-HJK: as people read it."""
    return f"{code[:4]}-{code[4:7]}-{code[7:]}"


def read(told: str) -> Told:
    """What somebody typed or pasted: a code, or else the token of a link, also where the whole address was pasted."""
    token = told.rsplit("#", 1)[-1].strip()
    return Told(typed=token) if plain(token) else Told(token=token)


def plain(typed: str) -> str | None:
    """The ten characters meant: any case, hyphens and blanks anywhere, O for 0, I and L for 1; else None."""
    code = typed.translate(BETWEEN).upper().translate(MISREAD)
    return code if len(code) == HANDLE + SECRET and set(code) <= set(LETTERS) else None


def link_of(db: Database, *, typed: str, source: str | None, now: datetime) -> SignInLink | None:
    """The living invitation of a typed code, inside the caller's transaction; a wrong one is counted and gives None.

    Raises TooMany before anything is looked up.
    """
    place = _place(db, source, now)
    code = plain(typed)
    found = _open(db, code, now) if code else None
    if found is None:
        place.count += 1
    return found


def _open(db: Database, code: str, now: datetime) -> SignInLink | None:
    """The invitation that this code opens; each that shares its handle counts the try."""
    near = db.scalars(_living(code[:HANDLE], now).with_for_update()).all()
    opened = None
    for link in near:
        if link.code_hash == code_hash(link.id, code):
            opened = link
        else:
            link.wrong += 1
    if not near:
        code_hash(NOBODY, code)
    return opened


def _living(handle: str, now: datetime) -> Select[SignInLink]:
    return select(SignInLink).where(
        SignInLink.handle == handle,
        SignInLink.used_at.is_(None),
        SignInLink.expires_at > now,
        SignInLink.wrong < TRIES,
    )


def _place(db: Database, source: str | None, now: datetime) -> WrongCode:
    """Where the try comes from, its hour's count locked; TooMany once that is used up."""
    db.execute(delete(WrongCode).where(WrongCode.since <= now - PLACE_REMEMBERED))
    name = network(source)
    row = db.get(WrongCode, name, with_for_update=True)
    if row is None:
        row = WrongCode(source=name, since=now, count=0)
        db.add(row)
        db.flush()
    if row.count >= TRIES_FROM_ONE_PLACE:
        raise TooMany
    return row


def network(source: str | None) -> str:
    """The address, of IPv6 the half that is one household's; whoever has none shares one count."""
    try:
        address = ip_address(source or "")
    except ValueError:
        return "nowhere"
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped) if address.ipv4_mapped else f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return str(address)
