"""The stories of the demo: reproducible, plausible, and with everything in them that real diaries hold."""

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest

from tracker.science.scales import CONDITIONS, DIARY, INSTRUMENTS, MEDICINE_CLASSES
from tracker.services.demo import occasions
from tracker.services.demo.clinic import SEED, stories
from tracker.services.demo.occasions import AGAIN_LAST, FOLLOW_UP_WEEKS, LATEST_DAYS
from tracker.services.demo.oddities import WRONG_CLOCK
from tracker.services.demo.story import Entry, Story, moment

TODAY = date(2025, 11, 22)
FEW = 30


def told(patients: int = FEW, today: date = TODAY) -> tuple[Story, ...]:
    return stories(np.random.default_rng(SEED), today, patients)


@pytest.fixture(scope="module")
def few() -> tuple[Story, ...]:
    return told()


@pytest.fixture(scope="module")
def whole() -> tuple[Story, ...]:
    return told(300)


def entries(clinic: tuple[Story, ...]) -> list[Entry]:
    return [e for story in clinic for e in story.entries]


def week_of(entry: Entry) -> int:
    return int(entry.tag.split("/")[0].split("-")[1])


def later(entry: Entry) -> timedelta:
    return entry.received_at - entry.recorded_at


def test_the_same_seed_and_date_tell_the_same_stories(few):
    assert told() == few


def test_fewer_patients_are_the_beginning_of_more(few):
    assert told(10) == few[:10]


def test_another_date_tells_another_clinic(few):
    assert told(today=TODAY + timedelta(days=1)) != few


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2025, 3, 30), date(2026, 1, 1), date(2026, 7, 18)])
def test_any_date_will_do(today):
    assert len(told(today=today)) == FEW


def test_thirty_patients_show_every_condition_fate_and_chronicity(few):
    plans = [story.plan for story in few]
    assert {p.condition for p in plans} == set(CONDITIONS)
    assert {p.fate for p in plans} == {"completed", "unfinished", "running"}
    assert {p.chronicity for p in plans} == {"acute", "subacute", "chronic"}


def test_half_of_the_clinic_has_low_back_pain(whole):
    assert Counter(s.plan.condition for s in whole)["low_back"] == 150


def test_an_unfinished_course_has_two_or_three_sessions(whole):
    stopped = [s.plan for s in whole if s.plan.fate == "unfinished"]
    assert len(stopped) > 20
    assert {sum(v.state == "held" for v in p.visits) for p in stopped} == {2, 3}


def test_two_knees_have_a_score_each(whole):
    both = [s for s in whole if s.plan.places == (("knee", "left"), ("knee", "right"))]
    assert len(both) > 5
    assert all({e.place for e in s.entries if e.instrument == "nrs_now"} <= set(s.plan.places) for s in both)


def test_sessions_lie_behind_and_planned_ones_ahead(whole):
    visits = [v for s in whole for v in s.plan.visits]
    assert all((v.on >= TODAY) == (v.state == "planned") for v in visits)
    assert {v.state for v in visits} == {"held", "reported", "cancelled", "planned"}


def test_every_course_has_begun(whole):
    assert all(s.plan.held and s.plan.onset_on < s.plan.visits[0].on < TODAY for s in whole)


def test_nothing_is_known_that_has_not_arrived(whole):
    assert all(e.received_at < moment(TODAY, 0) for e in entries(whole))
    assert all(list(s.entries) == sorted(s.entries, key=lambda e: e.received_at) for s in whole)


@pytest.mark.parametrize("code", sorted(set(INSTRUMENTS) - {*MEDICINE_CLASSES, DIARY}))
def test_scores_stay_in_range_and_whole(whole, code):
    scale, values = INSTRUMENTS[code], [e.value for e in entries(whole) if e.instrument == code and e.value is not None]
    assert values
    assert all(scale.minimum <= v <= scale.maximum for v in values)
    assert not scale.whole or all(v == int(v) for v in values)


def test_nought_is_a_score(whole):
    assert sum(e.value == 0 for e in entries(whole) if e.instrument.startswith("nrs")) > 20


def test_medicine_days_are_headache_days(whole):
    days = {
        (s.person.number, e.tag.split("-", 1)[1]): e.value
        for s in whole
        for e in s.entries
        if e.instrument == "headache_days"
    }
    taken = {
        (s.person.number, e.tag.split("-", 1)[1]): e.value
        for s in whole
        for e in s.entries
        if e.instrument == "medicine_days"
    }
    assert all(taken[key] <= days[key] for key in taken.keys() & days.keys())


def test_follow_ups_come_on_the_schedule(whole):
    for story in whole:
        after = [e for e in story.entries if e.tag.startswith("after-") and story.person.number != WRONG_CLOCK]
        for entry in after:
            late = (entry.recorded_at.date() - occasions.ended_on(story.plan)).days - 7 * week_of(entry)
            assert week_of(entry) in FOLLOW_UP_WEEKS
            assert 0 <= late <= LATEST_DAYS + ("again" in entry.tag) * AGAIN_LAST


def test_a_running_course_has_no_follow_up(whole):
    assert not [e for s in whole if s.plan.fate == "running" for e in s.entries if e.tag.startswith("after-")]


def test_thirty_patients_show_what_goes_odd(few):
    known = entries(few)
    assert sum(e.retracted for e in known) == 1
    assert any(e.supersedes and e.reason and not e.retracted for e in known)
    assert {e.entered_by for e in known} >= {"patient", "assisted"}
    assert any(later(e) > timedelta(days=1) for e in known)
    assert any(later(e) < timedelta(0) for e in known), "a clock that is ahead"
    assert any(r.serious for s in few for r in s.reactions)
    assert any(v.number == 2 for s in few for v in s.plan.visits)


def test_one_after_score_is_told_before_its_before_score(few):
    pairs = {}
    for story in few:
        for e in story.entries:
            if e.visit:
                pairs.setdefault((story.person.number, e.visit.on, e.visit.number, e.place), {})[e.kind] = e.recorded_at
    assert any(p["after"] < p["before"] for p in pairs.values() if len(p) == 2)


def test_a_correction_names_an_earlier_entry_of_its_course(whole):
    for story in whole:
        seen = set()
        for e in story.entries:
            assert e.supersedes is None or e.supersedes in seen
            seen.add(e.tag)


def test_some_lose_what_they_had(whole):
    def at(story: Story, week: int) -> float | None:
        return next((e.value for e in story.entries if e.tag == f"after-{week}/0"), None)

    both = [(at(s, 1), at(s, 39)) for s in whole]
    lost = [(a, b) for a, b in both if a is not None and b is not None and b >= a + 2]
    assert 5 <= len(lost) <= 60


def test_pairs_and_silence_are_as_in_life(whole):
    held = sum(len(s.plan.held) * len(s.plan.places) for s in whole)
    kinds = Counter(e.kind for e in entries(whole) if not e.supersedes)
    assert 0.85 < kinds["before"] / held < 0.95
    assert 0.74 < kinds["after"] / held < 0.86


def test_reactions_are_about_as_frequent_as_published(whole):
    sessions = sum(len(s.plan.held) for s in whole)
    found = [r for s in whole for r in s.reactions]
    assert 8 < 1000 * len(found) / sessions < 20
    assert sum(r.serious for r in found) == 1


def test_the_patient_of_the_links_is_due_for_the_fifth_session(few):
    story = few[0]
    assert (len(story.plan.held), story.plan.planned_sessions) == (4, 12)
    assert not [v for v in story.plan.visits if v.on == TODAY]
    baseline = [e.value for e in story.entries if e.kind == "baseline"]
    assert 7 <= sum(v or 0 for v in baseline) / len(baseline) < 7.5


def test_one_patient_was_followed_for_a_year(few):
    weeks = [week_of(e) for e in few[1].entries if e.tag.startswith("after-")]
    assert tuple(weeks) == FOLLOW_UP_WEEKS


def test_everybody_is_plainly_invented(whole):
    assert all(s.person.code.startswith("SYN-") and s.person.initials.startswith("X") for s in whole)
