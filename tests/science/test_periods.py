"""Reporting periods: years and quarters, nothing between."""

from datetime import date, timedelta

import pytest

from tracker.science.periods import Period, known, period, quarter_of

GOOD = [
    ("2026", date(2026, 1, 1), date(2026, 12, 31)),
    ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
    ("2024-Q1", date(2024, 1, 1), date(2024, 3, 31)),
    ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
]


@pytest.mark.parametrize(("text", "first", "last"), GOOD)
def test_a_period_is_a_year_or_a_quarter(text, first, last):
    found = period(text)
    assert found is not None
    assert (found.first, found.last, str(found)) == (first, last, text)


@pytest.mark.parametrize("bad", ["", "2026-Q5", "2026-Q0", "26", "2026-03", "2026Q1", "0001", "9999", "٢٠٢٦", "2026 "])
def test_anything_else_is_none(bad):
    assert period(bad) is None


def test_every_day_lies_in_exactly_one_quarter():
    for n in range(1500):
        on = date(2023, 1, 1) + timedelta(days=n)
        found = quarter_of(float(on.toordinal()))
        assert found.first <= on <= found.last


def test_the_latest_come_first_a_year_before_its_quarters():
    found = known([Period(2025, 4), Period(2026, 1), Period(2026, 2), Period(2026, 1)])
    assert [str(one) for one in found] == ["2026", "2026-Q2", "2026-Q1", "2025", "2025-Q4"]
