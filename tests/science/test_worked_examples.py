"""The worked examples in docs/science say what the code says."""

import doctest
import re
from pathlib import Path

import pytest

from tracker.science.scales import INSTRUMENTS, Instrument

PAGES = Path(__file__).parents[2] / "docs" / "science"


PARTS = {"a formula": r"^\$\$", "when it refuses": r"[Rr]efuses?\b", "a source": r"Sources?\b", "an example": r"^>>> "}
NO_FORMULA = {"instruments", "windows", "schedule"}  # rules in words and tables


def pages():
    """Every page of the folder."""
    return pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)


@pages()
def test_the_worked_examples_of_every_page_run(page):
    found = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert found.failed == 0
    assert found.attempted > 3 or page.stem == "README"


@pages()
def test_every_method_has_a_formula_a_refusal_a_source_and_an_example(page):
    if page.stem in {"README", *NO_FORMULA}:
        return
    text = page.read_text(encoding="utf-8")
    assert [what for what, mark in PARTS.items() if not re.search(mark, text, re.M)] == []


@pages()
def test_every_dollar_of_a_formula_is_closed(page):
    """GitHub shows an open formula as text."""
    prose = re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    assert prose.count("$$") % 2 == 0
    for paragraph in re.sub(r"\$\$.*?\$\$", "", prose, flags=re.S).split("\n\n"):
        assert re.sub(r"`[^`]*`", "", paragraph).count("$") % 2 == 0, paragraph


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
