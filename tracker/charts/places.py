"""Places: parts of the body with their side as whole phrases, so that each language says them in its own order.

A phrase stands after "your" in English and inside a question in every language; Spanish ones carry their article.
"""

from typing import NamedTuple

from tracker.tongue import _, english


class Part(NamedTuple):
    """One part of the body; without sides, they are said around it."""

    none: str
    left: str = english("left {part}")
    right: str = english("right {part}")
    both: str = english("{part} (both sides)")


PARTS = {
    "ankle": Part(english("ankle"), english("left ankle"), english("right ankle"), english("both ankles")),
    "arm": Part(english("arm"), english("left arm"), english("right arm"), english("both arms")),
    "back": Part(english("back")),
    "buttock": Part(english("buttock"), english("left buttock"), english("right buttock"), english("both buttocks")),
    "elbow": Part(english("elbow"), english("left elbow"), english("right elbow"), english("both elbows")),
    "foot": Part(english("foot"), english("left foot"), english("right foot"), english("both feet")),
    "hand": Part(english("hand"), english("left hand"), english("right hand"), english("both hands")),
    "head": Part(english("head")),
    "hip": Part(english("hip"), english("left hip"), english("right hip"), english("both hips")),
    "jaw": Part(english("jaw")),
    "knee": Part(english("knee"), english("left knee"), english("right knee"), english("both knees")),
    "leg": Part(english("leg"), english("left leg"), english("right leg"), english("both legs")),
    "low_back": Part(english("lower back")),
    "lower_back": Part(english("lower back")),
    "neck": Part(english("neck")),
    "shoulder": Part(
        english("shoulder"), english("left shoulder"), english("right shoulder"), english("both shoulders")
    ),
    "sore_area": Part(english("sore area")),
    "thigh": Part(english("thigh"), english("left thigh"), english("right thigh"), english("both thighs")),
    "upper_back": Part(english("upper back")),
    "wrist": Part(english("wrist"), english("left wrist"), english("right wrist"), english("both wrists")),
}
OF_CONDITION = {
    "low_back": "low_back",
    "neck": "neck",
    "knee_oa": "knee",
    "headache": "head",
    "migraine": "head",
    "tension_headache": "head",
    "other_msk": "sore_area",
}


def body(condition: str, site: str | None, side: str) -> str:
    """left knee, both knees, lower back: as it stands after "your"; a clinic's own place goes by its own words."""
    code = site or OF_CONDITION.get(condition, "sore_area")
    part = PARTS.get(code) or Part(code.replace("_", " "))
    return _(getattr(part, side, part.none), part=_(part.none))
