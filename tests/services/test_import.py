"""Import: all or nothing, every refused row with its reason, the same file twice adds nothing."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, Universe
from tracker.services import enrol, import_, outcomes_file, summarise
from tracker.services.errors import Invalid, NotAllowed
from tracker.services.outcomes_file import Usage
from tracker.storage import AuditEvent, Course, ImportBatch, InstrumentRow, Outcome, Patient, Place, Reading
from tracker.storage import Session as Visit

HEAD = (
    "patient,condition,course_start,course_end,kind,session,instrument,recorded_at,value,site,side,"
    "group,practitioner,modality,planned_gap"
)
ROWS = (
    "P1,knee_oa,2025-01-06,2025-02-10,baseline,,nrs_week,2025-01-05,8,knee,left,a,Dr. K,acupuncture+exercise,3.5",
    "P1,knee_oa,2025-01-06,2025-02-10,before,s1,nrs_now,2025-01-06T09:00,7,knee,left,a,Dr. K,acupuncture,",
    "P1,knee_oa,2025-01-06,2025-02-10,after,s1,nrs_now,2025-01-06T10:00,5,knee,left,a,Dr. K,acupuncture,",
    "P1,knee_oa,2025-01-06,2025-02-10,check_in,,nrs_week,2025-02-15,3,knee,left,a,Dr. K,,",
    "P1,knee_oa,2025-01-06,2025-02-10,check_in,,nrs_week,2025-03-12,,knee,left,a,Dr. K,,",
    "P2,low_back,2025-01-06,,baseline,,nrs_week,2025-01-06,6,,,b,,,",
)
TABLES = (Patient, Course, Place, Visit, Reading, Outcome, ImportBatch)


def text(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join((head, *(rows or ROWS))).encode()


def take(db: Session, universe: Universe, path: Any, who: str = "amy", **more: Any):
    return import_.import_file(db, actor=universe.actors[who], path=path, now=NOW, **more)


def counts(db: Session) -> list[int]:
    return [db.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


def imported(db: Session, code: str) -> Course:
    chosen = select(Course).join(Patient, (Patient.clinic_id == Course.clinic_id) & (Patient.id == Course.patient_id))
    return db.scalars(chosen.where(Patient.code == code)).one()


def test_a_file_becomes_patients_courses_sessions_and_readings(db: Session, universe: Universe):
    report = take(db, universe, text())
    assert (report.rows, report.patients, report.courses, report.sessions, report.readings) == (6, 2, 2, 1, 5)
    assert report.refusals == ()
    course = imported(db, "P1")
    assert (course.started_on, course.closed_on, course.group_label) == (date(2025, 1, 6), date(2025, 2, 10), "a")
    assert (course.practitioner, course.modality, course.planned_per_week) == ("Dr. K", "acupuncture+exercise", 2)
    visit = db.scalars(select(Visit)).one()
    assert (visit.held_on, visit.state, visit.modalities) == (date(2025, 1, 6), "held", ["acupuncture"])


def test_a_blank_is_no_reading(db: Session, universe: Universe):
    take(db, universe, text())
    assert sorted(v for v in db.scalars(select(Reading.value)) if v is not None) == [3, 5, 6, 7, 8]


def test_times_are_the_clinics_own(db: Session, universe: Universe):
    take(db, universe, text())
    before = db.scalars(select(Reading).where(Reading.kind == "before")).one()
    assert before.recorded_at == datetime(2025, 1, 6, 0, 0, tzinfo=UTC)  # 09:00 in Seoul
    assert (before.recorded_zone, before.recorded_offset, before.entered_by) == ("Asia/Seoul", 540, "import")


def test_a_file_keeps_who_entered_a_score(db: Session, universe: Universe):
    head = HEAD + ",entered_by"
    take(
        db,
        universe,
        text(
            *(f"{row},{by}" for row, by in zip(ROWS, ("patient", "staff", "assisted", "", "", ""), strict=True)),
            head=head,
        ),
    )
    assert sorted(db.scalars(select(Reading.entered_by))) == ["assisted", "import", "import", "patient", "staff"]


def test_the_same_file_again_adds_nothing(db: Session, universe: Universe):
    take(db, universe, text())
    first = counts(db)
    report = take(db, universe, text())
    assert (report.patients, report.courses, report.sessions, report.readings, report.refusals) == (0, 0, 0, 0, ())
    assert counts(db)[:-1] == first[:-1]


def test_a_longer_file_adds_only_what_is_new(db: Session, universe: Universe):
    take(db, universe, text(*ROWS[:3]))
    report = take(db, universe, text())
    assert (report.patients, report.courses, report.sessions, report.readings) == (1, 1, 0, 2)


def test_a_later_file_may_close_a_course_but_rewrites_nothing(db: Session, universe: Universe):
    take(db, universe, text(ROWS[5]))
    take(db, universe, text(ROWS[5].replace("2025-01-06,,", "2025-01-06,2025-03-03,").replace(",b,", ",c,")))
    course = imported(db, "P2")
    assert (course.closed_on, course.group_label) == (date(2025, 3, 3), "b")
    rows = select(Outcome.t0).where(Outcome.course_id == course.id, Outcome.instrument == "nrs_week")
    assert db.scalars(rows).one() == date(2025, 3, 3).toordinal()


def test_two_scores_of_one_day_are_two_readings_and_stay_two(db: Session, universe: Universe):
    twice = text(*ROWS, ROWS[3].replace(",3,", ",4,"))
    assert take(db, universe, twice).readings == 6
    assert take(db, universe, twice).readings == 0


def test_another_value_for_the_same_row_is_refused(db: Session, universe: Universe):
    take(db, universe, text())
    (refusal,) = take(db, universe, text(*(row.replace(",8,", ",9,") for row in ROWS))).refusals
    assert (refusal.line, refusal.code) == (2, "other_body")
    assert 9 not in db.scalars(select(Reading.value)).all()


def test_a_patient_the_clinic_knows_is_not_made_again(db: Session, universe: Universe):
    known = enrol.enrol_patient(db, actor=universe.actors["ben"], code="P1", now=NOW)
    assert take(db, universe, text()).patients == 1
    assert imported(db, "P1").patient_id == known.id


def test_two_clinics_may_import_the_same_file(db: Session, universe: Universe):
    take(db, universe, text())
    assert take(db, universe, text(), who="maple").readings == 5


REFUSED = {
    "out of range": (ROWS[0].replace(",8,", ",11,"), "value", "out_of_range"),
    "not whole": (ROWS[0].replace(",8,", ",7.5,"), "value", "not_whole"),
    "an ambiguous date": (ROWS[0].replace("2025-01-05", "03/04/05"), "recorded_at", "ambiguous_date"),
    "a date in the future": (ROWS[0].replace("2025-01-05", "2027-01-05"), "recorded_at", "in_the_future"),
    "before 2000": (ROWS[0].replace("2025-01-05", "1999-01-05"), "recorded_at", "too_early"),
    "an unknown instrument": (ROWS[0].replace("nrs_week", "mood"), "instrument", "unknown_instrument"),
    "an unknown condition": (ROWS[0].replace("knee_oa", "heart"), "condition", "unknown_word"),
    "a code that is too long": (ROWS[0].replace("P1", "P" * 65), "patient", "too_long"),
    "a site that is too long": (ROWS[0].replace("knee,left", "k" * 65 + ",left"), "site", "too_long"),
    "an after without its session": (ROWS[2].replace(",s1,", ",,"), "session", "no_session"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_one_bad_row_refuses_the_file_and_is_named(db: Session, universe: Universe, case: str):
    bad, column, code = REFUSED[case]
    before = counts(db)
    report = take(db, universe, text(*ROWS[1:], bad))
    assert [(r.line, r.column, r.code) for r in report.refusals] == [(7, column, code)]
    assert report.batch_id is None
    assert counts(db) == before


def test_every_bad_row_is_listed_at_once(db: Session, universe: Universe):
    report = take(db, universe, text(*(REFUSED[case][0] for case in REFUSED)))
    assert {r.line for r in report.refusals} == set(range(2, 2 + len(REFUSED)))


def test_good_rows_are_taken_when_told_to_skip_bad_ones(db: Session, universe: Universe):
    report = take(db, universe, text(*ROWS, REFUSED["out of range"][0]), skip_bad=True)
    assert (report.readings, len(report.refusals), report.batch_id is not None) == (5, 1, True)


def test_a_dry_run_says_what_would_come_and_writes_nothing(db: Session, universe: Universe):
    before = counts(db)
    report = take(db, universe, text(), dry_run=True)
    assert (report.patients, report.readings) == (2, 5)
    assert counts(db) == before
    assert db.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "import.file")) == 0


DAYS = text(
    "P1,knee_oa,0,35,baseline,,nrs_week,-1,8,,,,,,",
    "P1,knee_oa,0,35,before,one,nrs_now,0.375,7,,,,,,",
    "P1,knee_oa,0,35,check_in,,nrs_week,40,3,,,,,,",
)


def test_day_numbers_are_counted_from_day_zero(db: Session, universe: Universe):
    take(db, universe, DAYS, day_zero=date(2025, 1, 6))
    course = imported(db, "P1")
    assert (course.started_on, course.closed_on) == (date(2025, 1, 6), date(2025, 2, 10))
    assert sorted(db.scalars(select(Reading.recorded_at))) == [
        datetime(2025, 1, 4, 15, tzinfo=UTC),
        datetime(2025, 1, 6, tzinfo=UTC),
        datetime(2025, 2, 14, 15, tzinfo=UTC),
    ]


USAGE = [
    (DAYS, {}),
    (text(), {"day_zero": date(2025, 1, 6)}),
    (text(), {"instrument": "mood:10:0:lower"}),
    (text(), {"instrument": "mood:0:10:sideways"}),
    (text(), {"instrument": "mood"}),
    (text(), {"instrument": "mood:0:1000001:lower"}),
]


@pytest.mark.parametrize(("content", "options"), USAGE)
def test_options_that_cannot_be_meant_are_wrong_usage(db: Session, universe: Universe, content: bytes, options: dict):
    with pytest.raises(Usage):
        take(db, universe, content, **options)


def test_a_declared_instrument_belongs_to_the_clinic_from_then_on(db: Session, universe: Universe):
    mood = text(*(row.replace("nrs_week", "mood") for row in ROWS))
    assert take(db, universe, mood, instrument="mood:0:100:higher").readings == 5
    rows = db.scalars(select(InstrumentRow)).all()
    assert [(r.clinic_id, r.code, r.minimum, r.maximum, r.better) for r in rows] == [
        (universe.clinics["willow"], "mood", 0, 100, "higher")
    ]
    assert take(db, universe, mood).readings == 0
    with pytest.raises(Usage):
        take(db, universe, mood, instrument="mood:0:10:higher")
    with pytest.raises(Usage):
        take(db, universe, mood, instrument="nrs_now:0:100:lower")


def test_an_instrument_of_a_refused_file_is_not_kept(db: Session, universe: Universe):
    take(
        db, universe, text(ROWS[0].replace("nrs_week", "mood").replace(",8,", ",101,")), instrument="mood:0:100:higher"
    )
    assert db.scalars(select(InstrumentRow)).all() == []


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a,b\n1,2", b"\x00", ("x," * 300).encode()])
def test_what_is_no_tidy_file_is_refused_in_one_line(db: Session, universe: Universe, content: bytes):
    report = take(db, universe, content)
    assert len(report.refusals) == 1
    assert report.batch_id is None


def test_a_file_that_is_not_there_says_so(db: Session, universe: Universe, tmp_path: Path):
    with pytest.raises(Invalid, match="cannot be opened"):
        take(db, universe, tmp_path / "none.csv")


def test_a_file_of_two_clinics_gives_each_its_own(db: Session, universe: Universe):
    head = "clinic," + HEAD
    rows = [f"{clinic},{row}" for clinic, row in zip(("willow",) * 5 + ("Maple",), ROWS, strict=True)]
    assert [(r.line, r.code) for r in take(db, universe, text(*rows, head=head)).refusals] == [(7, "other_clinic")]


def test_two_sessions_of_a_day_are_numbered(db: Session, universe: Universe):
    take(db, universe, text(ROWS[1], ROWS[1].replace("s1", "s2").replace("T09", "T15")))
    assert sorted(db.scalars(select(Visit.number_that_day))) == [1, 2]


@pytest.mark.parametrize("who", ["ben", "cho", "eve"])
def test_only_the_admin_and_the_operator_import(db: Session, universe: Universe, who: str):
    with pytest.raises(NotAllowed):
        take(db, universe, text(), who=who)


def test_an_import_is_in_the_trail(db: Session, universe: Universe):
    report = take(db, universe, text())
    (note,) = db.scalars(select(AuditEvent).where(AuditEvent.action == "import.file")).all()
    assert (note.subject_id, note.actor_id, note.detail["readings"]) == (report.batch_id, universe.people["amy"], 5)


def test_stored_rows_give_the_outcomes_of_the_file(db: Session, universe: Universe):
    take(db, universe, text())
    stored = summarise.clinic_summary(db, actor=universe.actors["amy"], until=date(2025, 12, 31), now=NOW)
    filed = outcomes_file.outcomes(text(), as_of=date(2026, 3, 2))
    mine = {"courses", "with_baseline", "baseline", "windows", "sessions", "durability", "ecdf"}
    one, other = (s["groups"]["all"] for s in (stored, filed))
    assert {name: one[name] for name in mine} == {name: other[name] for name in mine}
