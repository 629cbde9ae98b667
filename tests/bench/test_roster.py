"""The roster's benchmark runs at tiny sizes and gives what it promises. No time is asserted."""

from pathlib import Path

import numpy as np

from bench import roster


def test_it_gives_its_three_ratios_and_the_page_names_them():
    found = roster.run(60, 120, 1)
    assert [one.id for one in found] == ["B3", "B3-growth", "B3-page"]
    assert all(np.isfinite(one.ratio) and one.ratio > 0 and one.goal and one.seen for one in found)
    page = (Path(__file__).parents[2] / "docs/performance.md").read_text()
    assert [one.id for one in found if f"| {one.id} |" not in page] == []
