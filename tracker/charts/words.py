"""Words: one person's figure as plain sentences, reading age 12. They report what was answered, never why.

Sentences that come in several forms stand in sentences.py; each is whole, so that it can be translated as one.
"""

from collections.abc import Iterator

from tracker import tongue
from tracker.charts.marks import in_time
from tracker.charts.phrases import day, joined, measure, number, share, trends, way
from tracker.charts.sentences import (
    ABOVE,
    BELOW,
    DAYS,
    DOWN,
    FEW_DAYS,
    FEW_POINTS,
    LOST,
    NEVER,
    OPENING,
    POINTS,
    RESPONDING,
    UNDECIDED,
    UNMOVED,
    UP,
)
from tracker.science.progress import Pair, Point, Progress, TrendLine
from tracker.science.scales import Instrument
from tracker.tongue import _, _n, english, filled

RECENT = 7  # days for which the latest answer still speaks of "the past week"
LABEL_READINGS = 8  # statistics.md 2.2: a label needs 8 readings over 28 days
BY_ITSELF = english("Pain also changes by itself; these numbers cannot show why.")
ON_THE_DAY = english("A change on the day does not say how long it lasts.")
SYNTHETIC = english("These are made-up data, for trying out.")
UNKNOWN = english("There is no score from before the first session, so the change since then is not known.")
HELD = ("held", "reported")


def progress(p: Progress, audience: str = "patient") -> tuple[str, ...]:
    """All that the two panels show."""
    some = (_(BY_ITSELF),) if p.scores or p.pairs or p.now else ()
    said = (start_and_now(p, audience), *some, last_session(p), lasted(p, audience), *trend(p, audience), *pairs(p))
    return tuple(x for x in (*said, *marks(p), *synthetic(p)) if x)


def sessions(p: Progress) -> tuple[str, ...]:
    """All that the dumbbells alone show."""
    on_the_day = (_(ON_THE_DAY),) if any(map(complete, p.pairs)) else ()
    return (_held(p), *pairs(p), *on_the_day, last_session(p), *synthetic(p))


def _held(p: Progress) -> str:
    n = sum(x.state in HELD for x in p.pairs)
    if not p.planned_sessions:
        return _n("1 session.", "{n} sessions.", n)
    return _n("1 session of {planned} planned.", "{n} sessions of {planned} planned.", n, planned=p.planned_sessions)


def durability(p: Progress, audience: str = "patient") -> tuple[str, ...]:
    """All that the dated states after the last session show."""
    waiting = ", ".join(str(w.month) for w in p.windows if not w.due and w.value is None)
    later = _("Still to be asked: {months} months after the last session.", months=waiting) if waiting else ""
    return tuple(x for x in (lasted(p, audience), *answered(p), later, _(BY_ITSELF), *synthetic(p)) if x)


def start_and_now(p: Progress, audience: str = "patient") -> str:
    """Where it began and where it stands."""
    m, last = measure(p.instrument), latest(p)
    said = OPENING[m.kind]
    known = {"name": m.title, "start": "", "now": "", "when": ""}
    if last:
        known |= {"now": number(last.value), "when": when(last, p)}
    if p.baseline is None:
        opened = spoken(said.now, audience, **known)
        return joined(opened, _(UNKNOWN)) if last else _("There are no scores yet for “{title}”.", title=m.title)
    known["start"] = number(p.baseline)
    opened = spoken(said.both if last else said.start, audience, **known)
    return joined(
        opened,
        "" if last else _("There is no later score yet."),
        _("The start is one single reading.") if p.baseline_n == 1 else "",
    )


def spoken(sentence: str, audience: str, **values: object) -> str:
    """To the patient, or in English of the patient; the other languages leave out whose it is."""
    if audience == "patient" or tongue.language() != tongue.SOURCE:
        return _(sentence, **values)
    told = sentence.replace("Your ", "The patient's ").replace(" your ", " the patient's ")
    return filled(told, values)


def latest(p: Progress) -> Point | None:
    """The last score since the start that is not itself the baseline."""
    later = [x for x in p.scores if x.kind != "baseline" and x.at.date() >= p.started]
    return in_time(later)[-1] if later else None


def when(point: Point, p: Progress) -> str:
    """The stretch of time that a score speaks of, as it stands in an opening."""
    on, recent = point.at.date(), (p.as_of - point.at.date()).days <= RECENT
    if p.instrument.recall == "7 days":
        return _("in the past week") if recent else _("in the week to {day}", day=day(on))
    if p.instrument.recall == "28 days":
        return _("in the past 28 days") if recent else _("in the 28 days to {day}", day=day(on))
    near = {0: english("today"), 1: english("yesterday")}.get((p.as_of - on).days)
    return _(near) if near else _("on {day}", day=day(on))


def last_session(p: Progress) -> str:
    """How long ago the last session was."""
    held = [x.on for x in p.pairs if x.state in HELD and x.on <= p.as_of]
    if held:
        return _ago((p.as_of - max(held)).days)
    return _course_ended((p.as_of - p.ended).days) if p.ended else _("No session yet.")


def _ago(days: int) -> str:
    if days in (0, 1):
        return _("Last session yesterday.") if days else _("Last session today.")
    return _n("Last session 1 day ago.", "Last session {n} days ago.", days)


def _course_ended(days: int) -> str:
    if days in (0, 1):
        return _("The course ended yesterday.") if days else _("The course ended today.")
    return _n("The course ended 1 day ago.", "The course ended {n} days ago.", days)


def lasted(p: Progress, audience: str = "patient") -> str:
    """The latest dated statement about how long it lasted; every state has its sentence."""
    state, better = p.lasted.state, way(p.instrument)
    if state in UNDECIDED:
        return _(UNDECIDED[state])
    goal = share(p.lasted.share)
    if state == "never":
        return spoken(NEVER[better], audience, share=goal)
    missed = ABOVE if p.instrument.better == "lower" else BELOW
    said = {"responding": RESPONDING[better], "lost": LOST[better], "unconfirmed": missed}[state]
    if p.lasted.on is None or p.lasted.day is None:
        return spoken(said.undated, audience, share=goal)
    return spoken(said.dated, audience, share=goal, day=day(p.lasted.on), n=p.lasted.day)


def trend(p: Progress, audience: str = "patient") -> Iterator[str]:
    """The label of each line in words; staff also read the slope's interval. After the course people are asked more
    and more rarely, so that too few readings are worth a word only where a line is drawn.
    """
    for when, t in trends(p):
        if t is p.trend or t.label != "not_enough" or t.slope is not None:
            yield _labelled(t, when, p.instrument, audience)


def _labelled(t: TrendLine, when: str, instrument: Instrument, audience: str) -> str:
    """One line in words."""
    scores = measure(instrument).scores
    if t.label in ("improving", "worsening"):
        down = (t.label == "improving") == (instrument.better == "lower")
        return joined(_moved(t, down, instrument, scores, when), interval(t, audience))
    label = "too_short" if t.label == "not_enough" and t.n >= LABEL_READINGS else t.label
    said = _(UNMOVED[label], scores=scores, when=when, n=t.n, needed=LABEL_READINGS)
    return joined(said, interval(t, audience))


def _moved(t: TrendLine, down: bool, instrument: Instrument, scores: str, when: str) -> str:
    """Which way, and by how much a week where that is known."""
    if t.slope is None:
        return _(DOWN if down else UP, scores=scores, when=when)
    size = number(abs(t.slope))
    small = size == "0"
    table = (FEW_DAYS if small else DAYS) if instrument.days else (FEW_POINTS if small else POINTS)
    return _(table[down], scores=scores, when=when, size=number(0.1) if small else size)


def interval(t: TrendLine, audience: str) -> str:
    """The slope and its interval, for staff: wherever a fan is drawn."""
    if audience != "staff" or t.slope is None or t.low is None or t.high is None:
        return ""
    slope, low, high = (f"{value:.2f}".replace("-", "−") for value in (t.slope, t.low, t.high))
    return f"Slope {slope} a week, 95 % interval {low} to {high}."


def complete(pair: Pair) -> bool:
    """Both scores are there and their order is clear."""
    return pair.usable and pair.before is not None and pair.after is not None


def pairs(p: Progress) -> Iterator[str]:
    """What the dumbbells say, and which sessions they leave out."""
    steps = [x.after - x.before for x in p.pairs if complete(x) and x.after is not None and x.before is not None]
    half = sum((x.before is None) != (x.after is None) for x in p.pairs)
    unclear = sum(x.before is not None and x.after is not None and not x.usable for x in p.pairs)
    if steps:
        lower, higher = sum(s < 0 for s in steps), sum(s > 0 for s in steps)
        have = _n("1 session has a score before and after.", "{n} sessions have a score before and after.", len(steps))
        counts = {"lower": lower, "same": steps.count(0), "higher": higher}
        counted = _("Right after, pain was lower in {lower}, the same in {same}, higher in {higher}.", **counts)
        yield joined(have, counted)
    if half:
        yield _n("1 session has only one of the two scores.", "{n} sessions have only one of the two scores.", half)
    if unclear:
        yield _n(
            "In 1 session the order of the scores is unclear; not counted.",
            "In {n} sessions the order of the scores is unclear; not counted.",
            unclear,
        )


def answered(p: Progress) -> Iterator[str]:
    """Which follow-up questions were answered."""
    due = [w for w in p.windows if w.due]
    if due:
        given = sum(w.value is not None for w in due)
        yield _n(
            "{given} of 1 follow-up question answered so far.",
            "{given} of {n} follow-up questions answered so far.",
            len(due),
            given=given,
        )


def marks(p: Progress) -> Iterator[str]:
    """What the unusual dots mean, where there are any."""
    points = (*p.scores, *p.now)
    late, corrected = sum(x.late for x in points), sum(x.corrected for x in points)
    helped = sum(x.entered_by in ("assisted", "staff") for x in points)
    if late:
        yield _("Open dots: entered late ({n}).", n=late)
    if corrected:
        yield _("Diamonds: corrected later ({n}).", n=corrected)
    if helped:
        yield _("Squares: entered with help or by staff ({n}).", n=helped)


def synthetic(p: Progress) -> tuple[str, ...]:
    """Demonstration data say so."""
    return (_(SYNTHETIC),) if p.synthetic else ()
