"""The worked examples in docs/science say what the code says."""

import doctest
import re
from pathlib import Path

import pytest

from tracker.science.scales import INSTRUMENTS, Instrument

WORKED = ("folds", "instruments", "schedule", "windows", "trend", "change", "responders", "compare")
PAGES = Path(__file__).parents[2] / "docs" / "science"


@pytest.mark.parametrize("name", WORKED)
def test_the_worked_example_of_a_page_runs(name):
    found = doctest.testfile(str(PAGES / f"{name}.md"), module_relative=False)
    assert found.attempted > 3
    assert found.failed == 0


def test_the_table_of_instruments_is_the_house_list():
    told = re.findall(r"^\| (`\w+` \|.*) \| [^|]+ \|$", (PAGES / "instruments.md").read_text(), re.M)
    assert told == [row(one) for one in INSTRUMENTS.values()]


def row(one: Instrument) -> str:
    """A row of the table but for its source."""
    limits = ("–" if limit is None else f"{limit:g}" for limit in (one.min_baseline, one.points, one.worse_points))
    scores = f"{one.minimum:g}–{one.maximum:g}{', whole' if one.whole else ''}"
    return " | ".join(
        (f"`{one.code}`", scores, one.better, one.recall, *limits, f"{one.responder:.0%}".replace("%", " %"))
    )
