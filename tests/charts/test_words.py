"""The sentences, state by state."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.charts import people
from tracker.charts import phrases, table, words
from tracker.science.progress import Lasted, TrendLine
from tracker.science.scales import INSTRUMENTS, Instrument

MAY = date(2026, 5, 12)
BANNED = re.compile(
    r"\b(due to|because of|works?|worked|proven|proves?|cures?|cured|caused?|effective|thanks to)\b", re.I
)
STATES = ("responding", "lost", "unconfirmed", "never", "no_end_reading", "no_baseline", "too_low", "not_ended")
LABELS = ("improving", "worsening", "no_clear_change", "uncertain", "not_enough", "at_the_end_of_the_scale")


def lasting(state: str, on: date | None = MAY, day: int | None = 141, **more):
    """Anna with another state."""
    return people.anna(lasted=Lasted(state, on, day, more.pop("share", 0.3)), **more)


def trending(label: str, slope: float | None = None, n: int = 10, low: float | None = None, high: float | None = None):
    """Anna with another trend."""
    return people.anna(trend=TrendLine(label, slope, low, high, None, None, None, None, n))


def test_the_opening_is_the_one_on_the_screen():
    p = people.anna(baseline_n=2, as_of=people.START + timedelta(weeks=10, days=96))
    p = replace(p, scores=(*p.scores, people.point(23, 3)))
    assert words.progress(p)[:3] == (
        "Your pain was about 7 at the start and about 3 in the past week.",
        "Pain also changes by itself; these numbers cannot show why.",
        "Last session 96 days ago.",
    )


def test_staff_read_of_the_patient():
    assert words.start_and_now(people.anna(), "staff").startswith("The patient's pain was about 7 at the start")


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("responding", "Still at least 30 % lower on 12 May 2026, day 141 after the last session."),
        ("lost", "On 12 May 2026, day 141 after the last session, your score was no longer at least 30 % lower."),
        (
            "unconfirmed",
            "One later answer, on 12 May 2026, day 141 after the last session, was above the line; not yet confirmed.",
        ),
        ("never", "At the end of the course your score was not at least 30 % lower than at the start."),
        ("no_end_reading", "There is no score from the end of the course, so how long it lasted is not known."),
        ("no_baseline", "There is no score from before the first session, so how long it lasted is not known."),
        ("too_low", "The score at the start was too low to judge a change in per cent."),
        ("not_ended", "The course has not ended."),
    ],
)
def test_how_long_it_lasted(state, told):
    assert words.lasted(lasting(state)) == told


@pytest.mark.parametrize("state", STATES)
def test_a_state_without_a_date_is_still_a_sentence(state):
    told = words.lasted(lasting(state, None, None))
    assert told.endswith(".")
    assert "None" not in told


def test_headache_days_are_fewer_and_the_share_is_a_half():
    p = people.migraine(lasted=Lasted("responding", MAY, 141, 0.5))
    assert words.lasted(p) == "Still at least 50 % fewer on 12 May 2026, day 141 after the last session."
    assert words.start_and_now(p).startswith(
        "Your headache days were about 14 in 28 days at the start and about 8 in the"
    )


def test_where_higher_is_better_the_line_is_missed_from_below():
    p = lasting("unconfirmed", instrument=Instrument("walking", 0, 100, better="higher"))
    assert "was below the line" in words.lasted(p)
    assert phrases.less(p.instrument) == "30 % higher"
    assert phrases.measure(p.instrument).higher == "higher = better"


@pytest.mark.parametrize(
    ("label", "slope", "n", "told"),
    [
        ("improving", -0.42, 10, "The weekly scores went down in the course, by about 0.4 points a week."),
        ("worsening", 0.3, 10, "The weekly scores went up in the course, by about 0.3 points a week."),
        ("improving", -0.04, 40, "The weekly scores went down in the course, by less than 0.1 points a week."),
        ("improving", None, 10, "The weekly scores went down in the course."),
        ("no_clear_change", 0.01, 10, "The weekly scores show no clear change in the course."),
        ("uncertain", -0.2, 9, "The weekly scores may have changed in the course; it is not certain."),
        ("not_enough", None, 5, "Trend in the course: not enough readings yet (5 of 8)."),
        ("not_enough", None, 9, "Trend in the course: the readings do not yet span 28 days."),
        (
            "at_the_end_of_the_scale",
            None,
            12,
            "Most scores in the course are at the end of the scale, so no trend is given.",
        ),
    ],
)
def test_the_trend(label, slope, n, told):
    assert list(words.trend(trending(label, slope, n))) == [told]
    p = people.followed(trend=None, trend_after=trending(label, slope, n).trend)
    after = [told.replace("in the course", "after the course")]
    assert list(words.trend(p)) == ([] if label == "not_enough" else after)


def test_staff_read_the_interval_of_the_slope():
    (told,) = words.trend(people.anna(), "staff")
    assert told.endswith("Slope −0.42 a week, 95 % interval −0.55 to −0.29.")


def test_the_interval_is_told_wherever_its_fan_is_drawn():
    flat = TrendLine("no_clear_change", -0.02, -0.11, 0.07, people.START, people.START, 5, 4.9, 10)
    (told,) = words.trend(people.anna(trend=flat), "staff")
    assert told == (
        "The weekly scores show no clear change in the course. Slope −0.02 a week, 95 % interval −0.11 to 0.07."
    )
    assert "Slope" not in "".join(words.trend(people.anna(trend=flat)))
    assert [row[5] for row in table.progress(people.anna(), "staff").rows if "trend" in str(row[5])] == [
        "trend in the course, from 6.9",
        "trend in the course, to 2.7. Slope −0.42 a week, 95 % interval −0.55 to −0.29.",
    ]


def test_the_course_and_the_time_after_it_are_told_apart():
    assert list(words.trend(people.followed())) == [
        "The weekly scores went down in the course, by about 0.4 points a week.",
        "The weekly scores went up after the course, by about 0.1 points a week.",
    ]
    assert [line[line.index("Slope") :] for line in words.trend(people.followed(), "staff")] == [
        "Slope −0.42 a week, 95 % interval −0.55 to −0.29.",
        "Slope 0.06 a week, 95 % interval 0.03 to 0.09.",
    ]


def test_a_line_after_the_course_from_few_scores_is_told_as_such():
    few = TrendLine("not_enough", 0.03, None, None, None, None, None, None, 6)
    assert list(words.trend(people.followed(trend=None, trend_after=few))) == [
        "Trend after the course: not enough readings yet (6 of 8)."
    ]


def test_a_rising_scale_improves_upwards():
    rising = replace(trending("improving", 0.4), instrument=INSTRUMENTS["pgic"])
    (told,) = words.trend(rising)
    assert "went up" in told


def test_without_a_trend_nothing_is_said_of_it():
    assert not list(words.trend(people.blank()))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, "There are no scores yet for “pain in the past week, average”."),
        (
            {"baseline": 7.0, "baseline_n": 1},
            "Your pain was about 7 at the start. There is no later score yet. The start is one single reading.",
        ),
        ({"baseline": 6.666, "baseline_n": 3}, "Your pain was about 6.7 at the start. There is no later score yet."),
        ({"scores": (people.point(0.1, 0),)}, f"Your pain was about 0 in the past week. {words.UNKNOWN}"),
        (
            {"scores": (people.point(0.1, 3),), "baseline": 7.0, "baseline_n": 2, "as_of": date(2026, 3, 1)},
            "Your pain was about 7 at the start and about 3 in the week to 6 January 2026.",
        ),
        (
            {"scores": (people.point(0.1, 3),), "baseline": 0.0, "baseline_n": 2, "instrument": INSTRUMENTS["nrs_now"]},
            "Your pain was about 0 at the start and about 3 today.",
        ),
    ],
)
def test_start_and_now(more, told):
    assert words.start_and_now(people.blank(**more)) == told


@pytest.mark.parametrize(("days", "told"), [(0, "today"), (1, "yesterday"), (96, "96 days ago")])
def test_the_last_session(days, told):
    p = people.blank(pairs=(people.pair(1, 5, 4),), as_of=people.START + timedelta(days))
    assert words.last_session(p) == f"Last session {told}."


def test_a_planned_or_cancelled_session_is_not_the_last():
    planned = (people.pair(1, None, None, False, state="planned"), people.pair(2, None, None, False, state="cancelled"))
    assert words.last_session(people.blank(pairs=planned)) == "No session yet."
    assert words.last_session(people.blank(ended=people.START)) == "The course ended today."


def test_the_sessions_in_words():
    assert words.sessions(people.anna())[:4] == (
        "11 sessions of 12 planned.",
        "9 sessions have a score before and after. Right after, pain was lower in 8, the same in 1, higher in 0.",
        "1 session has only one of the two scores.",
        "In 1 session the order of the scores is unclear; not counted.",
    )


def test_the_change_on_the_day_is_not_the_outcome():
    assert words.ON_THE_DAY in words.sessions(people.anna())
    assert words.ON_THE_DAY not in words.sessions(people.blank())


def test_unusual_dots_are_explained_only_where_there_are_any():
    told = words.progress(people.anna())
    assert "Open dots: entered late (1)." in told
    assert "Diamonds: corrected later (1)." in told
    assert "Squares: entered with help or by staff (1)." in told
    assert not list(words.marks(people.migraine()))


def test_what_is_still_to_be_asked():
    assert words.durability(people.anna())[1:3] == (
        "2 of 2 follow-up questions answered so far.",
        "Still to be asked: 6, 9, 12 months after the last session.",
    )


def test_made_up_data_say_so():
    for figure in (words.progress, words.sessions, words.durability):
        assert figure(people.anna(synthetic=True))[-1] == words.SYNTHETIC


@pytest.mark.parametrize(
    ("before", "after", "days", "told"),
    [
        (7, 5, False, "2 points lower"),
        (5, 6, False, "1 point higher"),
        (5, 5, False, "no change"),
        (5, 0, False, "5 points lower"),
        (6.5, 5, False, "1.5 points lower"),
        (12, 9, True, "3 days fewer"),
        (12, 13, True, "1 day more"),
    ],
)
def test_a_change_in_words(before, after, days, told):
    assert phrases.change(before, after, days) == told


@pytest.mark.parametrize(
    ("value", "told"), [(0, "0"), (-0.01, "0"), (7.0, "7"), (6.66, "6.7"), (10, "10"), (0.05, "0.1")]
)
def test_a_number_has_one_decimal_at_most(value, told):
    assert phrases.number(value) == told


@pytest.mark.parametrize(
    ("site", "side", "told"),
    [
        ("knee", "left", "Left knee"),
        ("knee", "both", "Both knees"),
        ("low_back", "none", "Lower back"),
        (None, "none", ""),
    ],
)
def test_the_place(site, side, told):
    assert phrases.place(people.blank(site=site, side=side)) == told


def test_a_date_is_plain():
    assert phrases.day(MAY) == "12 May 2026"


@pytest.mark.parametrize("audience", ["patient", "staff"])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("label", LABELS)
def test_no_sentence_claims_a_cause(audience, state, label):
    line = trending(label, -0.4).trend
    p = replace(lasting(state), trend=line, trend_after=line)
    said = (*words.progress(p, audience), *words.sessions(p), *words.durability(p, audience))
    assert not [line for line in said if BANNED.search(line)]
    assert audience == "patient" or "your" not in " ".join(said).lower().split()
