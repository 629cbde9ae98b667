"""The part of a gap that is left, against the bands of the checked fact base."""

import pytest

from tracker.science.persistence import left

NONE, SHAM = (0.011, -0.014, 0.037), (0.025, 0.0, 0.05)


@pytest.mark.parametrize(
    ("loss", "start", "month", "expected"),
    [
        (NONE, 0.5, 6, (96, 85, 106)),
        (NONE, 0.5, 12, (91, 70, 111)),
        (SHAM, 0.2, 6, (75, 50, 100)),
        (SHAM, 0.2, 12, (50, 0, 100)),
    ],
)
def test_the_bands_are_those_of_the_facts(loss, start, month, expected):
    found = next(one for one in left(*loss, start=start) if one.month == month)
    assert tuple(round(100 * part) for part in (found.share, found.low, found.high)) == expected


def test_the_band_holds_its_estimate_and_only_widens():
    for loss, start in ((NONE, 0.5), (SHAM, 0.2)):
        found = left(*loss, start=start)
        assert all(one.low <= one.share <= one.high for one in found)
        assert [one.high - one.low for one in found] == sorted(one.high - one.low for one in found)
