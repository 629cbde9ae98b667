"""The import's benchmark runs at a tiny size and gives what it promises. No time is asserted."""

from pathlib import Path

import numpy as np

from bench import imports


def test_it_gives_its_ratio_and_the_page_names_it():
    [found] = imports.run(400, 1)
    assert found.id == "B10"
    assert np.isfinite(found.ratio)
    assert found.ratio > 0
    assert "| B10 |" in (Path(__file__).parents[2] / "docs/performance.md").read_text()
