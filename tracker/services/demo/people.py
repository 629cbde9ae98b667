"""People: who comes to the demo clinic, with what, for how long already.

Conditions go round in a fixed order, so that few patients show all.
"""

from datetime import date, timedelta

import numpy as np

from tracker.services.demo.story import Person, Place

PRACTITIONERS = (
    "Dr. Sample One",
    "Dr. Sample Two",
    "Dr. Sample Three",
    "Dr. Sample Four",
    "Dr. Sample Five",
    "Dr. Sample Six",
)
# Every other patient has low back pain; the conditions between them, in turn.
MOST = "low_back"
BETWEEN = (
    "knee_oa",
    "neck",
    "migraine",
    "neck",
    "headache",
    "knee_oa",
    "tension_headache",
    "neck",
    "other_msk",
    "knee_oa",
)
MEAN_AGE = {"knee_oa": 66, "migraine": 41, "headache": 44, "tension_headache": 42}
USUAL_AGE, AGE_SD, YOUNGEST, OLDEST = 52, 12, 19, 88
WOMEN = 0.66
SEX_UNTOLD = BIRTH_UNTOLD = 0.04
SITES = {"low_back": "lower_back", "neck": "neck", "knee_oa": "knee", "other_msk": "shoulder"}
SECOND_SITES = {"low_back": ("hip", 0.12), "neck": ("shoulder", 0.15)}
BOTH_KNEES = 0.4
# Shares of acute, subacute and chronic courses, and the days between onset and the first session (domain.md's limits).
ONSETS = {"acute": (0.2, 4, 40), "subacute": (0.15, 43, 83), "chronic": (0.65, 120, 2600)}
ALWAYS_CHRONIC = ("knee_oa", "migraine", "tension_headache")


def person(number: int, rng: np.random.Generator, today: date) -> Person:
    """Patient `number` of the clinic; code and initials say that nobody stands behind them."""
    age = float(np.clip(rng.normal(MEAN_AGE.get(condition(number), USUAL_AGE), AGE_SD), YOUNGEST, OLDEST))
    sex = "female" if rng.random() < WOMEN else "male"
    told_sex, told_birth = rng.random(2) > (SEX_UNTOLD, BIRTH_UNTOLD)
    return Person(
        number=number,
        code=code(number),
        initials=initials(number),
        birth_year=today.year - round(age) if told_birth else None,
        sex=sex if told_sex else None,
    )


def code(number: int) -> str:
    """The clinic's own code of patient `number`."""
    return f"SYN-{number:03d}"


def initials(number: int) -> str:
    """Two letters; nobody's name begins with both."""
    return "X" + chr(ord("A") + (number - 1) % 26)


def condition(number: int) -> str:
    """The condition of patient `number`."""
    return MOST if number % 2 else BETWEEN[(number // 2 - 1) % len(BETWEEN)]


def onset(condition: str, started: date, rng: np.random.Generator) -> tuple[date, str]:
    """The day the pain began, and the chronicity that follows from it at the first session."""
    share, spread = rng.random(), rng.random()
    acute, subacute = ONSETS["acute"][0], ONSETS["subacute"][0]
    name = "acute" if share < acute else "subacute" if share < acute + subacute else "chronic"
    name = "chronic" if condition in ALWAYS_CHRONIC else name
    _, least, most = ONSETS[name]
    return started - timedelta(days=round(least * (most / least) ** spread)), name


def places(condition: str, rng: np.random.Generator) -> tuple[Place, ...]:
    """Where it hurts: left and right are places of their own; a headache has none."""
    if condition == "knee_oa":
        return _knees(rng)
    if condition not in SITES:
        return ((None, "none"),)
    side = "none" if condition in ("low_back", "neck") else str(rng.choice(["left", "right"]))
    second, share = SECOND_SITES.get(condition, ("", 0.0))
    more = ((second, str(rng.choice(["left", "right"]))),) if rng.random() < share else ()
    return ((SITES[condition], side), *more)


def _knees(rng: np.random.Generator) -> tuple[Place, ...]:
    """One knee, or both with a score each."""
    if rng.random() < BOTH_KNEES:
        return ("knee", "left"), ("knee", "right")
    return (("knee", "left" if rng.random() < 0.5 else "right"),)
