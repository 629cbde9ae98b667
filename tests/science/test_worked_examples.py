"""The worked examples in docs/science say what the code says."""

import doctest
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "docs" / "science"


@pytest.mark.parametrize("name", ["windows", "trend", "change", "responders", "compare"])
def test_the_worked_example_of_a_page_runs(name):
    found = doctest.testfile(str(PAGES / f"{name}.md"), module_relative=False)
    assert found.attempted > 3
    assert found.failed == 0
