"""Questionnaires: first and latest answer, and the change between them in words."""

from datetime import date

import pytest

from tracker.charts import questionnaires
from tracker.charts.questionnaires import IMPRESSIONS, Asked
from tracker.science.scales import INSTRUMENTS

MARCH, JUNE = date(2026, 3, 1), date(2026, 6, 2)


def asked(code: str, *values: float, name: str = "PEG") -> Asked:
    """Answers a month apart."""
    return Asked(
        name, INSTRUMENTS[code], tuple(zip((MARCH, date(2026, 4, 1), JUNE)[-len(values) :], values, strict=True))
    )


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (asked("peg", 6, 5, 2.7), "PEG: 3.3 points lower on 2 June 2026 than on 1 March 2026."),
        (asked("peg", 2, 3), "PEG: 1 point higher on 2 June 2026 than on 1 April 2026."),
        (asked("peg", 4, 4), "PEG: no change on 2 June 2026 since 1 April 2026."),
        (asked("peg", 0), "PEG: 0, answered once, on 2 June 2026."),
        (asked("medicine_days", 9, 8), "PEG: 1 day fewer on 2 June 2026 than on 1 April 2026."),
        (asked("pgic", 4, 6), "PEG: much better, on 2 June 2026."),
        (asked("pgic", 1), "PEG: very much worse, on 2 June 2026."),
    ],
)
def test_the_change_is_said_with_its_days(one, sentence):
    assert one.sentence == sentence


def test_every_answer_of_the_impression_has_its_words():
    scale = INSTRUMENTS["pgic"]
    assert sorted(IMPRESSIONS) == list(range(int(scale.minimum), int(scale.maximum) + 1))


def test_the_tables_hold_every_answer_by_day():
    both = (asked("peg", 6, 5, 2.75), asked("medicine_days", 0, name="Medicine"))
    assert questionnaires.every(both).rows == (
        ("1 March 2026", "PEG", 6, "no change"),
        ("1 April 2026", "PEG", 5, "1 point lower"),
        ("2 June 2026", "Medicine", 0, "no change"),
        ("2 June 2026", "PEG", 2.8, "3.2 points lower"),
    )


def test_the_sparkline_shows_every_answer_on_true_time():
    assert "6, 5, 2.7" in questionnaires.spark(asked("peg", 6, 5, 2.7))
