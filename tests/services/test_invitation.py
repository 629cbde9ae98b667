"""Invitation: good once and for its time, by link or typed; guessing is counted, answered alike, and leads nowhere."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, event, func, select
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, Universe
from tracker.services import access, code, invitation, secret
from tracker.services.errors import Invalid, NotAllowed, NotFound, Refused, TooMany, Unready
from tracker.services.views import Invitation
from tracker.storage import Base, DevicePerson, DeviceSession, SignInLink, WrongCode

MINUTE = timedelta(minutes=1)


def invited(db: Session, universe: Universe, name: str = "eve", **more: Any) -> Invitation:
    return invitation.invite(db, actor=universe.actors["ben"], patient_id=universe.people[name], now=NOW, **more)


def typed(db: Session, text: str, now=NOW, source: str | None = "192.0.2.7") -> str:
    """What came of typing this: joined, or the code of the refusal."""
    try:
        access.redeem(db, **code.read(text), source=source, now=now)
    except Refused as error:
        return error.code
    return "joined"


@pytest.mark.parametrize("way", ["token", "code"])
def test_either_way_works_once_and_uses_up_both(db: Session, universe: Universe, way: str):
    made = invited(db, universe)
    assert typed(db, getattr(made, way)) == "joined"
    assert {typed(db, made.token), typed(db, made.code)} == {"link_not_usable"}


@pytest.mark.parametrize(("way", "minutes"), [("screen", 10), ("app", 30), ("paper", 7 * 24 * 60)])
def test_how_long_it_lasts(db: Session, universe: Universe, way: str, minutes: int):
    late, last = invited(db, universe, way=way), invited(db, universe, "finn", way=way)
    assert late.expires_at == NOW + minutes * MINUTE
    assert typed(db, late.code, NOW + minutes * MINUTE) == "link_not_usable"
    assert typed(db, last.code, NOW + minutes * MINUTE - timedelta(seconds=1)) == "joined"


FORGIVEN = [
    lambda c: c.lower(),
    lambda c: c.replace("-", ""),
    lambda c: c.replace("-", " "),
    lambda c: f"  {c}\n",
    lambda c: c.replace("0", "O").replace("1", "l"),
    lambda c: c.replace("0", "o").replace("1", "I"),
    lambda c: c.replace("-", "–"),
    lambda c: " ".join(c),
    lambda c: f"https://example.org/join#{c}",
]


@pytest.mark.parametrize("write", FORGIVEN)
def test_however_it_is_written(db: Session, universe: Universe, write, monkeypatch: pytest.MonkeyPatch):
    letters = iter("0110A1B0ZQ")
    monkeypatch.setattr(code.secrets, "choice", lambda _: next(letters))
    made = invited(db, universe)
    assert made.code == "0110-A1B-0ZQ"
    assert typed(db, write(made.code)) == "joined"


def test_the_whole_address_may_be_pasted(db: Session, universe: Universe):
    assert typed(db, f"https://example.org/join#{invited(db, universe).token} ") == "joined"


def test_the_letters_are_crockfords(db: Session, universe: Universe):
    made = "".join(invited(db, universe).code for _ in range(20)).replace("-", "")
    assert not set(made) & set("ILOU")
    assert len(set(made)) > 20


def test_the_store_keeps_neither_token_nor_code(db: Session, universe: Universe):
    made = invited(db, universe)
    row = db.scalars(select(SignInLink).where(SignInLink.id == made.id)).one()
    kept = " ".join(str(value) for value in vars(row).values())
    assert made.token not in kept
    assert made.code.replace("-", "")[4:] not in kept


def wrong(right: str, times: int) -> Iterator[str]:
    """Codes with the right handle and another secret."""
    for i in range(times):
        yield right[:4] + f"{i:06d}"


def test_five_wrong_tries_and_the_code_is_dead_but_not_the_link(db: Session, universe: Universe):
    made, plain = invited(db, universe), code.plain
    said = [typed(db, text) for text in wrong(plain(made.code) or "", 5)]
    assert said == ["link_not_usable"] * 5
    assert typed(db, made.code) == "link_not_usable"
    assert typed(db, made.token) == "joined"


def test_the_fifth_try_may_be_the_right_one(db: Session, universe: Universe):
    made = invited(db, universe)
    for text in wrong(code.plain(made.code) or "", 4):
        typed(db, text)
    assert typed(db, made.code) == "joined"


def test_thirty_wrong_ones_from_one_place_and_it_waits_an_hour(db: Session, universe: Universe):
    made = invited(db, universe, way="paper")
    for i in range(30):
        assert typed(db, f"ZZZZ{i:06d}") == "link_not_usable"
    assert typed(db, made.code) == "too_many_tries"
    assert typed(db, made.code, source="192.0.2.8") == "joined"
    again = invited(db, universe, "finn", way="paper")
    assert typed(db, again.code, NOW + 59 * MINUTE) == "too_many_tries"
    assert typed(db, again.code, NOW + 60 * MINUTE) == "joined"


def test_one_household_of_ipv6_is_one_place(db: Session, universe: Universe):
    assert (
        code.network("2001:db8:1:2:aaaa::1") == code.network("2001:db8:1:2:bbbb::9") != code.network("2001:db8:1:3::1")
    )
    assert code.network("::ffff:192.0.2.7") == code.network("192.0.2.7")
    assert code.network(None) == code.network("unix:") == "nowhere"


def test_without_the_counters_nobody_gets_in(db: Session, engine: Engine, universe: Universe):
    made = invited(db, universe)
    Base.metadata.tables["wrong_code"].drop(engine)
    with pytest.raises(Unready):
        access.redeem(db, **code.read(made.code), source="192.0.2.7", now=NOW)
    assert db.scalar(select(func.count()).select_from(DeviceSession)) == 0


def test_the_counters_are_forgotten_after_an_hour(db: Session, universe: Universe):
    for i in range(3):
        typed(db, "ZZZZ000000", source=f"192.0.2.{i}")
    typed(db, "ZZZZ000000", NOW + 61 * MINUTE, source="192.0.2.99")
    assert db.scalars(select(WrongCode.source)).all() == ["192.0.2.99"]


def test_wrong_used_old_and_unknown_are_answered_alike(db: Session, universe: Universe):
    used, old = invited(db, universe), invited(db, universe)
    typed(db, used.code)
    said = set()
    for text, now in (
        (used.code, NOW),
        (old.code, NOW + 10 * MINUTE),
        ("ZZZZ000000", NOW),
        ("x", NOW),
        (used.token, NOW),
    ):
        with pytest.raises(Refused) as refused:
            access.redeem(db, **code.read(text), source=None, now=now)
        said.add((type(refused.value), refused.value.code, refused.value.message, refused.value.retry))
    assert len(said) == 1


GUESSES = 2_000


def guesses(db: Session, universe: Universe, times: int, live: int) -> int:
    """How many of so many random codes, from as many places, hit one of the live ones."""
    for _ in range(live):
        invited(db, universe)
    rng = random.Random(4)
    return sum(
        typed(db, "".join(rng.choices(code.LETTERS, k=10)), source=f"198.18.{i // 250}.{i % 250}") == "joined"
        for i in range(times)
    )


def test_two_thousand_guesses_against_two_hundred_live_codes_hit_nothing(
    db: Session, engine: Engine, universe: Universe, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(secret.WORK, "n", 2)  # neither the hash nor the disk is what stops a guess
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    assert guesses(db, universe, GUESSES, 200) == 0
    assert db.scalar(select(func.count()).select_from(DeviceSession)) == 0
    assert db.scalar(select(func.sum(WrongCode.count))) == GUESSES, "each of them was judged"


def test_of_fifty_who_type_it_at_once_one_joins(db: Session, engine: Engine, universe: Universe):
    made = invited(db, universe)

    def try_it(_: int) -> str:
        with Session(engine) as mine:
            return typed(mine, made.code)

    with ThreadPoolExecutor(10) as pool:
        assert sum(said == "joined" for said in pool.map(try_it, range(50))) == 1
    assert db.scalar(select(func.count()).select_from(DeviceSession)) == 1


def test_two_codes_with_one_handle_open_each_their_own(db: Session, universe: Universe):
    """Two servers may hand out the same four characters in the same moment."""
    first, second = invited(db, universe), invited(db, universe, "finn")
    row = db.scalars(select(SignInLink).where(SignInLink.id == second.id)).one()
    handle = (code.plain(first.code) or "")[:4]
    secret = (code.plain(second.code) or "")[4:]
    row.handle, row.code_hash = handle, code.code_hash(second.id, handle + secret)
    db.commit()
    assert [typed(db, first.code), typed(db, handle + secret)] == ["joined", "joined"]
    assert len(set(db.scalars(select(DevicePerson.patient_id)))) == 2


MAY = [("amy", "paper", None), ("ben", "paper", None), ("cho", "screen", None), ("eve", "screen", None)]
MAY += [("eve", "app", None), ("eve", "paper", Invalid), ("finn", "screen", NotFound), ("dan", "screen", NotFound)]


@pytest.mark.parametrize(("who", "way", "error"), MAY)
def test_who_may_invite(db: Session, universe: Universe, who: str, way: str, error: type[Exception] | None):
    told: dict[str, Any] = {"actor": universe.actors[who], "patient_id": universe.people["eve"], "way": way, "now": NOW}
    if error is None:
        assert invitation.invite(db, **told)
    else:
        with pytest.raises(error):
            invitation.invite(db, **told)


def test_a_patient_needs_no_id_and_a_clinic_does(db: Session, universe: Universe):
    assert typed(db, invitation.invite(db, actor=universe.actors["eve"], now=NOW).code) == "joined"
    with pytest.raises(Invalid):
        invitation.invite(db, actor=universe.actors["ben"], now=NOW)


def test_the_desk_sees_it_turn_to_joined_also_when_a_renewed_code_was_used(db: Session, universe: Universe):
    first, ben = invited(db, universe), universe.actors["ben"]
    renewed = invitation.invite(db, actor=ben, patient_id=universe.people["eve"], now=NOW + 9 * MINUTE)
    look: dict[str, Any] = {"actor": ben, "invitation_id": first.id}
    assert invitation.state(db, now=NOW, **look) == "open"
    assert invitation.state(db, now=NOW + 10 * MINUTE, **look) == "old"
    assert typed(db, renewed.code, NOW + 11 * MINUTE) == "joined"
    assert invitation.state(db, now=NOW + 12 * MINUTE, **look) == "joined"


def test_what_was_used_before_does_not_count_as_joined(db: Session, universe: Universe):
    typed(db, invited(db, universe).code)
    ben = universe.actors["ben"]
    later = invitation.invite(db, actor=ben, patient_id=universe.people["eve"], now=NOW + MINUTE)
    assert invitation.state(db, actor=ben, invitation_id=later.id, now=NOW + MINUTE) == "open"


@pytest.mark.parametrize("who", ["finn", "dan", "gail"])
def test_nobody_else_asks_what_became_of_it(db: Session, universe: Universe, who: str):
    made = invited(db, universe)
    with pytest.raises((NotFound, NotAllowed)):
        invitation.state(db, actor=universe.actors[who], invitation_id=made.id, now=NOW)


def test_who_has_not_joined_yet(db: Session, universe: Universe):
    invited(db, universe)
    waiting, count = access.unjoined(db, actor=universe.actors["ben"])
    assert {(one.code, one.invited) for one in waiting} == {("C-eve", True), ("C-finn", False)}
    assert count == 2
    typed(db, invited(db, universe).code)
    assert [one.code for one in access.unjoined(db, actor=universe.actors["ben"])[0]] == ["C-finn"]


def test_a_failed_count_of_a_place_is_kept_though_the_call_is_refused(db: Session, universe: Universe):
    typed(db, "ZZZZ000000")
    db.rollback()
    assert db.scalar(select(WrongCode.count)) == 1
    db.execute(delete(WrongCode))
    db.commit()


def test_too_many_is_said_before_anything_is_looked_up(db: Session, universe: Universe):
    db.add(WrongCode(source="192.0.2.7", since=NOW, count=30))
    db.commit()
    made = invited(db, universe)
    with pytest.raises(TooMany):
        access.redeem(db, **code.read(made.code), source="192.0.2.7", now=NOW)
    assert db.scalar(select(SignInLink.wrong).where(SignInLink.id == made.id)) == 0
