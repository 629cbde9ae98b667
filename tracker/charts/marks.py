"""Marks: how one score looks and what is told of it. Shape says who and whether corrected, an open shape says late."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import attrgetter

from tracker.charts.phrases import number
from tracker.science.progress import Pair, Point
from tracker.tongue import _, english

NOTES = {
    "assisted": english("entered with help"),
    "staff": english("entered by staff"),
    "import": english("imported"),
}
STATES = {"planned": english("planned"), "cancelled": english("cancelled"), "reported": english("reported")}
MODALITIES = {
    "acupuncture": english("acupuncture"),
    "electroacupuncture": english("electroacupuncture"),
    "pharmacopuncture": english("pharmacopuncture"),
    "manipulation": english("manipulation"),
    "herbal_medicine": english("herbal medicine"),
    "moxibustion": english("moxibustion"),
    "cupping": english("cupping"),
    "exercise": english("exercise"),
    "usual_care": english("usual care"),
    "other": english("another treatment"),
}
BESIDE = {"before": english("also before: {value}"), "after": english("also after: {value}")}
GAP = 21  # days; a line over more than three weeks without an answer would be invented


def shape(point: Point) -> str:
    """circle, square (entered with help or by staff) or diamond (corrected)."""
    if point.corrected:
        return "diamond"
    return "square" if point.entered_by in ("assisted", "staff") else "circle"


def symbol(point: Point) -> str:
    """The shape in Plotly's words."""
    return shape(point) + ("-open" if point.late else "")


def notes(point: Point) -> str:
    """What is told of the score in its hover text and in the table; nothing of most."""
    if point.entered_by == "patient" and not (point.late or point.corrected or point.clock_corrected):
        return ""
    told = (
        _(NOTES[point.entered_by]) if point.entered_by in NOTES else "",
        _("entered late") if point.late else "",
        _("corrected") if point.corrected else "",
        _("clock corrected") if point.clock_corrected else "",
    )
    return ", ".join(x for x in told if x)


def pair_notes(pair: Pair) -> str:
    """Why a session does not count as a pair, and what was done in it."""
    both = pair.before is not None and pair.after is not None
    told = [modality(x) for x in pair.modalities]
    told += [_("order unclear, not counted")] if both and not pair.usable else []
    told += [_("no score before")] if pair.before is None and pair.after is not None else []
    told += [_("no score after")] if pair.after is None and pair.before is not None else []
    told += [_("no scores")] if pair.before is None and pair.after is None else []
    told += [_(STATES[pair.state])] if pair.state in STATES else []
    for other in pair.beside:
        told += [_(BESIDE[other.kind], value=number(other.value)), notes(other), _("not counted")]
    return ", ".join(x for x in told if x)


def modality(code: str) -> str:
    """One way of treatment, as people know it."""
    return _(MODALITIES.get(code, code.replace("_", " ")))


def runs(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Stretches of scores close enough in time to be joined by a line."""
    run: list[Point] = []
    for point in points:
        if run and (point.at.date() - run[-1].at.date()).days > GAP:
            yield run
            run = []
        run.append(point)
    if run:
        yield run


def in_time(points: Sequence[Point]) -> list[Point]:
    """By local time, zones left aside; of one zone, Python compares local times by itself and faster."""
    one_zone = len({x.at.tzinfo for x in points}) <= 1
    return sorted(points, key=attrgetter("at") if one_zone else lambda x: stamp(x.at))


def stamp(at: datetime) -> str:
    """2026-05-12 09:30, as Plotly reads it: local time, its zone left aside."""
    return at.isoformat(" ", "minutes")[:16]
