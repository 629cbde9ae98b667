"""Milestones: what is taken and refused, what a replay is, and that surgery ends a benefit in the same transaction."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, TODAY, Universe
from tracker.science import durability
from tracker.science.scales import INSTRUMENTS
from tracker.services import log, review
from tracker.services.errors import Conflict, Invalid, NotAllowed, NotFound
from tracker.services.recompute import recompute
from tracker.storage import AuditEvent, Milestone, Outcome, read

DAY = timedelta(days=1)


def told(universe: Universe, **more: Any) -> dict[str, Any]:
    """Eve had surgery today."""
    body: dict[str, Any] = {"id": uuid4(), "course_id": universe.courses["eve"], "code": "surgery", "now": NOW}
    return body | {"happened_on": TODAY} | more


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        ({"code": "wedding"}, "/code", "unknown_word"),
        ({"code": None}, "/code", "unknown_word"),
        ({"happened_on": TODAY + DAY}, "/happened_on", "too_late"),
        ({"happened_on": None}, "/happened_on", "not_a_date"),
        ({"happened_on": date(1899, 12, 31)}, "/happened_on", "not_a_date"),
        ({"entered_at": datetime(2026, 3, 2)}, "/entered_at", "no_offset"),  # noqa: DTZ001
        ({"retracted": 1}, "/retracted", "not_a_flag"),
        ({"retracted": True}, "/supersedes", "blank"),
        ({"supersedes": uuid4()}, "/supersedes", "unknown_milestone"),
    ],
)
def test_what_does_not_hold_is_refused_with_its_place(db: Session, universe: Universe, wrong, pointer, code):
    with pytest.raises(Invalid) as refused:
        log.milestone(db, actor=universe.actors["eve"], **told(universe, **wrong))
    assert [(fault["pointer"], fault["code"]) for fault in refused.value.errors] == [(pointer, code)]
    assert db.scalar(select(func.count()).select_from(Milestone)) == 0


def test_the_same_again_is_a_replay_and_other_words_are_a_conflict(db: Session, universe: Universe):
    id, eve = uuid4(), universe.actors["eve"]
    first = log.milestone(db, actor=eve, **told(universe, id=id, entered_at=NOW))
    assert log.milestone(db, actor=eve, **told(universe, id=id, entered_at=NOW, now=NOW + DAY)) == first
    with pytest.raises(Conflict):
        log.milestone(db, actor=eve, **told(universe, id=id, entered_at=NOW, code="injection"))
    assert db.scalar(select(func.count()).select_from(Milestone)) == 1
    assert db.scalars(select(AuditEvent.action).where(AuditEvent.subject == "milestone")).all() == ["milestone.add"]


@pytest.mark.parametrize("who", ["finn", "gail", "dan"])
def test_another_persons_course_is_not_there(db: Session, universe: Universe, who: str):
    with pytest.raises(NotFound):
        log.milestone(db, actor=universe.actors[who], **told(universe))


def test_the_front_desk_tells_none(db: Session, universe: Universe):
    with pytest.raises(NotAllowed):
        log.milestone(db, actor=universe.actors["ben"], **told(universe))


def eased(db: Session, universe: Universe) -> None:
    """Eve: 8 at the start, treated on the first day, 2 from then on until day 200."""
    eve = universe.actors["eve"]
    first = universe.score(kind="baseline", instrument="nrs_week", value=8, recorded_at=NOW - timedelta(hours=1))
    log.reading(db, actor=eve, now=NOW, **first)
    visit = {"id": universe.visit("eve"), "course_id": universe.courses["eve"], "held_on": TODAY}
    log.session(db, actor=eve, now=NOW, **visit)
    for day in (7, 91, 182, 200):
        later = universe.score(instrument="nrs_week", value=2, recorded_at=NOW + day * DAY)
        log.reading(db, actor=eve, now=NOW + day * DAY, **later)


def milestone_of(db: Session, universe: Universe) -> set[float | None]:
    """Of both her knees."""
    return set(db.scalars(select(Outcome.milestone).where(Outcome.course_id == universe.courses["eve"])))


@pytest.mark.parametrize("code", ["surgery", "injection", "opioid_start"])
def test_it_ends_the_benefit_in_the_outcome_of_every_place(db: Session, universe: Universe, code: str):
    eased(db, universe)
    on = {"happened_on": TODAY + 120 * DAY, "now": NOW + 200 * DAY}
    log.milestone(db, actor=universe.actors["eve"], **told(universe, code=code, **on))
    assert milestone_of(db, universe) == {120.0}
    assert recompute(db, check=True) == []
    outcomes, _ = read.outcomes(db, universe.actors["eve"].clinic, INSTRUMENTS["nrs_week"])
    fates = durability.partial(outcomes, None, np.arange(len(outcomes.end))).lasting.fates
    assert (fates.milestones, fates.lost, fates.censored) == (1, 0, 0)


@pytest.mark.parametrize("code", ["new_medicine", "other_treatment", "none", "visits_finished"])
def test_what_is_no_rescue_changes_no_outcome(db: Session, universe: Universe, code: str):
    eased(db, universe)
    log.milestone(db, actor=universe.actors["eve"], **told(universe, code=code, now=NOW + 200 * DAY))
    assert milestone_of(db, universe) == {None}


def test_what_was_told_by_mistake_counts_no_longer_and_is_kept(db: Session, universe: Universe):
    eased(db, universe)
    eve, later = universe.actors["eve"], {"happened_on": TODAY + 120 * DAY, "now": NOW + 200 * DAY}
    first = told(universe, **later)
    log.milestone(db, actor=eve, **first)
    later["now"] += DAY
    log.milestone(db, actor=eve, **told(universe, **later, supersedes=first["id"], retracted=True))
    assert milestone_of(db, universe) == {None}
    seen = review.milestones(db, actor=universe.actors["cho"], course_id=universe.courses["eve"])
    assert [(one.retracted, one.effective) for one in seen] == [(False, False), (True, False)]


def test_a_corrected_day_counts_instead(db: Session, universe: Universe):
    eased(db, universe)
    eve, now = universe.actors["eve"], NOW + 200 * DAY
    first = told(universe, happened_on=TODAY + 120 * DAY, now=now)
    log.milestone(db, actor=eve, **first)
    log.milestone(db, actor=eve, **told(universe, happened_on=TODAY + 99 * DAY, now=now, supersedes=first["id"]))
    assert milestone_of(db, universe) == {99.0}


def test_a_milestone_before_the_last_session_ends_nothing(db: Session, universe: Universe):
    eased(db, universe)
    log.milestone(db, actor=universe.actors["eve"], **told(universe, happened_on=TODAY - DAY, now=NOW + 200 * DAY))
    assert milestone_of(db, universe) == {None}
