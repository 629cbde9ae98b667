"""The benchmark of one score runs at a tiny size and gives what it promises. No time is asserted."""

from pathlib import Path

import numpy as np

from bench import log


def test_it_gives_its_two_ratios_and_the_page_names_them():
    found = log.run(2, 5)
    assert [one.id for one in found] == ["B1", "B1-tail"]
    assert all(np.isfinite(one.ratio) and one.ratio > 0 and one.goal and one.seen for one in found)
    page = (Path(__file__).parents[2] / "docs/performance.md").read_text()
    assert [one.id for one in found if f"| {one.id} |" not in page] == []
