"""Share: who has the link sees the progress and nothing else, until it ends; the person sees every opening."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, Universe
from tracker.services import log, looked, proof, share
from tracker.services.actor import Actor
from tracker.services.errors import Invalid, NotAllowed, NotFound, Refused
from tracker.storage import Patient, ShareLink

DAY = timedelta(days=1)


@pytest.fixture
def eve(db: Session, universe: Universe) -> Actor:
    """Eve, who has shown her code."""
    who = replace(universe.actors["eve"], device_id=uuid4())
    code = proof.code(db, actor=universe.actors["ben"], patient_id=universe.people["eve"], now=NOW)
    proof.prove(db, actor=who, typed=code, now=NOW)
    return who


def nothing(db: Session, token: str, now=NOW) -> None:
    with pytest.raises(Refused) as refused:
        share.opened(db, token=token, now=now)
    assert refused.value.code == "link_not_usable"


def test_the_link_shows_every_place_and_initials_alone(db: Session, universe: Universe, eve: Actor):
    log.reading(db, actor=eve, now=NOW, **universe.score("eve", value=7))
    _, token = share.share(db, actor=eve, now=NOW)
    shown = share.opened(db, token=token, now=NOW)
    assert [(one.place.site, one.place.side) for one in shown.places] == [("knee", "left"), ("knee", "right")]
    assert (shown.initials, shown.expires_at) == ("EV", NOW + 7 * DAY)
    assert [point.value for point in shown.places[0].progress.scores] == [7]


def test_the_store_keeps_no_token_and_it_holds_128_bits_and_more(db: Session, universe: Universe, eve: Actor):
    _, token = share.share(db, actor=eve, now=NOW)
    assert len(token) >= 22
    assert token not in repr(db.execute(select(*ShareLink.__table__.c)).all())


def test_sharing_needs_a_code_shown_on_this_phone(db: Session, universe: Universe, eve: Actor):
    for who, now in ((universe.actors["eve"], NOW), (eve, NOW + DAY), (universe.actors["finn"], NOW)):
        with pytest.raises(NotAllowed):
            share.share(db, actor=who, now=now)


@pytest.mark.parametrize("days", [0, 2, 31, -1])
def test_other_lengths_are_refused(db: Session, universe: Universe, eve: Actor, days: int):
    with pytest.raises(Invalid):
        share.share(db, actor=eve, days=days, now=NOW)


@pytest.mark.parametrize("days", share.DAYS)
def test_it_ends_to_the_second(db: Session, universe: Universe, eve: Actor, days: int):
    _, token = share.share(db, actor=eve, days=days, now=NOW)
    share.opened(db, token=token, now=NOW + days * DAY - timedelta(seconds=1))
    nothing(db, token, NOW + days * DAY)


def test_it_can_be_taken_back_at_once_and_by_its_owner_alone(db: Session, universe: Universe, eve: Actor):
    made, token = share.share(db, actor=eve, now=NOW)
    for other in ("finn", "gail"):
        with pytest.raises(NotFound):
            share.take_back(db, actor=universe.actors[other], id=made.id, now=NOW)
    share.opened(db, token=token, now=NOW)
    share.take_back(db, actor=eve, id=made.id, now=NOW)
    nothing(db, token)


def test_who_left_is_shown_no_more(db: Session, universe: Universe, eve: Actor):
    _, token = share.share(db, actor=eve, now=NOW)
    db.get_one(Patient, (eve.clinic, eve.patient_id)).withdrawn_at = NOW
    db.commit()
    nothing(db, token)


@pytest.mark.parametrize("token", ["", "x", "0" * 43])
def test_a_guess_shows_nothing(db: Session, universe: Universe, eve: Actor, token: str):
    share.share(db, actor=eve, now=NOW)
    nothing(db, token)


def test_the_person_sees_every_opening(db: Session, universe: Universe, eve: Actor):
    _, token = share.share(db, actor=eve, now=NOW)
    for hour in (1, 2, 3):
        share.opened(db, token=token, source="198.51.100.7", now=NOW + timedelta(hours=hour))
    (link,) = share.links(db, actor=eve, now=NOW)
    assert (link.opened, link.last_opened_at) == (3, NOW + timedelta(hours=3))
    others = [look for look in looked.looks(db, actor=eve, now=NOW).others if look.who == "link"]
    assert [look.actions for look in others] == [("share.open",)] * 3
    assert share.links(db, actor=universe.actors["finn"], now=NOW) == ()


def test_there_is_an_end_to_how_many_are_open(db: Session, universe: Universe, eve: Actor):
    for _ in range(share.MOST):
        share.share(db, actor=eve, now=NOW)
    with pytest.raises(Invalid, match="many open links"):
        share.share(db, actor=eve, now=NOW)
