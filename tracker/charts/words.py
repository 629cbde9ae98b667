"""Words: one person's figure as plain sentences, reading age 12. They report what was answered, never why."""

from collections.abc import Iterator
from datetime import date

from tracker.charts.marks import in_time
from tracker.charts.phrases import ago, count, day, less, measure, number, trends, whose
from tracker.science.progress import Pair, Point, Progress, TrendLine
from tracker.science.scales import Instrument

RECENT = 7  # days for which the latest answer still speaks of "the past week"
LABEL_READINGS = 8  # statistics.md 2.2: a label needs 8 readings over 28 days
BY_ITSELF = "Pain also changes by itself; these numbers cannot show why."
ON_THE_DAY = "A change on the day does not say how long it lasts."
SYNTHETIC = "These are made-up data, for trying out."
UNKNOWN = "There is no score from before the first session, so the change since then is not known."
HELD = ("held", "reported")


def progress(p: Progress, audience: str = "patient") -> tuple[str, ...]:
    """All that the two panels show."""
    some = (BY_ITSELF,) if p.scores or p.pairs or p.now else ()
    said = (start_and_now(p, audience), *some, last_session(p), lasted(p, audience), *trend(p, audience), *pairs(p))
    return tuple(x for x in (*said, *marks(p), *synthetic(p)) if x)


def sessions(p: Progress) -> tuple[str, ...]:
    """All that the dumbbells alone show."""
    held = sum(x.state in HELD for x in p.pairs)
    plan = f" of {p.planned_sessions} planned" if p.planned_sessions else ""
    on_the_day = (ON_THE_DAY,) if any(map(complete, p.pairs)) else ()
    return (f"{count(held, 'session')}{plan}.", *pairs(p), *on_the_day, last_session(p), *synthetic(p))


def durability(p: Progress, audience: str = "patient") -> tuple[str, ...]:
    """All that the dated states after the last session show."""
    waiting = [w.month for w in p.windows if not w.due and w.value is None]
    later = f"Still to be asked: {', '.join(map(str, waiting))} months after the last session." if waiting else ""
    return tuple(x for x in (lasted(p, audience), *answered(p), later, BY_ITSELF, *synthetic(p)) if x)


def start_and_now(p: Progress, audience: str = "patient") -> str:
    """Where it began and where it stands."""
    m, last = measure(p.instrument), latest(p)
    subject = f"{whose(audience)} {m.noun} {m.was} about"
    today = f"{number(last.value)} {when(last, p)}." if last else ""
    if p.baseline is None:
        return f"{subject} {today} {UNKNOWN}" if last else f"There are no scores yet for “{m.title}”."
    start = f"{subject} {number(p.baseline)}{m.unit} at the start"
    so_far = f"{start} and about {today}" if last else f"{start}. There is no later score yet."
    return so_far + (" The start is one single reading." if p.baseline_n == 1 else "")


def latest(p: Progress) -> Point | None:
    """The last score since the start that is not itself the baseline."""
    later = [x for x in p.scores if x.kind != "baseline" and x.at.date() >= p.started]
    return in_time(later)[-1] if later else None


def when(point: Point, p: Progress) -> str:
    """The stretch of time that a score speaks of."""
    on = point.at.date()
    stretch = {"7 days": "week", "28 days": "28 days"}.get(p.instrument.recall)
    if stretch is None:
        return ago(on, p.as_of) if (p.as_of - on).days in (0, 1) else f"on {day(on)}"
    return f"in the past {stretch}" if (p.as_of - on).days <= RECENT else f"in the {stretch} to {day(on)}"


def last_session(p: Progress) -> str:
    """How long ago the last session was."""
    held = [x.on for x in p.pairs if x.state in HELD and x.on <= p.as_of]
    if held:
        return f"Last session {ago(max(held), p.as_of)}."
    return f"The course ended {ago(p.ended, p.as_of)}." if p.ended else "No session yet."


def lasted(p: Progress, audience: str = "patient") -> str:
    """The latest dated statement about how long it lasted; every state has its sentence."""
    goal, m = less(p.instrument, p.lasted.share), measure(p.instrument)
    subject = f"{whose(audience).lower()} {m.noun} {m.was}"
    on, after = _dated(p.lasted.on, p.lasted.day)
    beyond = "above" if p.instrument.better == "lower" else "below"
    return {
        "responding": f"Still at least {goal}{on and f' on {on}'}{after}.",
        "lost": f"{f'On {on}{after}, ' if on else 'Later '}{subject} no longer at least {goal}.",
        "unconfirmed": f"One later answer{on and f', on {on}{after},'} was {beyond} the line; not yet confirmed.",
        "never": f"At the end of the course {subject} not at least {goal} than at the start.",
        "no_end_reading": "There is no score from the end of the course, so how long it lasted is not known.",
        "no_baseline": "There is no score from before the first session, so how long it lasted is not known.",
        "too_low": "The score at the start was too low to judge a change in per cent.",
        "not_ended": "The course has not ended.",
    }[p.lasted.state]


def _dated(on: date | None, after: int | None) -> tuple[str, str]:
    """A date, and the days since the last session, as far as they are known."""
    return day(on) if on else "", f", day {after} after the last session" if after is not None and on else ""


def trend(p: Progress, audience: str = "patient") -> Iterator[str]:
    """The label of each line in words; staff also read the slope's interval. After the course people are asked more
    and more rarely, so that too few readings are worth a word only where a line is drawn.
    """
    for when, t in trends(p):
        if t is p.trend or t.label != "not_enough" or t.slope is not None:
            yield _labelled(t, when, p.instrument, audience)


def _labelled(t: TrendLine, when: str, instrument: Instrument, audience: str) -> str:
    """One line in words."""
    scores, down = measure(instrument).scores, (t.label == "improving") == (instrument.better == "lower")
    moved = f"{scores} went {'down' if down else 'up'} {when}{_pace(t, instrument, audience)}."
    short = f"not enough readings yet ({t.n} of {LABEL_READINGS})"
    return {
        "improving": moved,
        "worsening": moved,
        "no_clear_change": f"{scores} show no clear change {when}.",
        "uncertain": f"{scores} may have changed {when}; it is not certain.",
        "not_enough": f"Trend {when}: {short if t.n < LABEL_READINGS else 'the readings do not yet span 28 days'}.",
        "at_the_end_of_the_scale": f"Most scores {when} are at the end of the scale, so no trend is given.",
    }[t.label]


def _pace(t: TrendLine, instrument: Instrument, audience: str) -> str:
    """By how much a week, with the interval for staff."""
    if t.slope is None:
        return ""
    unit = "days" if instrument.days else "points"
    size = number(abs(t.slope))
    pace = f", by about {size} {unit} a week" if size != "0" else f", by less than 0.1 {unit} a week"
    if audience == "patient" or t.low is None or t.high is None:
        return pace
    slope, low, high = (f"{value:.2f}".replace("-", "−") for value in (t.slope, t.low, t.high))
    return f"{pace} (slope {slope}, 95 % interval {low} to {high})"


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
        counts = f"lower in {lower}, the same in {steps.count(0)}, higher in {higher}"
        have = count(len(steps), "session has", "sessions have")
        yield f"{have} a score before and after. Right after, pain was {counts}."
    if half:
        yield f"{count(half, 'session has', 'sessions have')} only one of the two scores."
    if unclear:
        yield f"In {count(unclear, 'session')} the order of the scores is unclear; not counted."


def answered(p: Progress) -> Iterator[str]:
    """Which follow-up questions were answered."""
    due = [w for w in p.windows if w.due]
    if due:
        yield f"{sum(w.value is not None for w in due)} of {count(len(due), 'follow-up question')} answered so far."


def marks(p: Progress) -> Iterator[str]:
    """What the unusual dots mean, where there are any."""
    points = (*p.scores, *p.now)
    late, corrected = sum(x.late for x in points), sum(x.corrected for x in points)
    helped = sum(x.entered_by in ("assisted", "staff") for x in points)
    if late:
        yield f"Open dots: entered late ({late})."
    if corrected:
        yield f"Diamonds: corrected later ({corrected})."
    if helped:
        yield f"Squares: entered with help or by staff ({helped})."


def synthetic(p: Progress) -> tuple[str, ...]:
    """Demonstration data say so."""
    return (SYNTHETIC,) if p.synthetic else ()
