"""The benchmarks run at tiny sizes and keep the promised shape. No time is asserted; the equalities inside them are."""

import doctest
import json
from pathlib import Path

import numpy as np
import pytest

from bench import made, outcomes, results, science, summary
from bench.results import Result, Sizes
from tracker.science import derive

TINY = Sizes(
    courses=50, clinics=4, readings=4_000, sample=10, clinics_sample=2, courses_sample=10, rounds=1
)  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return science.run(TINY)


def test_every_ratio_of_b5_is_there_and_is_a_number(found):
    assert [r.id for r in found] == ["B5-slopes", "B5-curves", "B5-one", "B5", "B5-memory"]
    assert all(np.isfinite(r.ratio) and r.ratio > 0 and r.goal and r.seen for r in found)


def test_the_table_has_a_line_for_each_and_marks_a_missed_goal(found):
    lines = results.table(found).splitlines()
    assert len(lines) == 1 + len(found)
    assert "NO" in results.table([Result("B0", "nothing", 0.1, "≥ 1 x", False, "ours 2 s")])


def test_results_are_kept_beside_those_of_other_benchmarks(tmp_path, found):
    file = tmp_path / "results.json"
    results.write(
        [Result("B1", "another", 0.6, "≥ 0.5", True, ""), Result("B5", "old", 1.0, "≥ 50 x", False, "")], file
    )
    results.write(found, file)
    rows = {row["id"]: row for row in json.loads(file.read_text())["results"]}
    assert set(rows) == {"B1", *(r.id for r in found)}
    assert rows["B5"]["what"] != "old"
    assert set(rows["B5"]) >= {"id", "what", "ratio", "goal", "met"}


def test_the_made_courses_have_something_to_find():
    """Losses, unconfirmed ones, non-responders and kept benefits, so that columns are not equal for being empty."""
    found = derive.outcomes(made.courses(200, 60))
    for name in (*outcomes.COLUMNS, *outcomes.MONTHLY):
        assert np.isfinite(getattr(found, name)).any(), name
    assert np.isnan(found.loss_right).any()


def test_a_floor_that_computes_something_else_is_noticed():
    record = made.courses(20, 60)
    theirs = outcomes.in_pandas(made.frame(record, 20))
    outcomes.same_outcomes(derive.outcomes(record), theirs)
    theirs.loc[3, "after_end_6"] += 1e-6
    with pytest.raises(AssertionError):
        outcomes.same_outcomes(derive.outcomes(record), theirs)


def test_works_take_turns():
    order = []
    results.interleaved(lambda: order.append("one"), lambda: order.append("two"), rounds=2)
    assert order == ["one", "two", "one", "two"]


def test_the_page_names_every_ratio_and_its_example_runs(found):
    page = Path(__file__).parents[2] / "docs/performance.md"
    assert [r.id for r in found if f"| {r.id} |" not in page.read_text()] == []
    ran = doctest.testfile(str(page), module_relative=False)
    assert (ran.attempted > 3, ran.failed) == (True, 0)


def test_the_clinics_summary_is_the_same_as_both_floors():
    """B4 at 200 courses: equal counts and means, two ratios each, of an answer kept, after a change and made anew."""
    found = summary.run(200, rounds=1)
    looks = ("B4", "B4-first", "B4-anew")
    assert [r.id for r in found] == [f"{look}-{floor}" for look in looks for floor in ("scan", "pandas")]
    assert all(np.isfinite(r.ratio) and r.ratio > 0 and r.goal and r.seen for r in found)
