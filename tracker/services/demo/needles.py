"""Needles: what was done in the demo's sessions, the same in every session of a course, in the shape of STRICTA."""

from typing import Any

from tracker.science.needling import PHARMACOPUNCTURE
from tracker.services.demo.story import Plan

MINUTES = 40
POINTS = {  # in common use for the place; nothing is said about what they do
    "low_back": ("BL23", "BL25", "BL40"),
    "neck": ("GB20", "GB21", "SI3"),
    "knee_oa": ("ST36", "SP9", "GB34"),
    "headache": ("GB20", "LI4", "LR3"),
    "migraine": ("GB20", "GB41", "LR3"),
    "tension_headache": ("GB20", "LI4", "GB21"),
}
OTHER_POINTS = ("LI4", "ST36")
NEEDLED = {"acupuncture": "manual", "electroacupuncture": "electro"}


def details(plan: Plan) -> dict[str, Any]:
    """How long, by whom, with which needles, and what was injected."""
    stimulated = [NEEDLED[m] for m in plan.modalities if m in NEEDLED]
    return {
        "minutes": MINUTES,
        "practitioner": plan.practitioner,
        "needling": needling(plan.condition, stimulated[-1]) if stimulated else None,
        "product": "herbal" if PHARMACOPUNCTURE in plan.modalities else None,
    }


def needling(condition: str, stimulation: str) -> dict[str, Any]:
    """Both sides of each point."""
    points = POINTS.get(condition, OTHER_POINTS)
    return {
        "points": [{"name": name, "side": "both"} for name in points],
        "needles": 2 * len(points),
        "gauge_mm": 0.25,
        "depth_mm": 15.0,
        "retention_minutes": 20,
        "stimulation": stimulation,
        "response": "de qi",
    }
