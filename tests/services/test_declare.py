"""Declare: a clinic's own instruments; nonsense is refused, and what was answered stays as it is."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, Universe
from tracker.science.scales import FURTHEST, INSTRUMENTS, Instrument
from tracker.services import declare, log, summarise
from tracker.services.errors import Conflict, NotAllowed
from tracker.services.instrument import Usage
from tracker.storage import AuditEvent, columns

BARE = Instrument("mood", 0, 100)
MOOD = replace(BARE, min_baseline=20, points=10, worse_points=15, responder=0.4, name="Mood", source="Doe 2020")
DAYS = Instrument("attack_days", 0, 28, recall="28 days", days=True)
NAN, INF = float("nan"), float("inf")

BAD: list[tuple[Instrument, dict[str, Any], str]] = [
    (BARE, {"code": "nrs_week"}, "/code"),
    (BARE, {"code": "medicine_days_triptan"}, "/code"),
    (BARE, {"code": ""}, "/code"),
    (BARE, {"code": "2nd"}, "/code"),
    (BARE, {"code": "how low"}, "/code"),
    (BARE, {"code": "m" * 65}, "/code"),
    (BARE, {"code": "mood\n"}, "/code"),
    (BARE, {"minimum": 100}, "/maximum"),
    (BARE, {"minimum": 101}, "/maximum"),
    (BARE, {"minimum": NAN}, "/maximum"),
    (BARE, {"maximum": INF}, "/maximum"),
    (BARE, {"maximum": FURTHEST + 1}, "/maximum"),
    (BARE, {"minimum": -FURTHEST - 1}, "/maximum"),
    (BARE, {"better": "sideways"}, "/better"),
    (BARE, {"whole": True, "maximum": 10.5}, "/whole"),
    (BARE, {"version": " "}, "/version"),
    (BARE, {"version": "v" * 17}, "/version"),
    (BARE, {"recall": ""}, "/recall"),
    (BARE, {"recall": "a\nb"}, "/recall"),
    (BARE, {"name": "m" * 201}, "/name"),
    (MOOD, {"source": "s" * 2001}, "/source"),
    (MOOD, {"source": None}, "/source"),
    (MOOD, {"source": "  "}, "/source"),
    (BARE, {"min_baseline": 1}, "/source"),
    (BARE, {"points": 1}, "/source"),
    (BARE, {"worse_points": 1}, "/source"),
    (BARE, {"responder": 0.5}, "/source"),
    (MOOD, {"min_baseline": -1}, "/min_baseline"),
    (MOOD, {"min_baseline": 101}, "/min_baseline"),
    (MOOD, {"min_baseline": NAN}, "/min_baseline"),
    (MOOD, {"points": 0}, "/points"),
    (MOOD, {"points": 101}, "/points"),
    (MOOD, {"points": NAN}, "/points"),
    (MOOD, {"worse_points": -1}, "/worse_points"),
    (MOOD, {"worse_points": INF}, "/worse_points"),
    (MOOD, {"responder": 0}, "/responder"),
    (MOOD, {"responder": 1.01}, "/responder"),
    (MOOD, {"responder": NAN}, "/responder"),
    (DAYS, {"maximum": 31}, "/days"),
    (DAYS, {"recall": "7 days"}, "/days"),
]
GOOD = [
    BARE,
    MOOD,
    DAYS,
    replace(BARE, minimum=-FURTHEST, maximum=FURTHEST),
    replace(BARE, better="higher", whole=True, version="2b", recall="7 days"),
    replace(MOOD, min_baseline=0, points=100, worse_points=0.5, responder=1),
    replace(BARE, source="Doe 2020"),
]


def own(db: Session, universe: Universe, instrument: Instrument, who: str = "amy") -> Instrument:
    return declare.declare(db, actor=universe.actors[who], instrument=instrument, now=NOW)


def answer(db: Session, universe: Universe, name: str = "eve", **told: Any) -> None:
    by = universe.actors["maple" if name == "gail" else "willow"]
    log.reading(db, actor=by, now=NOW, **universe.score(name, instrument="mood", **told))


@pytest.mark.parametrize(("sound", "change", "pointer"), BAD, ids=str)
def test_nonsense_is_wrong_usage_and_says_where(
    db: Session, universe: Universe, sound: Instrument, change: dict[str, Any], pointer: str
):
    with pytest.raises(Usage) as refused:
        own(db, universe, replace(sound, **change))
    assert pointer in [fault["pointer"] for fault in refused.value.errors]
    assert columns.instruments(db, universe.clinics["willow"]) == INSTRUMENTS


def test_everything_wrong_is_said_at_once(db: Session, universe: Universe):
    with pytest.raises(Usage) as refused:
        own(db, universe, replace(MOOD, code="peg", points=0, source=None))
    assert [fault["pointer"] for fault in refused.value.errors] == ["/code", "/points", "/source"]


@pytest.mark.parametrize("instrument", GOOD, ids=str)
def test_what_is_declared_is_what_science_gets(db: Session, universe: Universe, instrument: Instrument):
    own(db, universe, instrument)
    assert columns.instruments(db, universe.clinics["willow"]) == INSTRUMENTS | {instrument.code: instrument}


def test_an_instrument_belongs_to_one_clinic(db: Session, universe: Universe):
    own(db, universe, MOOD)
    assert "mood" not in columns.instruments(db, universe.clinics["maple"])


def test_the_list_has_the_house_first_then_the_clinics_own_by_code(db: Session, universe: Universe):
    for code in ("zest", "mood"):
        own(db, universe, replace(BARE, code=code))
    found = declare.known(db, actor=universe.actors["amy"])
    assert [one.code for one in found] == [*INSTRUMENTS, "mood", "zest"]


@pytest.mark.parametrize("who", ["ben", "cho", "eve"])
def test_only_a_clinic_admin_or_the_operator_declares(db: Session, universe: Universe, who: str):
    with pytest.raises(NotAllowed):
        own(db, universe, BARE, who)
    with pytest.raises(NotAllowed):
        declare.known(db, actor=universe.actors[who])


def test_the_same_again_is_a_replay_and_leaves_one_line_in_the_trail(db: Session, universe: Universe):
    own(db, universe, MOOD)
    answer(db, universe)
    own(db, universe, replace(MOOD, name=" Mood "), "willow")
    noted = db.execute(select(AuditEvent.subject, AuditEvent.detail).where(AuditEvent.action == "instrument.declare"))
    assert [tuple(row) for row in noted] == [("instrument", {"code": "mood"})]


def test_one_without_readings_is_replaced_as_a_whole(db: Session, universe: Universe):
    own(db, universe, MOOD)
    own(db, universe, BARE)
    assert columns.instruments(db, universe.clinics["willow"])["mood"] == BARE


@pytest.mark.parametrize("change", [{"maximum": 90}, {"points": 11}, {"version": "2"}, {"source": "Roe 2021"}])
def test_one_with_readings_stays_as_it_is(db: Session, universe: Universe, change: dict[str, Any]):
    own(db, universe, MOOD)
    answer(db, universe)
    with pytest.raises(Conflict, match="has readings"):
        own(db, universe, replace(MOOD, **change))
    assert columns.instruments(db, universe.clinics["willow"])["mood"] == MOOD


def test_readings_of_another_clinic_do_not_hold_it(db: Session, universe: Universe):
    for who in ("amy", "maple"):
        own(db, universe, BARE, who)
    answer(db, universe, "gail")
    assert own(db, universe, MOOD) == MOOD


def test_its_limits_reach_the_figures_and_their_source_is_named(db: Session, universe: Universe):
    own(db, universe, replace(MOOD, points=30))
    baseline, later = NOW.replace(year=2025, month=1), NOW.replace(year=2025, month=4)
    for name, before, after in (("eve", 80, 50), ("finn", 19, 0)):
        answer(db, universe, name, kind="baseline", value=before, recorded_at=baseline, received_at=baseline)
        answer(db, universe, name, value=after, recorded_at=later)
        visit: dict[str, Any] = {"id": universe.visit(name, baseline.date()), "course_id": universe.courses[name]}
        log.session(db, actor=universe.actors["willow"], held_on=baseline.date(), now=NOW, **visit)
    asked = {"instrument": "mood", "anchor": "start", "as_of": NOW.date(), "now": NOW}
    figures = summarise.clinic_summary(db, actor=universe.actors["amy"], **asked)["groups"]["all"]
    (window,) = [one for one in figures["windows"] if one["n"]]
    assert (figures["with_baseline"], figures["too_low"], window["n"]) == (2, 1, 2)
    assert (window["points"]["points"], window["points"]["x"], window["points"]["n"]) == (30, 1, 1)
    assert figures["notes"][0].endswith("Their source: Doe 2020")
