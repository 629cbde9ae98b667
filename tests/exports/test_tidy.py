"""The tidy CSV: every form it may come in reads the same, every wrong cell is refused by line, column and reason."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.exports import tidy
from tracker.exports.tidy import Row
from tracker.science import derive
from tracker.science.scales import INSTRUMENTS, Instrument

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a loaded machine is no defect

HEADER = ["patient", "condition", "course_start", "kind", "instrument", "recorded_at", "value"]
GOOD = ["p1", "low_back", "2024-01-01", "check_in", "nrs_week", "2024-02-01", "7"]
TIDY = Path(__file__).parents[3] / "shared" / "data" / "vickers2004_tidy.csv"
NRS = INSTRUMENTS["nrs_week"]


def text(*rows, header=HEADER, delimiter=",", end="\n"):
    return end.join(delimiter.join(row) for row in (header, *rows)) + end


def read(*rows, **more):
    return tidy.read(text(*rows, **more).encode())


def cell(column, value, header=HEADER):
    """A good row with one cell changed; a column that is not there yet is added."""
    if column in header:
        return read([value if c == column else g for c, g in zip(header, GOOD, strict=True)])
    return read([*GOOD, value], header=[*header, column])


def refused(file):
    return [(r.line, r.column, r.code) for r in file.refusals]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_every_delimiter_line_end_and_mark_reads_the_same(delimiter, end, mark):
    other = [*GOOD[:-2], "2024-03-01", ""]
    found = tidy.read(mark + text(GOOD, other, delimiter=delimiter, end=end).encode())
    assert found.rows == read(GOOD, other).rows
    assert [row.line for row in found.rows] == [2, 3]


def test_a_row_as_values():
    (row,) = read(GOOD).rows
    assert row == Row(
        "p1",
        "low_back",
        date(2024, 1, 1),
        "check_in",
        "nrs_week",
        datetime.fromisoformat("2024-02-01"),
        7.0,
        line=2,
    )


def test_a_blank_is_no_answer_and_zero_is_a_score():
    found = read([*GOOD[:-1], ""], [*GOOD[:-1], "0"])
    assert [row.value for row in found.rows] == [None, 0.0]


def test_day_numbers_count_from_the_course_start():
    found = read(
        ["p1", "neck", "0", "baseline", "nrs_week", "-7", "5"], ["p1", "neck", "0", "check_in", "nrs_week", "3.5", "4"]
    )
    assert found.day_numbers
    assert [row.recorded_at for row in found.rows] == [-7.0, 3.5]


def test_date_times_keep_their_offset():
    assert cell("recorded_at", "2024-02-01T09:30").rows[0].recorded_at == datetime(2024, 2, 1, 9, 30)  # noqa: DTZ001
    assert cell("recorded_at", "2024-02-01 09:30:00Z").rows[0].recorded_at == datetime(2024, 2, 1, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("value", "11", "out_of_range"),
        ("value", "-1", "out_of_range"),
        ("value", "10.5", "out_of_range"),
        ("value", "5.5", "not_whole"),
        ("value", "7 ", "spaces"),
        ("value", " 7", "spaces"),
        ("value", "7\xa0", "spaces"),
        ("value", "seven", "not_a_number"),
        ("value", "٧", "not_a_number"),
        ("value", "1_0", "not_a_number"),
        ("value", "NaN", "not_a_number"),
        ("value", "inf", "not_a_number"),
        ("value", "1e999", "not_a_number"),
        ("value", "0x7", "not_a_number"),
        ("recorded_at", "03/04/05", "ambiguous_date"),
        ("recorded_at", "25.12.2024", "ambiguous_date"),
        ("recorded_at", "2024-2-1", "ambiguous_date"),
        ("recorded_at", "2024-02-30", "no_such_date"),
        ("recorded_at", "2024-02-01T24:00", "no_such_date"),
        ("recorded_at", "0001-01-01", "no_such_date"),
        ("recorded_at", "20240201", "not_a_day"),
        ("recorded_at", "45323", "not_a_day"),
        ("recorded_at", "", "blank"),
        ("recorded_at", "yesterday", "not_a_date"),
        ("course_start", "2024-13-01", "no_such_date"),
        ("course_start", "2024-01-01T10:00", "not_a_date"),
        ("course_start", "0", "mixed_dates"),
        ("course_end", "31/12/24", "ambiguous_date"),
        ("course_end", "2023-12-31", "ends_before_start"),
        ("patient", "", "blank"),
        ("patient", "  ", "blank"),
        ("patient", "a\x07", "control_characters"),
        ("patient", "x" * 2001, "too_long"),
        ("condition", "back pain", "unknown_word"),
        ("kind", "Before", "unknown_word"),
        ("kind", "after", "no_session"),
        ("side", "Left", "unknown_word"),
        ("chronicity", "old", "unknown_word"),
        ("modality", "acupuncture+leeches", "unknown_word"),
        ("entered_by", "robot", "unknown_word"),
        ("planned_gap", "0", "out_of_range"),
        ("milestone", "operation", "unknown_word"),
    ],
)
def test_a_wrong_cell_is_refused_by_line_column_and_code(column, value, code):
    found = cell(column, value)
    assert (2, "session" if code == "no_session" else column, code) in refused(found)
    assert found.rows == ()


def test_a_refusal_never_holds_the_value():
    secret = "canary4711"
    for column in HEADER:
        assert secret not in repr(cell(column, secret).refusals)
    assert secret not in repr(read(GOOD, header=[*HEADER[:-1], secret]).refusals)


def test_good_rows_stay_beside_refused_ones():
    found = read(GOOD, [*GOOD[:-1], "99"], ["p2", *GOOD[1:]])
    assert [row.patient for row in found.rows] == ["p1", "p2"]
    assert refused(found) == [(3, "value", "out_of_range")]


def test_two_date_formats_in_one_file_are_refused_where_the_second_begins():
    assert refused(read(GOOD, [*GOOD[:5], "01/03/2024", "6"])) == [(3, "recorded_at", "ambiguous_date")]
    days = ["p1", "neck", "0", "check_in", "nrs_week", "3", "4"]
    assert refused(read(days, [*days[:5], "2024-01-04", "4"])) == [(3, "recorded_at", "mixed_dates")]


def test_a_duplicate_is_refused_with_the_line_it_repeats():
    found = read(GOOD, ["p2", *GOOD[1:]], GOOD)
    assert refused(found) == [(4, None, "duplicate")]
    assert "line 2" in found.refusals[0].message


def test_two_scores_of_one_day_are_no_duplicate():
    """Mistake others made: the second report of a day overwrote the first."""
    assert len(read(GOOD, [*GOOD[:-1], "3"]).rows) == 2


def test_header_text_in_the_data_is_refused():
    assert refused(read(GOOD, HEADER)) == [(3, None, "header_again")]


def test_a_scale_written_from_0_to_1_is_refused():
    rows = [[*GOOD[:4], "vas", f"2024-02-0{k}", f"0.{k}"] for k in range(1, 8)]
    found = tidy.read(text(*rows).encode(), instruments={"vas": Instrument("vas", 0, 100)})
    assert refused(found) == [(2, "value", "scaled")]


def test_an_unknown_instrument_is_read_and_warned_about():
    found = read([*GOOD[:4], "mood", *GOOD[5:-1], "700"])
    assert found.rows[0].value == 700
    assert "not known" in found.warnings[0]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"patient,value\np1,3\n", "missing_column"),
        (b"a" + b",a" * 1_000_000 + b"\n1\n", "too_many_columns"),
        (text(GOOD).encode("utf-16"), "encoding"),
        (text(GOOD).encode() + "p2,müde".encode("latin-1"), "encoding"),
        (text(GOOD).encode().replace(b"p1", b"p\0"), "nul"),
        (text(GOOD).encode() + b'"p2,low_back', "quoting"),
        (text(GOOD).encode() + b"x" * 200_000, "quoting"),
        (text(GOOD, header=[*HEADER[:-1], "value,value"]).encode(), "column_twice"),
    ],
)
def test_an_unreadable_file_is_refused_in_one_line(data, code):
    found = tidy.read(data)
    assert [r.code for r in found.refusals] == [code]
    assert len(str(found.refusals[0])) < 200


def test_mixed_encodings_name_the_line_where_it_breaks():
    assert tidy.read(text(GOOD, GOOD).encode() + "p2,müde".encode("latin-1")).refusals[0].line == 4


def test_a_line_with_more_or_fewer_cells_is_refused():
    assert refused(read(GOOD, GOOD[:-1], [*GOOD, "1"])) == [(3, None, "cells"), (4, None, "cells")]


def test_a_data_line_with_a_million_cells_is_one_refusal():
    assert refused(tidy.read(text(GOOD).encode() + b"," * 1_000_000 + b"1\n")) == [(3, None, "cells")]


def test_empty_lines_are_passed_over():
    found = read(GOOD, [""] * 7, ["p2", *GOOD[1:]])
    assert (len(found.rows), found.refusals) == (2, ())
    assert "1 empty lines" in found.warnings[0]


def test_a_file_wrong_throughout_says_so_once():
    found = read(*[[*GOOD[:-1], "99"]] * 1500)
    assert len(found.refusals) == 1000
    assert "500 more refusals" in found.warnings[0]


def test_an_unknown_column_warns_or_when_strict_is_refused():
    data = text([*GOOD, "blue"], header=[*HEADER, "mood"]).encode()
    assert "not known here" in tidy.read(data).warnings[0]
    assert [r.code for r in tidy.read(data, strict=True).refusals] == ["unknown_column"]


def test_a_course_that_contradicts_itself_is_refused():
    header = [*HEADER, "course", "course_end"]
    one = [*GOOD, "c1", "2024-04-01"]
    other = [*GOOD[:2], "2024-01-02", *GOOD[3:5], "2024-02-08", "6", "c1", "2024-04-02"]
    found = read(one, other, header=header)
    assert refused(found) == [(3, "course_start", "contradicts"), (3, "course_end", "contradicts")]


def test_any_column_can_be_the_group():
    data = text([*GOOD, "A"], header=[*HEADER, "arm"]).encode()
    assert tidy.read(data, group="arm").rows[0].group == "A"
    assert tidy.read(data, group="arm", strict=True).refusals == ()
    assert [r.code for r in tidy.read(data, group="hand").refusals] == ["missing_column"]


def test_patients_written_in_two_ways_are_warned_about():
    found = read(GOOD, ["P1", *GOOD[1:]])
    assert "1 patients are written in two ways" in found.warnings[0]


# What is written reads back

words = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(str.strip)
risky = st.builds(str.__add__, st.sampled_from(["=", "+", "-", "@", "\t", "'", "''", "'=", "|", "%", "＝"]), words)
labels = st.one_of(words, risky)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
rows = st.builds(
    Row,
    patient=labels,
    condition=st.sampled_from(["neck", "knee_oa"]),
    course_start=st.just(date(2000, 1, 1)),
    kind=st.sampled_from(["baseline", "before", "check_in"]),
    instrument=st.just("peg"),
    recorded_at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001
    value=st.one_of(st.none(), st.floats(0, 10)),
    course=st.none() | labels,
    course_end=st.none() | days,
    planned_gap=st.none() | st.sampled_from([3.5, 7.0]),
    session=st.none() | labels,
    site=st.none() | labels,
    side=st.sampled_from(["left", "right", "none"]),
    clinic=st.none() | labels,
    chronicity=st.sampled_from([None, "acute", "chronic"]),
    practitioner=st.none() | labels,
    line=st.just(0),
    modality=st.sampled_from([None, "acupuncture", "acupuncture+cupping"]),
    group=st.none() | labels,
    entered_by=st.sampled_from(["patient", "staff", "import"]),
    entered_at=st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001
    milestone=st.sampled_from([None, "surgery", "other_treatment"]),
)


@CALM
@given(st.lists(rows, max_size=4, unique_by=lambda row: row.patient))
def test_what_is_written_reads_back_equal(written):
    found = tidy.read("".join(tidy.write(written)).encode())
    assert found.refusals == ()
    assert [row._replace(line=0) for row in found.rows] == written


@CALM
@given(labels)
def test_no_text_cell_is_a_formula(label):
    row = Row(label, "neck", 0.0, "check_in", "peg", 3.0, 1.0)
    cell_text = "".join(tidy.write([row])).split("\r\n", 1)[1].lstrip('"')
    assert not cell_text.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_numbers_stay_numbers():
    row = Row("p", "neck", 0.0, "baseline", "peg", -7.0, 3.25)
    assert "".join(tidy.write([row])).splitlines()[1].startswith("p,neck,0,baseline,peg,-7,3.25,")


# Rows as a record


def visit(session, kind, at, value, **more):
    fixed = {"patient": "p", "condition": "knee_oa", "course_start": date(2024, 1, 1), "instrument": "nrs_week"}
    return Row(kind=kind, recorded_at=datetime.fromisoformat(at), value=value, session=session, **{**fixed, **more})


def test_a_session_is_dated_by_its_name_or_its_earliest_row():
    made, _ = tidy.record(
        [
            visit("2024-01-01/1", "before", "2024-01-02T08:00", 5.0),
            visit("second", "after", "2024-01-08T10:00", 3.0),
            visit("second", "before", "2024-01-08T09:00", 5.0),
            visit("third", "before", "2024-01-15", None),
        ],
        NRS,
    )
    first = date(2024, 1, 1).toordinal()
    assert (made.session_day - first).tolist() == [0, 7, 14]
    assert made.start.tolist() == [first]
    assert len(made.reading_day) == 3
    assert derive.outcomes(made).pairs.tolist() == [1]


def test_sessions_count_though_another_instrument_was_scored_in_them():
    made, _ = tidy.record(
        [visit("a", "before", "2024-01-05", 5.0, instrument="nrs_now"), visit(None, "check_in", "2024-02-05", 3.0)], NRS
    )
    assert (len(made.session_day), len(made.reading_day)) == (1, 1)


def test_left_and_right_are_two_series_of_one_course():
    made, labels = tidy.record(
        [visit(None, "baseline", "2024-01-01", 5.0, side=side) for side in ("left", "right")], NRS
    )
    assert made.series_course.tolist() == [0, 0]
    assert [row.side for row in labels.series] == ["left", "right"]


def test_a_course_asked_but_silent_has_a_row_and_one_never_asked_has_none():
    made, labels = tidy.record(
        [
            visit(None, "check_in", "2024-02-05", None),
            visit(None, "check_in", "2024-02-05", 3.0, patient="q", instrument="peg"),
        ],
        NRS,
    )
    assert (len(labels.courses), len(labels.series), len(made.reading_day)) == (2, 1, 0)


def test_staff_scores_leave_the_record_and_are_counted():
    made, labels = tidy.record(
        [
            visit(None, "check_in", "2024-02-05", 3.0, entered_by=who)
            for who in ("staff", "patient", "assisted", "import")
        ],
        NRS,
    )
    assert (len(made.reading_day), labels.staff.tolist()) == (3, [1])


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        (("assisted", 8), ("patient", 9), 2.0),
        (("patient", 9), ("patient", 8), 2.0),
        (("assisted", 8), ("assisted", 9), 1.0),
    ],
)
def test_of_two_scores_of_one_session_the_patients_own_counts_else_the_earlier(first, second, kept):
    made, _ = tidy.record(
        [
            visit("s", "before", f"2024-01-01T0{hour}:00", value, entered_by=who)
            for (who, hour), value in ((first, 1.0), (second, 2.0))
        ],
        NRS,
    )
    assert made.reading_value.tolist() == [kept]


def test_local_dates_are_taken_as_written():
    """Midnight belongs to the patient's local day."""
    made, _ = tidy.record([visit(None, "check_in", "2024-02-05T00:30+12:00", 3.0)], NRS)
    assert np.floor(made.reading_day[0]) == date(2024, 2, 5).toordinal()


@pytest.mark.skipif(not TIDY.exists(), reason="public data not in ../shared/data")
def test_the_real_file_reads_whole_and_writes_back_equal():
    found = tidy.read(TIDY)
    assert (len(found.rows), found.refusals, found.day_numbers) == (1028, (), True)
    assert tidy.read("".join(tidy.write(found.rows)).encode()).rows == found.rows
