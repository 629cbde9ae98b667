"""`outcomes FILE.csv`: every figure of the JSON against an independent recount, and the published answers."""

import json
import math
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from tests.science import gls
from tests.services import recount
from tests.services.clinic_file import clinic_file
from tests.services.recount import Scale
from tracker.science.scales import INSTRUMENTS
from tracker.services.errors import Invalid
from tracker.services.outcomes_file import Usage, outcomes, text

TIDY = Path(__file__).parents[3] / "shared" / "data" / "vickers2004_tidy.csv"
SCORE = "headache_score:0:140:lower"
DIARY = Scale("headache_score", 0, 140, floor=0, points=None, worse_points=0)
WEEK = Scale("nrs_week")
real = pytest.mark.skipif(not TIDY.exists(), reason="public data not in ../shared/data")

# What has no second value to compare with, and why
WORDS = {"notes", "definitions", "source", "sentence"}
TAKEN = {"phi"}  # handed to the recount; found again by simulation in tests/science/test_trend.py
COUNTED_BELOW = {"staff_entered", "course", "site"}


def differences(actual, expected, path="", exact=True):
    """Where two trees differ; keys that only one has are differences too, unless listed above or inside durability."""
    if isinstance(expected, dict):
        known = WORDS | TAKEN | COUNTED_BELOW | ({*actual} if not exact else set())
        extra = [f"{path}.{key}: not recounted" for key in set(actual) - set(expected) - known]
        return extra + [
            line
            for key, value in expected.items()
            for line in differences(actual[key], value, f"{path}.{key}", exact and key != "durability")
        ]
    if isinstance(expected, list | tuple):
        if actual is None or len(actual) != len(expected):
            return [f"{path}: {actual} is not {expected}"]
        pairs = enumerate(zip(actual, expected, strict=True))
        return [line for n, (a, e) in pairs for line in differences(a, e, f"{path}[{n}]", exact)]
    if isinstance(expected, float | int) and not isinstance(expected, bool) and actual is not None:
        close = math.isclose(actual, expected, rel_tol=1e-9, abs_tol=1e-9 if exact else 2e-5)
        return [] if close else [f"{path}: {actual} is not {expected}"]
    return [] if actual == expected else [f"{path}: {actual} is not {expected}"]


@cache
def clinic(seed, weekly, worse=False):
    return clinic_file(seed, weekly=weekly, worse=worse)


def modelled(shown, model):
    """The windows of the comparison under one model."""
    return [window for window in shown["comparison"]["windows"] if window["model"] == model]


def without_mmrm(shown):
    """The summary as the recount knows it; the MMRM is compared with R below."""
    return {**shown, "comparison": {**shown["comparison"], "windows": modelled(shown, "ancova")}}


def both(file, scale, anchor, as_of):
    """The summary and its recount."""
    shown = outcomes(file.encode(), anchor=anchor, group="group", compare="usual", as_of=as_of)
    phi = shown["groups"]["usual"]["trend"]["phi"]
    return shown, recount.outcomes(file, scale, anchor=anchor, group="group", reference="usual", as_of=as_of, phi=phi)


@pytest.mark.parametrize("anchor", ["end", "start"])
@pytest.mark.parametrize(
    ("seed", "weekly", "as_of"),
    [
        (1, False, date(2023, 9, 1)),
        (1, False, date(2024, 3, 1)),
        (1, False, date(2026, 1, 1)),
        (2, True, date(2026, 1, 1)),
    ],
)
def test_every_figure_of_a_clinics_summary_equals_the_recount(seed, weekly, as_of, anchor):
    shown, expected = both(clinic(seed, weekly), WEEK, anchor, as_of)
    assert differences(without_mmrm(shown), expected) == []
    json.dumps(shown, allow_nan=False)


def test_every_figure_of_a_clinic_whose_patients_get_worse_equals_the_recount():
    shown, expected = both(clinic(1, False, True), WEEK, "end", date(2026, 1, 1))
    assert differences(without_mmrm(shown), expected) == []
    group = shown["groups"]["needles"]
    assert min(w["missing"]["delta"]["value"] or 0 for w in group["windows"]) < 0
    assert group["sessions"]["carry_over"]["share"] is None
    assert group["sessions"]["carry_over"]["patients"] >= 10


def test_every_figure_of_an_instrument_with_a_share_of_its_own_equals_the_recount(monkeypatch):
    monkeypatch.setitem(INSTRUMENTS, "nrs_week", replace(INSTRUMENTS["nrs_week"], responder=0.4))
    shown, expected = both(clinic(1, False), replace(WEEK, share=0.4), "end", date(2024, 3, 1))
    assert differences(without_mmrm(shown), expected) == []
    assert [row["threshold"] for row in shown["groups"]["usual"]["windows"][0]["responders"]] == [0.3, 0.4, 0.5]


def test_the_made_up_clinics_reach_every_kind_of_figure():
    """A recount that only ever compares nulls would prove nothing."""
    shown = [outcomes(clinic(*of).encode(), as_of=date(2026, 1, 1)) for of in ((1, False), (2, True))]
    spread, weekly = (one["groups"]["all"] for one in shown)
    for group in (spread, weekly):
        lasting = group["durability"]
        assert all(
            lasting[key] for key in ("responders_at_end", "never_responded", "lost", "censored", "retreated", "npmle")
        )
        assert all(row["low"] is not None and row["noise_alone"] for row in lasting["survival"])
        assert any(row["fraction"] is not None for row in lasting["retained"])
        assert all(w["pgic"] is None or w["pgic"]["n"] for w in group["windows"])
        assert sum(count > 0 for count in group["trend"]["labels"].values()) >= 5
        assert sum(count > 0 for count in group["trend_after"]["labels"].values()) >= 4
        assert group["trend_after"]["mean_slope_per_week"]
        assert group["ecdf"]
        assert group["sessions"]["change"]["ci"]
        assert group["sessions"]["carry_over"]["ci"]
        assert all(row["due"] for w in group["windows"] for row in w["missing"]["tertiles"])
        assert any(row["answered"]["x"] < row["due"] for w in group["windows"] for row in w["missing"]["tertiles"])
        assert any(w["missing"]["delta"]["value"] for w in group["windows"])
    assert {w["missing"]["delta"]["possible"] for w in spread["windows"]} == {True, False}
    assert {w["missing"]["delta"]["possible"] for w in weekly["windows"]} == {None, False}
    for one in shown:
        drawn = [c["slope_shrunken"] - c["slope_per_week"] for c in one["courses"] if c["slope_shrunken"] is not None]
        assert len(drawn) >= 60
        assert any(abs(by) > 0.1 for by in drawn)
    assert any(c["slope_per_week"] is not None and c["slope_shrunken"] is None for c in shown[1]["courses"])
    assert spread["durability"]["unconfirmed"]
    assert spread["durability"]["no_end_reading"]
    assert spread["staff_entered"]
    assert weekly["durability"]["kaplan_meier"]
    assert any(w["pgic"] for w in spread["windows"])


@real
@pytest.mark.parametrize("anchor", ["end", "start"])
def test_every_figure_of_the_real_file_equals_the_recount(anchor):
    shown = outcomes(TIDY, anchor=anchor, instrument=SCORE, group="group", compare="control")
    expected = recount.outcomes(TIDY.read_text(), DIARY, anchor=anchor, group="group", reference="control")
    assert differences(without_mmrm(shown), expected) == []


def answers(file, scale, anchor, as_of):
    """What the MMRM may see, found by the recount: baselines, the last five windows with ten answers a group, who."""
    day, chosen = as_of.toordinal(), recount.firsts(recount.series(file, as_of, "group", scale.code))
    people = [s for s in chosen if not np.isnan(s.base)]
    group = np.array([s.group != "usual" for s in people])
    months = ([] if anchor == "start" else [0]) + list(recount.MONTHS)
    told = {
        m: [recount.value(s, m, anchor) if recount.is_due(s, m, anchor, day) else np.nan for s in people]
        for m in months
    }
    enough = [m for m in months if all((np.isfinite(told[m]) & side).sum() >= 10 for side in (group, ~group))][-5:]
    values = [[None if np.isnan(told[m][n]) else float(told[m][n]) for m in enough] for n in range(len(people))]
    return enough, {"baseline": [s.base for s in people], "values": values, "in_group": group.tolist()}


@pytest.mark.parametrize(("as_of", "anchor"), [(date(2024, 3, 1), "end"), (date(2026, 1, 1), "start")])
def test_the_mmrm_of_a_clinics_summary_is_rs(as_of, anchor):
    if why := gls.missing():
        pytest.skip(why)
    file = clinic(1, False)
    months, cohort = answers(file, WEEK, anchor, as_of)
    theirs = dict(zip(months, gls.ask({"clinic": cohort})[1]["clinic"], strict=True))
    shown = modelled(outcomes(file.encode(), anchor=anchor, group="group", compare="usual", as_of=as_of), "mmrm")
    assert [w["month"] for w in shown if w["difference"] is not None] == months
    for window in shown:
        if window["month"] in theirs:
            book, half = theirs[window["month"]], (window["ci"][1] - window["ci"][0]) / 2
            assert window["difference"] == pytest.approx(-book["effect"], abs=1e-5 * book["se"])
            assert half == pytest.approx(stats.t.ppf(0.975, book["df"]) * book["se"], rel=1e-4)


@cache
def vickers():
    return outcomes(TIDY, anchor="start", instrument=SCORE, group="group", compare="control")


def window(group, month, found=None):
    return next(w for w in (found or vickers())["groups"][group]["windows"] if w["month"] == month)


@real
@pytest.mark.parametrize(
    ("group", "mean", "sd", "percent", "x", "n"),
    [("acupuncture", 16.2, 13.7, 34, 62, 161), ("control", 22.3, 17.0, 16, 27, 140)],
)
def test_the_published_12_month_answers(group, mean, sd, percent, x, n):
    """Vickers 2004, BMJ 328:744, table 2 and text."""
    shown = window(group, 12)
    assert (round(shown["mean"], 1), round(shown["sd"], 1), round(shown["percent_of_means"])) == (mean, sd, percent)
    half = shown["responders"][1]["observed"]
    assert (half["x"], half["n"]) == (x, n)


@real
def test_the_published_difference_given_the_baseline():
    (shown,) = [w for w in modelled(vickers(), "ancova") if w["month"] == 12]
    assert (round(shown["difference"], 2), [round(x, 2) for x in shown["ci"]]) == (4.59, [2.12, 7.05])


@real
def test_the_difference_by_mmrm_is_that_of_nlme():
    """R's figures are stored (tests/science/data/mmrm_r.json); the interval is Student's on Satterthwaite's df."""
    stored = json.loads(gls.STORED.read_text())["vickers"]["figures"]
    for shown, book in zip(modelled(vickers(), "mmrm"), stored, strict=True):
        half = stats.t.ppf(0.975, book["df"]) * book["se"]
        assert shown["difference"] == pytest.approx(-book["effect"], rel=1e-6)
        assert shown["ci"] == pytest.approx([-book["effect"] - half, -book["effect"] + half], rel=1e-5)
    assert [round(x, 2) for x in (shown["difference"], *shown["ci"])] == [4.70, 2.23, 7.17]


@real
def test_the_sample_in_the_design_is_met():
    group, shown = vickers()["groups"]["acupuncture"], window("acupuncture", 3)
    assert (group["courses"], group["with_baseline"], group["too_low"]) == (205, 205, 0)
    assert [round(group["baseline"][k], 1) for k in ("mean", "sd")] == [25.6, 15.5]
    assert (shown["due"], shown["n"], round(shown["mean"], 2), round(shown["sd"], 2)) == (205, 173, 19.05, 15.65)
    assert [round(x, 2) for x in (shown["improvement"]["mean"], *shown["improvement"]["ci"])] == [6.45, 4.62, 8.29]
    assert (round(shown["percent_of_means"], 1), shown["worse_30"]["x"], shown["worse_30"]["n"]) == (25.3, 17, 173)
    third = shown["responders"][0]
    assert [(third[k]["x"], third[k]["n"]) for k in ("observed", "missing_not_improved", "best_case")] == [
        (78, 173),
        (78, 205),
        (110, 205),
    ]
    assert round(next(p["share"] for p in group["ecdf"] if p["improvement"] == 0.3), 3) == 0.559


@real
def test_day_numbers_make_every_window_due_and_say_so():
    shown = outcomes(TIDY, instrument=SCORE, as_of=date(2020, 1, 1))
    assert shown["as_of"] is None
    assert "all count as due" in shown["groups"]["all"]["notes"][0]
    assert "as-of date is not used" in shown["groups"]["all"]["notes"][0]


HEADER = "patient,condition,course_start,course_end,kind,instrument,recorded_at,value,group,entered_by\n"


def lines(*rows):
    return (HEADER + "\n".join(rows) + "\n").encode()


BASE = "p1,neck,0,70,baseline,nrs_week,-3,6,a,"


def test_without_a_group_there_is_one_named_all():
    assert list(outcomes(lines(BASE))["groups"]) == ["all"]


def test_nrs_week_is_the_default_else_the_one_with_most_readings():
    peg = [f"p1,neck,0,70,check_in,peg,{d},3,a," for d in range(5)]
    now = ["p1,neck,0,70,check_in,nrs_now,3,3,a,"]
    assert outcomes(lines(BASE, *peg))["instrument"]["code"] == "nrs_week"
    assert outcomes(lines(*now, *peg))["instrument"]["code"] == "peg"


def test_a_course_without_a_group_is_in_the_group_none():
    shown = outcomes(lines(BASE, "p2,neck,0,70,baseline,nrs_week,-3,6,,"), group="group")
    assert {name: g["courses"] for name, g in shown["groups"].items()} == {"a": 1, "none": 1}


def test_any_column_can_be_the_group():
    shown = outcomes(lines(BASE, "p2,low_back,0,70,baseline,nrs_week,-3,6,,"), group="condition")
    assert list(shown["groups"]) == ["low_back", "neck"]


def test_staff_entered_scores_leave_the_figures_and_are_counted():
    rows = [BASE, "p1,neck,0,70,check_in,nrs_week,161,1,a,staff"]
    group = outcomes(lines(*rows))["groups"]["all"]
    assert group["staff_entered"] == 1
    assert next(w for w in group["windows"] if w["month"] == 3)["n"] == 0


def test_a_flare_from_zero_is_a_worsening():
    """Mistake others made: a score of 0 treated as missing."""
    rows = ["p1,neck,0,70,baseline,nrs_week,-3,0,a,", "p1,neck,0,70,check_in,nrs_week,161,8,a,"]
    shown = window("all", 3, outcomes(lines(*rows)))
    assert (shown["worse_30"]["x"], shown["worse_30"]["n"]) == (1, 1)
    assert shown["responders"][0]["observed"]["n"] == 0
    assert shown["percent_median"] is None


def test_exactly_30_percent_is_a_responder():
    """Mistake others made: a change exactly equal to the threshold missed by a strict comparison."""
    rows = ["p1,neck,0,70,baseline,nrs_week,-3,10,a,", "p1,neck,0,70,check_in,nrs_week,161,7,a,"]
    assert window("all", 3, outcomes(lines(*rows)))["responders"][0]["observed"]["x"] == 1


def test_readings_after_the_day_asked_for_are_left_out_and_counted():
    rows = [
        f"p1,neck,2024-01-01,2024-03-01,{kind},nrs_week,{day},5,a,"
        for kind, day in (("baseline", "2023-12-30"), ("check_in", "2024-03-05"), ("check_in", "2024-06-01"))
    ]
    shown = outcomes(lines(*rows), as_of=date(2024, 5, 31))
    assert shown["as_of"] == "2024-05-31"
    assert any("1 rows are dated after 2024-05-31" in note for note in shown["groups"]["all"]["notes"])


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"anchor": "middle"}, "anchor"),
        ({"compare": "a"}, "compare_without_group"),
        ({"group": "group", "compare": "z"}, "compare_unknown"),
        ({"instrument": "nrs week"}, "instrument"),
        ({"instrument": "mood"}, "instrument_unknown"),
        ({"instrument": "mood:10:0:lower"}, "instrument"),
        ({"instrument": "mood:0:1.2.3:lower"}, "instrument"),
        ({"instrument": "nrs_week:0:100:lower"}, "instrument"),
    ],
)
def test_a_wrong_option_is_a_usage_error(options, code):
    with pytest.raises(Usage) as refused:
        outcomes(lines(BASE), **options)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("data", "options", "code"),
    [
        (lines(BASE.replace(",6,", ",11,")), {}, "refused_lines"),
        (lines(BASE, "p1,neck,0,70,check_in,nrs_week,3,6,b,"), {"group": "group"}, "two_groups"),
        (lines(BASE), {"instrument": "peg"}, "instrument_absent"),
        (lines(BASE.replace("nrs_week", "mood")), {}, "instrument_unknown"),
        (HEADER.encode(), {}, "no_readings"),
        (lines(BASE), {"group": "arm"}, "refused_lines"),
    ],
)
def test_data_that_do_not_allow_it_are_refused(data, options, code):
    with pytest.raises(Invalid) as refused:
        outcomes(data, **options)
    assert refused.value.code == code
    assert not isinstance(refused.value, Usage)


def test_a_missing_file_is_refused_in_words():
    with pytest.raises(Invalid) as refused:
        outcomes("no/such/file.csv")
    assert refused.value.code == "unreadable_file"


def test_refused_lines_are_spelled_out_without_their_values():
    with pytest.raises(Invalid) as refused:
        outcomes(
            lines(*[row.replace("p1", f"p{n}") for n in range(30) for row in (BASE.replace(",6,", ",4711,"), BASE)])
        )
    assert "line 2, value: is outside 0 to 10" in refused.value.message
    assert "and 10 more" in refused.value.message
    assert "4711" not in refused.value.message
    assert len(refused.value.errors) == 30


def test_neighbouring_lines_refused_for_one_reason_stand_together():
    with pytest.raises(Invalid) as refused:
        outcomes(lines(*[BASE.replace(",6,", ",4711,").replace("p1", f"p{n}") for n in range(30)]))
    assert refused.value.message.startswith("30 refused line(s): lines 2 to 31, value: is outside 0 to 10")


def test_an_unknown_column_is_refused_when_strict_and_noted_else():
    data = (
        b"patient,condition,course_start,kind,instrument,recorded_at,value,mood\np1,neck,0,baseline,nrs_week,-3,6,x\n"
    )
    assert any("columns not known here" in note for note in outcomes(data)["groups"]["all"]["notes"])
    with pytest.raises(Invalid):
        outcomes(data, strict=True)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_summary_in_words_fits_100_columns_and_says_how_many(seed):
    shown = outcomes(clinic(seed, seed == 2).encode(), group="group", compare="usual", as_of=date(2026, 1, 1))
    words = text(shown)
    assert max(map(len, words.splitlines())) <= 100
    for name, group in shown["groups"].items():
        assert f"{name}: {group['courses']} courses, {group['with_baseline']} with a baseline" in words
        for w in group["windows"]:
            assert f"{w['n']} of {w['due']}" in words
    assert "Compared with usual" in words
    assert "None" not in words
    assert "nan" not in words


def test_no_headline_stands_on_a_poor_follow_up():
    rows = [f"p{n},neck,0,70,baseline,nrs_week,-3,6,a," for n in range(10)]
    rows += [f"p{n},neck,0,70,check_in,nrs_week,161,2,a," for n in range(4)]
    words = text(outcomes(lines(*rows)))
    assert "no headline: 4 of 10 answered" in words
    assert "100 %" not in words


def few(people):
    """Two groups of so many with a baseline and a score at 3 months."""
    made = [(f"p{n},neck,0,70", n, "ab"[n % 2]) for n in range(2 * people)]
    return lines(
        *(f"{who},baseline,nrs_week,-3,{4 + n % 5},{group}," for who, n, group in made),
        *(f"{who},check_in,nrs_week,161,{n * n % 7},{group}," for who, n, group in made),
    )


def test_nine_answers_in_a_group_have_an_ancova_and_no_mmrm_and_the_notes_say_why():
    shown = outcomes(few(9), group="group", compare="a")
    (least_squares, by_reml) = shown["comparison"]["windows"]
    assert least_squares["difference"] is not None
    assert by_reml == {"month": 3, "group": "b", "model": "mmrm", "difference": None, "ci": None, "n": [9, 9]}
    said = "No MMRM, as fewer than 10 answers in a group: b, month 3."
    assert said in shown["comparison"]["notes"]
    assert "b: not computed (MMRM)" in text(shown)


def test_one_window_has_one_difference_by_either_model():
    shown = outcomes(few(10), group="group", compare="a")
    (least_squares, by_reml) = shown["comparison"]["windows"]
    assert by_reml["difference"] == pytest.approx(least_squares["difference"])
    assert by_reml["ci"] == pytest.approx(least_squares["ci"])
    assert "points (MMRM)" in text(shown)
