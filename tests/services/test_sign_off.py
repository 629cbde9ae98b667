"""Signatures under the evidence library: who may, under which words, what a second try and a change of words do."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, Universe
from tracker import tongue
from tracker.evidence import library as shelf
from tracker.evidence.edition import edition
from tracker.services import sign_off
from tracker.services.errors import Conflict, Invalid, NotAllowed, NotFound
from tracker.storage import AuditEvent, EvidenceSignOff

ONE, TWO = "vickers-2012", "hinman-2014-knee"
LATER = NOW + timedelta(hours=1)


def texts(*ids: str) -> dict[str, str]:
    found = [shelf.library().get(id) for id in ids]
    return {r.id: edition(r) for r in found if r}


def sign(db, universe, *ids, who="amy", now=NOW, id=None):
    return sign_off.sign(db, actor=universe.actors[who], id=id or uuid4(), texts=texts(*ids), now=now)


def standing(db, universe, clinic="willow"):
    return sign_off.signed(db, clinic_id=universe.clinics[clinic])


def acts(db) -> list[tuple[str, str]]:
    chosen = select(AuditEvent.action, AuditEvent.detail).where(AuditEvent.subject == "evidence")
    return sorted((action, detail["record"]) for action, detail in db.execute(chosen))


def test_a_signature_says_who_when_and_is_its_own_clinics(db: Session, universe: Universe):
    assert standing(db, universe) == {}
    assert sign(db, universe, ONE, TWO) == 2
    found = standing(db, universe)
    assert {id: (s.by, s.at, s.stands) for id, s in found.items()} == dict.fromkeys((ONE, TWO), ("Amy", NOW, True))
    assert standing(db, universe, "maple") == {}
    assert acts(db) == [("evidence.sign", TWO), ("evidence.sign", ONE)]


@pytest.mark.parametrize("who", ["ben", "cho", "eve", "willow"])
def test_only_a_clinics_admin_signs_and_takes_back(db: Session, universe: Universe, who):
    with pytest.raises(NotAllowed):
        sign(db, universe, ONE, who=who)
    sign(db, universe, ONE)
    with pytest.raises(NotAllowed):
        sign_off.withdraw(db, actor=universe.actors[who], id=standing(db, universe)[ONE].id)
    assert ONE in standing(db, universe)


def test_signing_again_changes_nothing(db: Session, universe: Universe):
    form = uuid4()
    assert sign(db, universe, ONE, id=form) == 1
    before = standing(db, universe)
    assert sign(db, universe, ONE, id=form, now=LATER) == 0
    assert sign(db, universe, ONE, now=LATER) == 0
    assert standing(db, universe) == before
    assert len(acts(db)) == 1


def test_a_form_sent_again_after_the_signature_was_taken_back_does_not_sign_again(db: Session, universe: Universe):
    form = uuid4()
    sign(db, universe, ONE, id=form)
    mine = standing(db, universe)[ONE].id
    for _ in range(2):
        sign_off.withdraw(db, actor=universe.actors["amy"], id=mine, now=LATER)
    assert sign(db, universe, ONE, id=form, now=LATER) == 0
    assert standing(db, universe) == {}
    assert sign(db, universe, ONE, now=LATER) == 1
    assert acts(db) == [("evidence.sign", ONE), ("evidence.sign", ONE), ("evidence.withdraw", ONE)]
    assert db.scalar(select(func.count()).select_from(EvidenceSignOff)) == 2


def test_words_that_have_changed_need_a_new_signature(db: Session, universe: Universe, monkeypatch):
    sign(db, universe, ONE, TWO)
    old = texts(ONE)
    real = shelf.library()
    changed = tuple(replace(r, plain="Other words.") if r.id == ONE else r for r in real.records)
    monkeypatch.setattr(sign_off, "library", lambda: replace(real, records=changed))
    assert {id: s.stands for id, s in standing(db, universe).items()} == {ONE: False, TWO: True}
    with pytest.raises(Conflict, match="changed"):
        sign_off.sign(db, actor=universe.actors["amy"], id=uuid4(), texts=old | texts(TWO), now=LATER)
    anew = {ONE: edition(next(r for r in changed if r.id == ONE))}
    assert sign_off.sign(db, actor=universe.actors["amy"], id=uuid4(), texts=anew, now=LATER) == 1
    assert standing(db, universe)[ONE].stands
    monkeypatch.undo()
    assert standing(db, universe)[ONE].at == NOW  # the old words again: the old signature stands again


def test_a_signature_is_under_the_words_of_one_language(db: Session, universe: Universe):
    sign(db, universe, ONE)
    assert sign_off.signed(db, clinic_id=universe.clinics["willow"], language="ko") == {}
    [record] = [r for r in shelf.library().records if r.id == ONE]
    read: dict[str, Any] = {"actor": universe.actors["amy"], "now": LATER, "language": "ko"}
    with pytest.raises(Conflict, match="changed"):
        sign_off.sign(db, id=uuid4(), texts=texts(ONE), **read)
    latin: dict[str, Any] = read | {"language": "la"}
    with pytest.raises(Invalid):
        sign_off.sign(db, id=uuid4(), texts=texts(ONE), **latin)
    assert sign_off.sign(db, id=uuid4(), texts={ONE: edition(record, "ko")}, **read) == 1
    found = sign_off.signed(db, clinic_id=universe.clinics["willow"], language="ko")
    assert {id: (s.language, s.at, s.stands) for id, s in found.items()} == {ONE: ("ko", LATER, True)}
    assert standing(db, universe)[ONE].at == NOW


def test_a_translation_that_has_changed_needs_a_new_signature(db: Session, universe: Universe, monkeypatch):
    [record] = [r for r in shelf.library().records if r.id == ONE]
    read: dict[str, Any] = {"actor": universe.actors["amy"], "now": NOW, "language": "ko"}
    sign_off.sign(db, id=uuid4(), texts={ONE: edition(record, "ko")}, **read)
    sign(db, universe, ONE)
    told = tongue.translated
    monkeypatch.setattr(
        tongue, "translated", lambda said: f"{told(said)}!" if tongue.language() == "ko" else told(said)
    )
    assert not sign_off.signed(db, clinic_id=universe.clinics["willow"], language="ko")[ONE].stands
    assert standing(db, universe)[ONE].stands


def test_a_programs_own_id_is_a_replay_and_belongs_to_one_signature(db: Session, universe: Universe):
    id, who = uuid4(), universe.actors["amy"]
    body: dict[str, Any] = {"record_id": ONE, "language": "en", "text": texts(ONE)[ONE]}
    first = sign_off.put(db, actor=who, id=id, now=NOW, **body)
    assert sign_off.put(db, actor=who, id=id, now=LATER, **body) == first
    assert (first.by, first.at, first.language, first.stands) == ("Amy", NOW, "en", True)
    for more in ({"record_id": TWO, "text": texts(TWO)[TWO]}, {"language": "ko"}, {"text": "0" * 64}):
        other: dict[str, Any] = body | more
        with pytest.raises(Conflict, match="another signature"):
            sign_off.put(db, actor=who, id=id, **other)
    with pytest.raises(Conflict, match="are signed"):
        sign_off.put(db, actor=who, id=uuid4(), **body)
    sign_off.withdraw(db, actor=who, id=id, now=LATER)
    assert not sign_off.put(db, actor=who, id=id, **body).stands
    assert standing(db, universe) == {}
    with pytest.raises(NotAllowed):
        sign_off.put(db, actor=universe.actors["cho"], id=uuid4(), **body)


def test_what_patients_never_see_cannot_be_signed(db: Session, universe: Universe):
    hidden = next(r for r in shelf.library().records if not r.renders)
    for id in ("nobody-2020", hidden.id):
        with pytest.raises(NotFound):
            sign_off.sign(db, actor=universe.actors["amy"], id=uuid4(), texts={id: edition(hidden)})
    with pytest.raises(Invalid):
        sign_off.sign(db, actor=universe.actors["amy"], id=uuid4(), texts={})


def test_a_signature_of_another_clinic_is_not_there(db: Session, universe: Universe):
    sign(db, universe, ONE)
    mine = standing(db, universe)[ONE].id
    other = replace(universe.actors["amy"], clinic_id=universe.clinics["maple"])
    for id in (mine, uuid4()):
        with pytest.raises(NotFound):
            sign_off.withdraw(db, actor=other, id=id)
    assert ONE in standing(db, universe)


def test_every_edition_differs_with_either_text():
    [record] = [r for r in shelf.library().records if r.id == ONE]
    others = [replace(record, plain=record.plain + "!"), replace(record, clinician=record.clinician + "!")]
    assert len({edition(record), *map(edition, others)}) == 3
    assert edition(replace(record, limits="Others.")) == edition(record)
    assert len({edition(record, code) for code in tongue.LANGUAGES}) == len(tongue.LANGUAGES)
