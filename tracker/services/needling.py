"""Needling: the record of a session's needles, checked and brought into one shape; what was left blank is not there."""

from collections.abc import Mapping
from typing import Any

from tracker.science import needling as limits
from tracker.science.scales import SIDES
from tracker.services.faults import Faults
from tracker.tongue import _

NUMBERS = {  # name: its limits, and whether it is whole
    "needles": (limits.NEEDLES, True),
    "gauge_mm": (limits.GAUGE, False),
    "depth_mm": (limits.DEPTH, False),
    "retention_minutes": (limits.RETENTION, True),
}
WORDS = ("stimulation_words", "response")
NAMES = ("points", *NUMBERS, "stimulation", *WORDS)


def check(faults: Faults, told: Any) -> None:
    """All that can be wrong with a record of needling."""
    if told is None:
        return
    if not isinstance(told, Mapping) or not all(isinstance(name, str) for name in told):
        faults.add("/needling", "not_an_object", _("This must name its parts."))
        return
    if set(told) - set(NAMES):
        faults.add("/needling", "unknown_field", _("This must be one of {words}.", words=", ".join(NAMES)))
    for name, (within, whole) in NUMBERS.items():
        faults.number(f"/needling/{name}", told.get(name), *within, whole=whole)
    faults.word("/needling/stimulation", told.get("stimulation"), limits.STIMULATIONS, needed=False)
    for name in WORDS:
        faults.text(f"/needling/{name}", told.get(name), limits.LONGEST_WORDS)
    _check_points(faults, told.get("points"))


def clean(told: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The record without blanks, numbers as JSON keeps them; None where nothing is left."""
    if told is None:
        return None
    points = [{"name": one["name"].strip(), "side": one.get("side") or "none"} for one in told.get("points") or ()]
    made: dict[str, Any] = {"points": points} if points else {}
    for name, (_within, whole) in NUMBERS.items():
        if told.get(name) is not None:
            made[name] = int(told[name]) if whole else float(told[name])
    for name in ("stimulation", *WORDS):
        if (words := (told.get(name) or "").strip()) != "":
            made[name] = words
    return made or None


def _check_points(faults: Faults, points: Any) -> None:
    """Few enough points, each with a name and a side, none twice."""
    if points is None:
        return
    if not isinstance(points, list | tuple) or not all(isinstance(one, Mapping) for one in points):
        faults.add("/needling/points", "not_a_list", _("This must be a list of points."))
        return
    for i, one in enumerate(points):
        faults.text(f"/needling/points/{i}/name", one.get("name"), limits.LONGEST_POINT, needed=True)
        faults.word(f"/needling/points/{i}/side", one.get("side"), SIDES, needed=False)
        if set(one) - {"name", "side"}:
            faults.add(f"/needling/points/{i}", "unknown_field", _("This must be one of {words}.", words="name, side"))
    named = [(str(one.get("name")).strip().casefold(), one.get("side") or "none") for one in points]
    if len(named) > limits.MOST_POINTS or len(set(named)) < len(named):
        most = limits.MOST_POINTS
        faults.add("/needling/points", "points", _("A session has at most {n} points, none of them twice.", n=most))
