"""Wide tables: each score becomes a row of its own, refused at the line and column of the file; nothing is guessed."""

from datetime import date, datetime

import pytest

from tests.exports.test_workbook import book
from tracker.exports import mapping, wide
from tracker.exports.rows import TidyFile
from tracker.science.scales import Instrument

DIARY = """id,arm,pk1,pk2,f1,f2
100,1,10.75,,8.0,0.0
101,0,9.5,4,4.0,0
104,0,16,15.3,12,13.33
105,1,20,,9,0
"""
TOLD = """
columns: {patient: id, group: arm}
words: {group: {1: acupuncture, 0: usual care}}
fixed: {condition: migraine, course_end: 91}
instruments: [headache_score:0:140:lower]
scores:
- {column: pk1, instrument: headache_score, kind: baseline, day: -7}
- {column: pk2, instrument: headache_score, kind: check_in, day: 91}
- {column: f1, instrument: headache_days, kind: baseline, day: -7}
- {column: f2, instrument: headache_days, kind: check_in, day: 91}
"""
ONLY_WITH = TOLD.replace(
    "headache_days, kind: check_in, day: 91", "headache_days, kind: check_in, day: 91, only_with: pk2"
)


OWN = {"headache_score": Instrument("headache_score", 0, 140)}
SEEN = """columns: {patient: p, course_start: begun}
fixed: {condition: neck, instrument: nrs_week}
scores: [{column: s, kind: check_in, WHEN}]
"""


def read(data: str | bytes, told: str) -> TidyFile:
    return wide.read(data if isinstance(data, bytes) else data.encode(), mapping.read(told.encode()), instruments=OWN)


def refused(file: TidyFile) -> list[tuple[int, str | None, str]]:
    return [(r.line, r.column, r.code) for r in file.refusals]


def scores(file: TidyFile, code: str) -> list[tuple[str, float, float | None]]:
    return [(r.patient, r.recorded_at, r.value) for r in file.rows if r.instrument == code]  # type: ignore[misc]


def test_a_zero_that_stands_alone_in_its_day_is_refused_until_the_mapping_says_what_it_is():
    found = read(DIARY, TOLD)
    assert refused(found) == [(2, "f2", "zero_alone"), (5, "f2", "zero_alone")]
    assert ("101", 91, 0) in scores(found, "headache_days")
    named = read(DIARY, ONLY_WITH)
    assert named.refusals == ()
    assert [value for _, day, value in scores(named, "headache_days") if day == 91] == [None, 0, 13.33, None]
    counted = read(DIARY, TOLD.replace("headache_days, kind: check_in", "headache_days, zero: counts, kind: check_in"))
    assert [value for _, day, value in scores(counted, "headache_days") if day == 91] == [0, 0, 13.33, 0]


def test_a_row_knows_all_that_the_mapping_says():
    row = read(DIARY, ONLY_WITH).rows[0]
    said = (
        row.patient,
        row.condition,
        row.group,
        row.course_start,
        row.course_end,
        row.kind,
        row.recorded_at,
        row.value,
    )
    assert said == ("100", "migraine", "acupuncture", 0, 91, "baseline", -7, 10.75)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_delimiter_and_line_end_reads_the_same(end: str, delimiter: str):
    assert read(DIARY.replace(",", delimiter).replace("\n", end), ONLY_WITH).rows == read(DIARY, ONLY_WITH).rows


def test_a_workbook_reads_the_same():
    lines = [line.split(",") for line in DIARY.splitlines()]
    typed = [lines[0], *([float(cell) if cell else None for cell in line] for line in lines[1:])]
    assert read(book(sheets={"data": typed}), ONLY_WITH).rows == read(DIARY, ONLY_WITH).rows


BAD = {
    "out of range": ("101,0,9.5,141,4,3", (3, "pk2", "out_of_range")),
    "negative": ("101,0,9.5,-1,4,3", (3, "pk2", "out_of_range")),
    "no number": ("101,0,9.5,x,4,3", (3, "pk2", "not_a_number")),
    "nobody": (",0,9.5,4,4,3", (3, "id", "blank")),
    "too few cells": ("101,0,9.5", (3, None, "cells")),
    "a patient twice": ("100,1,10.75,,8.0,5", (3, None, "duplicate")),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_cell_is_refused_at_its_line_and_column_and_takes_no_other_with_it(case: str):
    line, expected = BAD[case]
    lines = ["id,arm,pk1,pk2,f1,f2", "100,1,10.75,4,8.0,5", line]
    found = read("\n".join(lines), ONLY_WITH)
    assert expected in refused(found)
    good = [r for r in found.rows if r.patient == "101"]
    assert len(good) == (3 if expected[1] == "pk2" else 0)


def test_a_repeated_line_names_the_line_it_repeats():
    (first, *_) = read("id,arm,pk1,pk2,f1,f2\n100,1,10,4,8,5\n100,1,10,4,8,5\n", ONLY_WITH).refusals
    assert first.message.startswith("says the same as line 2:")


def test_a_decimal_comma_is_refused_unless_it_is_said():
    lines = "id;arm;pk1;pk2;f1;f2\n1;1;7,5;4;8;5\n"
    assert refused(read(lines, ONLY_WITH)) == [(2, "pk1", "decimal_comma")]
    assert read(lines, ONLY_WITH + "decimal: comma\n").rows[0].value == 7.5


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("DD/MM/YYYY", "5/1/2025"),
        ("MM/DD/YYYY", "01/05/2025"),
        ("DD.MM.YYYY", "05.01.2025"),
        ("YYYY-MM-DD", "2025-01-05"),
    ],
)
def test_dates_are_read_as_the_mapping_says_they_are_written(form: str, written: str):
    told = SEEN.replace("WHEN", "at: seen")
    lines = f"p,begun,seen,s\nA,{written},{written},8\n"
    (row,) = read(lines, f"{told}dates: {form}").rows
    assert (row.course_start, row.recorded_at) == (date(2025, 1, 5), datetime(2025, 1, 5))  # noqa: DTZ001
    if form != "YYYY-MM-DD":
        assert {r.code for r in read(lines, told).refusals} == {"ambiguous_date"}


def test_day_numbers_count_from_a_start_that_is_a_date():
    told = SEEN.replace("WHEN", "day: 91")
    (row,) = read("p,begun,s\nA,2025-01-05,8\n", told).rows
    assert row.recorded_at == datetime(2025, 4, 6)  # noqa: DTZ001


def test_a_missing_code_is_no_score_however_it_is_written():
    told = ONLY_WITH + "missing: [-99, NA]\n"
    found = read("id,arm,pk1,pk2,f1,f2\n1,1,10,-99,8,3\n2,1,10,-99.0,8,3\n3,1,10,NA,8,3\n", told)
    assert found.refusals == ()
    assert {value for _, day, value in scores(found, "headache_score") if day == 91} == {None}


# Events: a line for each patient and visit

EVENTS = """record_id,redcap_event_name,begun,condition,pain_left,pain_right,seen
A,baseline_arm_1,2025-01-06,knee_oa,8,,2025-01-05
A,month_3_arm_1,,,2,,2025-04-10
A,month_6_arm_1,,,-99,,
B,baseline_arm_1,2025-02-03,knee_oa,,,2025-02-02
"""
BY_EVENT = """
columns: {patient: record_id, course_start: begun, condition: condition}
fixed: {site: knee, instrument: nrs_week}
missing: -99
event: redcap_event_name
events:
  baseline_arm_1: {kind: baseline, at: seen}
  month_3_arm_1: {kind: check_in, at: seen}
  month_6_arm_1: {kind: check_in, day: 182}
scores:
- {column: pain_left, side: left}
- {column: pain_right, side: right}
"""


def test_what_one_event_says_of_a_course_holds_for_the_others():
    found = read(EVENTS, BY_EVENT)
    assert found.refusals == ()
    told = [(r.patient, r.kind, r.side, r.recorded_at, r.value) for r in found.rows]
    assert told == [
        ("A", "baseline", "left", datetime(2025, 1, 5), 8),  # noqa: DTZ001
        ("A", "check_in", "left", datetime(2025, 4, 10), 2),  # noqa: DTZ001
        ("A", "check_in", "left", datetime(2025, 7, 7), None),  # noqa: DTZ001
        ("B", "baseline", "left", datetime(2025, 2, 2), None),  # noqa: DTZ001
    ]


def test_a_side_that_nobody_ever_scored_is_no_place_of_the_course():
    assert {r.side for r in read(EVENTS, BY_EVENT).rows if r.patient == "A"} == {"left"}


def test_an_event_that_the_mapping_does_not_name_is_refused():
    assert refused(read(EVENTS.replace("month_6_arm_1", "month_9_arm_1"), BY_EVENT)) == [
        (4, "redcap_event_name", "unknown_event")
    ]


def test_a_column_that_is_not_there_or_stands_twice_is_refused_in_one_line():
    assert refused(read(DIARY.replace("f2", "f9"), TOLD)) == [(1, "f2", "missing_column")]
    assert refused(read(DIARY.replace("f1,f2", "f2,f2"), TOLD)) == [(1, "f1", "missing_column")]
    assert refused(read(DIARY.replace("id,arm", "id,id").replace("pk1", "arm"), TOLD.replace("pk1", "arm"))) == [
        (1, "id", "column_twice")
    ]


def test_many_zeros_where_the_start_had_none_are_told_of():
    lines = "id,f1,f2\n" + "".join(f"{n},{8 + n % 3},{0 if n % 2 else 5}\n" for n in range(20))
    told = "columns: {patient: id}\nfixed: {condition: migraine}\nscores:\n" + "".join(
        f"- {{column: {c}, instrument: headache_days, kind: {kind}, day: {day}}}\n"
        for c, kind, day in (("f1", "baseline", -7), ("f2", "check_in", 91))
    )
    found = read(lines, told)
    assert found.warnings == ("f2: 10 of 20 scores are 0, far more than at the start: is 0 a missing score there?",)
    assert read(lines.replace(",0\n", ",1\n"), told).warnings == ()
