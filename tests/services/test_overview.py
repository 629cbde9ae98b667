"""Overview: what page and API show of a clinic; filters, what is withheld, and what stands beside the outcomes."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from tests.moulds import Mould
from tests.services.test_summarise import flat, treat
from tests.services.test_tidy_rows import csv_of
from tests.storage.universe import NOW, TODAY, Universe
from tracker.exports import text
from tracker.exports.rows import Row
from tracker.services import again, enrol, import_, log, outcomes_file, overview, reaction, summarise
from tracker.services.errors import Invalid, NotAllowed
from tracker.services.visit import session_id
from tracker.storage import AuditEvent, Clinic, Course
from tracker.storage.engine import connect

pytestmark = pytest.mark.xdist_group("overview")  # its thirty people are made once
DAY = timedelta(days=1)
ASIDE = ("reactions", "kept", "units", "funnel")


def seen(db: Session, universe: Universe, who: str = "amy", **asked: Any) -> dict[str, Any]:
    return overview.overview(db, actor=universe.actors[who], **{"now": NOW, **asked})


def whole(db: Session, universe: Universe, **asked: Any) -> dict[str, Any]:
    return seen(db, universe, **asked)["groups"]["all"]


def person(
    db: Session, universe: Universe, ago: int = 300, first: int = 8, last: int | None = 2, **course: Any
) -> UUID:
    """A patient with one course of two sessions a week apart that ended long ago; last None = silent afterwards."""
    actor, course_id = universe.actors["willow"], uuid4()
    modalities = course.pop("modalities", [])
    patient = enrol.enrol_patient(db, actor=actor, code=f"C-{uuid4().hex[:8]}", initials="XX", now=NOW)
    told = {"condition": "low_back", "places": [("lower_back", "none")], "planned_sessions": 2, "planned_per_week": 1}
    enrol.open_course(db, actor=actor, id=course_id, patient_id=patient.id, now=NOW, **(told | course))
    for n in (ago, ago - 7):
        on = TODAY - n * DAY
        id = session_id(course_id, on, 1)
        log.session(db, actor=actor, id=id, course_id=course_id, held_on=on, modalities=modalities, now=NOW)
    put(db, universe, course_id, ago + 1, first, kind="baseline")
    for n in (ago - 14, ago - 37, ago - 100) if last is not None else ():
        put(db, universe, course_id, n, last)
    return course_id


def put(db: Session, universe: Universe, course_id: UUID, ago: int, value: float | None, **more: Any) -> None:
    told: dict[str, Any] = {"id": uuid4(), "course_id": course_id, "kind": "check_in", "instrument": "nrs_week"}
    told |= {"site": "lower_back", "side": "none", "value": value, "recorded_at": NOW - ago * DAY}
    log.reading(db, actor=universe.actors["willow"], now=NOW, received_at=NOW - ago * DAY, **told | more)


def crowd(db: Session, universe: Universe, people: list[dict[str, Any]]) -> None:
    """The same for many at once, as a file brings them in."""
    rows = [row for n, told in enumerate(people) for row in filed(f"F-{n}", **told)]
    report = import_.import_file(db, actor=universe.actors["willow"], path="".join(text.write(rows)).encode(), now=NOW)
    assert (report.refusals, report.patients) == ((), len(people))


def filed(
    patient: str,
    practitioner: str | None = None,
    condition: str = "low_back",
    done: str = "acupuncture",
    last: float = 2.0,
) -> Iterator[Row]:
    """One person's rows: two sessions a week apart that ended 293 days ago, 8 before them, and what it was after."""
    same: dict[str, Any] = {
        "site": "lower_back",
        "practitioner": practitioner,
        "modality": done,
        "entered_by": "patient",
    }
    for ago, kind, value in ((301, "baseline", 8.0), (286, "check_in", last), (263, "check_in", last)):
        yield Row(patient, condition, TODAY - 300 * DAY, kind, "nrs_week", NOW - ago * DAY, value, **same)
    for ago in (300, 293):
        visit = f"{TODAY - ago * DAY}/1"
        at = NOW - ago * DAY
        yield Row(patient, condition, TODAY - 300 * DAY, "check_in", "nrs_week", at, None, session=visit, **same)
    yield Row(patient, condition, TODAY - 300 * DAY, "check_in", "nrs_week", NOW - 200 * DAY, last, **same)


@pytest.fixture(scope="module")
def thirty(populated: tuple[Mould, Universe], tmp_path_factory: pytest.TempPathFactory) -> Mould:
    """Thirty people: Cho treats 14, Lee 12, Yoon 4; half of them with cupping too. Made once, copied for each test."""
    mould = populated[0].again("thirty", tmp_path_factory.mktemp("thirty"))
    made = connect(mould.url)
    with Session(made) as db:
        names = ["Cho"] * 14 + ["Lee"] * 12 + ["Yoon"] * 4
        done, last = ("acupuncture", "acupuncture+cupping"), (7.0, 2.0, 2.0)
        told = [{"practitioner": name, "done": done[n % 2], "last": last[n % 3]} for n, name in enumerate(names)]
        crowd(db, populated[1], told)
    made.dispose()
    return mould


@pytest.fixture
def busy(engine: Engine, db: Session, universe: Universe, thirty: Mould, tmp_path: Path) -> Universe:
    """The same as this test's own."""
    db.close()
    engine.dispose()
    thirty.copy(tmp_path)
    return universe


def test_an_empty_clinic(db: Session, universe: Universe):
    group = whole(db, universe)
    assert (group["courses"], group["sessions"]["held"], group["units"]) == (2, 0, [])
    assert group["reactions"]["any"] == {
        "x": 0,
        "sessions": 0,
        "people": 0,
        "per_1000": None,
        "ci": None,
        "spread": None,
        "note": "0 people have sessions, 10 are needed for a rate.",
    }
    assert group["kept"]["ended"] == 0
    assert group["funnel"]["units"] is None


def test_one_course_is_counted_and_shows_no_mean_of_a_group(db: Session, universe: Universe):
    person(db, universe)
    group = whole(db, universe)
    assert (group["courses"], group["durability"]["ended"], group["durability"]["npmle"]) == (3, 1, None)
    assert group["kept"]["kept"] == {"x": 1, "n": 1, "share": 1.0, "ci": group["kept"]["kept"]["ci"]}
    assert group["ecdf"] is None


def test_no_course_that_has_ended(db: Session, universe: Universe):
    for _ in range(12):
        person(db, universe, ago=10, last=None)
    group = whole(db, universe)
    assert (group["durability"]["ended"], group["kept"]["ended"]) == (0, 0)
    assert group["windows"] == []
    assert [one["due"] for one in group["units"]] == [0]


def test_all_still_responding_have_no_loss_to_show(db: Session, universe: Universe):
    crowd(db, universe, [{}] * 25)
    durable = whole(db, universe)["durability"]
    assert (durable["lost"], durable["censored"]) == (0, 25)
    assert all(box["right"] is None for box in durable["npmle"])
    assert durable["survival"][0]["low"] == durable["survival"][0]["high"] == 1


def test_filters_keep_whole_groups(db: Session, busy: Universe):
    assert whole(db, busy)["courses"] == 32  # two of the universe have no session
    assert whole(db, busy, modality="cupping")["courses"] == 15
    assert whole(db, busy, period="2024")["courses"] == 0
    assert whole(db, busy, practitioner="Nobody")["courses"] == 0
    assert whole(db, busy, practitioner="Cho")["courses"] == 14


@pytest.mark.parametrize("asked", [{"practitioner": "Yoon"}, {"practitioner": "Lee"}, {"condition": "knee_oa"}])
def test_a_few_are_withheld_and_so_is_whatever_would_tell_them(db: Session, busy: Universe, asked: dict):
    """Yoon treats four. Lee's twelve hide them: everybody less Cho's less Lee's would be Yoon's."""
    group = whole(db, busy, **asked)
    assert set(group) == {"withheld", "notes"}
    assert "fewer" in group["withheld"]


def test_practitioners_stand_in_the_order_of_their_names_small_ones_together(db: Session, busy: Universe):
    lines = whole(db, busy)["units"]
    assert [(one["unit"], one["people"], one["held"]) for one in lines] == [
        ("Cho", 14, 28),
        ("others together", 18, 32),
    ]
    assert sum(one["courses"] for one in lines) == 32


def test_a_line_is_held_to_the_same_as_a_filter(db: Session, universe: Universe):
    """Cho's line in low back pain, 16, less Cho's line in everything, 20, would be four people."""
    people = [("Cho", "neck" if n < 4 else "low_back") for n in range(20)]
    people += [("Lee", "neck" if n < 20 else "low_back") for n in range(40)]
    crowd(db, universe, [{"practitioner": name, "condition": condition} for name, condition in people])
    db.execute(update(Course).where(Course.practitioner.is_(None)).values(practitioner="Lee"))
    db.commit()
    first = whole(db, universe)["units"][0]
    assert (first["unit"], first["people"]) == ("Cho", 20)
    backs = whole(db, universe, condition="low_back")["units"]
    assert "Cho" not in [one["unit"] for one in backs]
    assert "withheld" in whole(db, universe, condition="low_back", practitioner="Cho")


def test_groups_are_withheld_one_by_one(db: Session, busy: Universe):
    some = db.scalars(select(Course.id).where(Course.practitioner == "Cho")).all()
    db.execute(update(Course).where(Course.id.in_(some)).values(group_label="a"))
    db.execute(update(Course).where(Course.id.in_(some[:3])).values(group_label="b"))
    db.commit()
    groups = seen(db, busy, group="group")["groups"]
    assert {name: "withheld" in group for name, group in groups.items()} == {"a": True, "b": True, "none": False}
    assert groups["none"]["courses"] == 18
    assert seen(db, busy, group="group", compare="a")["comparison"] is None


def test_reactions_are_counted_over_the_sessions_of_the_same_courses(db: Session, busy: Universe):
    ids = db.scalars(
        select(Course.id).where(Course.practitioner.in_(["Cho", "Yoon"])).order_by(Course.practitioner)
    ).all()
    for n, id in enumerate((ids[0], ids[1], ids[-1])):
        told = {"id": uuid4(), "course_id": id, "occurred_on": TODAY - 290 * DAY, "code": "bruise", "serious": n == 0}
        reaction.reaction(db, actor=busy.actors["willow"], now=NOW, **told)
    every = whole(db, busy)["reactions"]
    assert (every["any"]["x"], every["any"]["sessions"], every["any"]["per_1000"]) == (3, 60, 50)
    assert (every["serious"]["x"], every["any"]["people"]) == (1, 30)
    assert whole(db, busy, practitioner="Cho")["reactions"]["any"]["x"] == 2


def test_sessions_after_the_end_are_no_part_of_the_dose(db: Session, universe: Universe):
    course = person(db, universe, planned_sessions=3)
    on = TODAY - 100 * DAY
    log.session(
        db, actor=universe.actors["willow"], id=session_id(course, on, 1), course_id=course, held_on=on, now=NOW
    )
    kept = whole(db, universe)["kept"]
    assert (kept["sessions"]["held"], kept["kept"]["x"], kept["per_week"]["held"]) == (2, 0, 1)


def test_what_the_sessions_name_decides_alone_or_combined(db: Session, universe: Universe):
    for n in range(24):
        person(db, universe, modalities=["acupuncture"] if n < 12 else [], modality="acupuncture+cupping")
    assert whole(db, universe, modality="cupping", condition="low_back").get("courses") == 12
    assert whole(db, universe, combined="combined", condition="low_back").get("courses") == 12


def test_one_course_of_which_nothing_is_known_hides_one_of_the_others(db: Session, universe: Universe):
    """Everybody less the combined less the alone would be that one."""
    crowd(db, universe, [{"done": "acupuncture+cupping" if n < 18 else "acupuncture"} for n in range(30)])
    assert "withheld" in whole(db, universe, combined="alone")
    assert whole(db, universe, combined="combined")["courses"] == 18


def test_every_number_equals_the_command_on_the_exported_file(db: Session, busy: Universe):
    """Page and API are this summary; `flask outcomes` of the clinic's own readings gives the same to the last digit."""
    for name in ("eve", "finn"):  # a file holds whoever came or scored
        treat(db, busy, name, 200)
    clinic = db.get(Clinic, busy.clinics["willow"])
    assert clinic is not None
    filed = outcomes_file.outcomes(csv_of(db, clinic), instrument="nrs_week", as_of=TODAY)["groups"]["all"]
    stored = whole(db, busy)
    for key in ASIDE:
        del stored[key]
    one, other = (flat({key: value for key, value in group.items() if key != "notes"}) for group in (stored, filed))
    numbers = {path: value for path, value in other.items() if isinstance(value, float)}
    assert {path: one[path] for path in numbers} == pytest.approx(numbers, rel=1e-12, abs=1e-12)
    assert {path: v for path, v in one.items() if path not in numbers} == {
        path: v for path, v in other.items() if path not in numbers
    }
    assert len([v for v in one.values() if isinstance(v, float)]) > 60


BAD = [
    {"period": "2026-03"},
    {"modality": "prayer"},
    {"combined": "both"},
    {"month": 2},
    {"anchor": "middle"},
    {"compare": "a"},
    {"group": True, "compare": "nobody"},
]


@pytest.mark.parametrize("bad", BAD, ids=str)
def test_a_question_that_does_not_hold_is_refused(db: Session, universe: Universe, bad: dict):
    with pytest.raises(Invalid):
        seen(db, universe, **bad)


@pytest.mark.parametrize("who", ["ben", "eve"])
def test_it_is_for_those_who_treat(db: Session, universe: Universe, who: str):
    with pytest.raises(NotAllowed):
        seen(db, universe, who)
    with pytest.raises(NotAllowed):
        overview.choices(db, actor=universe.actors[who])


def test_a_look_is_noted_with_its_filters(db: Session, universe: Universe):
    seen(db, universe, period="2025", modality="cupping")
    assert db.scalars(select(AuditEvent.detail).where(AuditEvent.action == "summary.look")).all() == [
        {"period": "2025", "modality": "cupping"}
    ]


def test_who_logs_does_not_wait_for_who_looks(engine: Engine, db: Session, busy: Universe, monkeypatch):
    """While the figures are made, however long that takes, a score is stored by somebody else."""
    made = summarise.told

    def slowly(*told: Any, **more: Any) -> dict[str, Any]:
        with Session(engine) as other:
            log.reading(other, actor=busy.actors["eve"], now=NOW, **busy.score())
        stored.append(1)
        return made(*told, **more)

    stored: list[int] = []
    monkeypatch.setattr(summarise, "told", slowly)
    again.forget()
    assert whole(db, busy)["courses"]
    summarise.clinic_summary(db, actor=busy.actors["amy"], now=NOW)
    assert stored == [1, 1]


def test_a_refused_question_leaves_no_note(db: Session, universe: Universe):
    with pytest.raises(Invalid):
        seen(db, universe, instrument="nothing")
    assert db.scalars(select(AuditEvent).where(AuditEvent.action == "summary.look")).all() == []


def test_another_clinics_courses_are_in_nothing(db: Session, busy: Universe):
    assert whole(db, busy)["courses"] == 32
    elsewhere = overview.overview(db, actor=busy.actors["dan"], now=NOW)["groups"]["all"]
    assert elsewhere["courses"] == 1
    assert overview.choices(db, actor=busy.actors["dan"]).practitioners == ()


def test_the_filters_offer_what_there_is(db: Session, busy: Universe):
    may = overview.choices(db, actor=busy.actors["amy"])
    began = TODAY - 300 * DAY
    assert str(may.periods[0]) == str(began.year)
    assert may.practitioners == ("Cho", "Lee", "Yoon")
    assert may.modalities == ("acupuncture", "cupping")
    assert date(2025, 4, 1) <= began <= date(2025, 6, 30)
