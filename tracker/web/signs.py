"""Signs: every warning sign, by how fast help is needed. None is left out, none stands without its context."""

from collections.abc import Iterable
from typing import NamedTuple

from tracker.evidence.records import RedFlag
from tracker.tongue import _, english

NOW, TODAY, TALK = english("Call for help now"), english("See a doctor today"), english("Talk to somebody now")
SPEED = {"emergency_now": NOW, "same_day_or_emergency": NOW, "same_day": TODAY, "crisis_line": TALK}
WHEN = {
    ("session", True): english("In the {days} days after a session."),
    ("session", False): english("After a session."),
    ("neck_treatment", True): english("In the {days} days after treatment of the neck."),
    ("neck_treatment", False): english("After treatment of the neck."),
    ("herbal_medicine", True): english("In the {days} days after herbal medicine."),
    ("herbal_medicine", False): english("After herbal medicine."),
}


class Sign(NamedTuple):
    """What a person may notice, after what, and what next to it calls for another speed."""

    words: str
    when: str
    also: tuple[tuple[str, str], ...]


class Speed(NamedTuple):
    """One heading and the signs under it."""

    title: str
    signs: tuple[Sign, ...]


def by_speed(flags: Iterable[RedFlag]) -> tuple[Speed, ...]:
    """All signs under their headings, in the order given."""
    told = [(SPEED[flag.action], sign(flag)) for flag in flags]
    return tuple(Speed(_(title), tuple(one for speed, one in told if speed == title)) for title in (NOW, TODAY, TALK))


def sign(flag: RedFlag) -> Sign:
    """One sign in words."""
    return Sign(_(flag.ask), _when(flag), tuple((_(SPEED[also.action]), _(also.ask)) for also in flag.also))


def _when(flag: RedFlag) -> str:
    """In the 7 days after a session."""
    if flag.after is None:
        return ""
    return _(WHEN[flag.after, bool(flag.window_days)], days=flag.window_days)
