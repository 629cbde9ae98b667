"""Tokens: shown once, good for what they were made for, dead when taken back, expired, or when their maker leaves."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, Universe
from tracker.services import role, token
from tracker.services.errors import Conflict, Invalid, NotAllowed, NotFound
from tracker.storage import ApiToken, AuditEvent, User

DAY = timedelta(days=1)


def make(db: Session, universe: Universe, who: str = "amy", **more: Any) -> str:
    told: dict[str, Any] = {"id": uuid4(), "name": "Booking", "scopes": ["courses:read"], "days": 30}
    return token.make(db, actor=universe.actors[who], now=NOW, **told | more)


def test_the_store_keeps_no_token_and_the_trail_its_name(db: Session, universe: Universe):
    made = make(db, universe, scopes=["exports:read", "courses:read"])
    row = db.scalars(select(ApiToken)).one()
    noted = db.scalars(select(AuditEvent).where(AuditEvent.subject == "token")).one()
    assert len(made) >= 3 + 43  # 256 bits in base64
    assert made not in (row.token_hash, str(noted.detail))
    assert noted.detail == {
        "name": "Booking",
        "scopes": ["courses:read", "exports:read"],
        "until": "2026-04-01",
    }


def test_a_token_acts_as_itself_at_its_clinic(db: Session, universe: Universe):
    id = uuid4()
    who = token.bearer(db, token=make(db, universe, id=id), now=NOW)
    assert who is not None
    assert (who.kind, who.id, who.clinic_id, who.role) == ("token", id, universe.clinics["willow"], "practitioner")
    assert who.scopes == {"courses:read"}


@pytest.mark.parametrize(
    ("scopes", "least"),
    [(["courses:write"], "practitioner"), (["exports:read"], "clinic_admin"), (list(token.SCOPES), "clinic_admin")],
)
def test_a_token_has_the_least_role_its_scopes_need(scopes, least):
    assert token.role(scopes) == least


def test_its_use_is_noted_once_an_hour(db: Session, universe: Universe):
    made = make(db, universe)
    used = []
    for minutes in (0, 59, 61):
        token.bearer(db, token=made, now=NOW + timedelta(minutes=minutes))
        used.append(db.scalars(select(ApiToken.last_used_at)).one())
    assert used == [NOW, NOW, NOW + timedelta(minutes=61)]


def test_an_unknown_an_expired_and_a_revoked_token_open_nothing(db: Session, universe: Universe):
    id = uuid4()
    made = make(db, universe, id=id)
    assert token.bearer(db, token=made + "x", now=NOW) is None
    assert token.bearer(db, token=made, now=NOW + 30 * DAY - timedelta(seconds=1)) is not None
    assert token.bearer(db, token=made, now=NOW + 30 * DAY) is None
    token.revoke(db, actor=universe.actors["amy"], id=id, now=NOW)
    token.revoke(db, actor=universe.actors["amy"], id=id, now=NOW + DAY)
    assert token.bearer(db, token=made, now=NOW) is None
    row = db.scalars(select(ApiToken)).one()
    assert (row.revoked_at, row.revoked_by) == (NOW, universe.people["amy"])
    assert len(db.scalars(select(AuditEvent).where(AuditEvent.action == "token.revoke")).all()) == 1


@pytest.mark.parametrize("how", ["role", "end", "inactive"])
def test_a_token_dies_with_its_makers_role(db: Session, universe: Universe, how):
    made, boss = make(db, universe), universe.actors["willow"]
    if how == "role":
        role.change(db, actor=boss, user_id=universe.people["amy"], role="practitioner", now=NOW)
    elif how == "end":
        role.end(db, actor=boss, user_id=universe.people["amy"], now=NOW)
    else:
        db.get_one(User, universe.people["amy"]).active = False
        db.commit()
    assert token.bearer(db, token=made, now=NOW) is None
    assert token.listed(db, actor=boss, now=NOW)[0].state == "orphaned"


def test_an_operators_token_lives_on(db: Session, universe: Universe):
    made = make(db, universe, "willow")
    role.end(db, actor=universe.actors["willow"], user_id=universe.people["amy"], now=NOW)
    assert token.bearer(db, token=made, now=NOW) is not None


def test_the_same_form_again_makes_no_second_token(db: Session, universe: Universe):
    id = uuid4()
    make(db, universe, id=id)
    with pytest.raises(Conflict, match="made already"):
        make(db, universe, id=id)
    assert len(token.listed(db, actor=universe.actors["amy"], now=NOW)) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("name", ""), ("name", "x" * 201), ("name", "a\x00")),
        *(("days", 0), ("days", 366), ("days", True)),
        *(("scopes", []), ("scopes", ["courses"]), ("scopes", ["courses:read", "all"])),
    ],
)
def test_a_token_that_does_not_fit_is_refused(db: Session, universe: Universe, field, value):
    with pytest.raises(Invalid) as refusal:
        make(db, universe, **{field: value})
    assert (refusal.value.pointer or "").startswith(f"/{field}")
    assert token.listed(db, actor=universe.actors["amy"], now=NOW) == ()


@pytest.mark.parametrize("who", ["ben", "cho", "eve"])
def test_only_an_admin_makes_lists_and_revokes(db: Session, universe: Universe, who):
    actor = universe.actors[who]
    for act in (
        lambda: make(db, universe, who),
        lambda: token.listed(db, actor=actor),
        lambda: token.revoke(db, actor=actor, id=uuid4()),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_another_clinics_token_is_not_there(db: Session, universe: Universe):
    id = uuid4()
    made = make(db, universe, "maple", id=id)
    assert token.listed(db, actor=universe.actors["amy"], now=NOW) == ()
    with pytest.raises(NotFound):
        token.revoke(db, actor=universe.actors["amy"], id=id, now=NOW)
    assert token.bearer(db, token=made, now=NOW).clinic_id == universe.clinics["maple"]  # type: ignore[union-attr]


def test_the_list_says_who_made_it(db: Session, universe: Universe):
    make(db, universe)
    make(db, universe, "willow", name="Import")
    found = {one.name: (one.by, one.state) for one in token.listed(db, actor=universe.actors["amy"], now=NOW)}
    assert found == {"Booking": ("Amy", "open"), "Import": (None, "open")}
