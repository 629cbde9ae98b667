"""Beside: which records stand beside this chart. By comparison, never by a count of votes; what is missing is said."""

from collections.abc import Iterator, Sequence
from datetime import date

from tracker.evidence.card import card
from tracker.evidence.library import Library, library
from tracker.evidence.panel import Panel, panel
from tracker.evidence.records import ACTIONS, CERTAINTIES, Comparison, Record, RedFlag
from tracker.evidence.shown import ANSWERS, CHARTS, DOUBT, FAVOUR, Shown, bears, in_time
from tracker.science.scales import CONDITIONS

Pair = tuple[Record, Comparison]
GROUP_OF = {
    "sham": "sham",
    "usual_care": "usual",
    "no_acupuncture": "usual",
    "drugs": "drugs",
    "guideline": "guideline",
    "other_treatment": "other",
    "mixed": "other",
}
NEAR_MONTHS = 1.5  # our choice: half the step between the follow-up months 3, 6, 9, 12
TREATMENT_MONTHS = {
    "randomisation": 2.0
}  # trials treat for 5 to 12 weeks (GERAC, ATLAS, BackInAction): their months hold them
NO_MONTH = 99.0  # a source that names none comes last


def beside(
    condition: str,
    *,
    chart: str = "progress",
    chronicity: str | None = None,
    instrument: str | None = None,
    month: float | None = None,
    alone: bool | None = None,
    modalities: Sequence[str] = (),
    today: date,
    source: Library | None = None,
) -> Panel:
    """The panel beside a chart of `condition`.

    The chart, the chronicity and the modalities (bee venom) choose; the instrument, the month after the course and
    alone (True) or combined (False) only sort. What is not known of any of them is a ValueError.
    """
    shown = Shown(condition, chart, chronicity, instrument, month, alone, tuple(modalities))
    chosen = standing(shown, source or library())
    cards = [card(r, c, group_of(r, c) or "", today) for r, c in chosen]
    near = any(_months_apart(shown, r, c) <= NEAR_MONTHS for r, c in chosen)
    return panel(shown, cards, CHARTS[chart], near)


def standing(shown: Shown, source: Library) -> list[Pair]:
    """The answers that bear on what is shown, in order; no comparison loses a side to the time that is shown."""
    pairs = ((r, c) for r in source.rendering for c in r.comparisons)
    fit = sorted((p for p in pairs if bears(shown, *p, group_of(*p))), key=lambda pair: _order(shown, *pair))
    kept = [pair for pair in fit if in_time(shown, *pair)]
    return [*kept, *_lost(fit, kept)]


def _lost(fit: list[Pair], kept: list[Pair]) -> Iterator[Pair]:
    """For each comparison the first answer of a side that only sources of another time hold."""
    for group in ANSWERS:
        have = [c.direction for r, c in kept if group_of(r, c) == group]
        for side in (FAVOUR, DOUBT):
            if have and not set(side) & set(have):
                yield from [(r, c) for r, c in fit if group_of(r, c) == group and c.direction in side][:1]


def red_flags(condition: str | None = None, *, source: Library | None = None) -> tuple[RedFlag, ...]:
    """Warning signs for a condition, fastest first; an unknown condition gets every one, so that none is lost."""
    flags = (source or library()).red_flags
    fits = (f for f in flags if condition not in CONDITIONS or {condition, "all"} & set(f.applies))
    return tuple(sorted(fits, key=lambda f: ACTIONS.index(f.action)))


def group_of(r: Record, c: Comparison) -> str | None:
    """Where a comparison stands; None for payment rules and measurement papers, which are on the evidence page only."""
    if r.kind in ("measurement", "coverage"):
        return None
    if r.theme == "safety":
        return "safety"
    return "course" if r.kind == "course" else GROUP_OF.get(c.comparator)


def _order(shown: Shown, r: Record, c: Comparison) -> tuple[object, ...]:
    """Relevance (own condition, same phase, alone or added, measure, month), then certainty, then the newest."""
    broad = r.conditions[0] != shown.condition or len(r.conditions) > 3
    other_phase = bool(shown.chronicity) and not (c.chronicity or r.chronicity)
    other_measure = bool(shown.outcomes) and not shown.outcomes & set(r.outcomes)
    apart = _months_apart(shown, r, c)
    away = 0.0 if shown.month is None or apart <= NEAR_MONTHS else apart
    certainty = CERTAINTIES.index(c.certainty or r.certainty)
    return broad, other_phase, _setting(shown, c), other_measure, away, certainty, -(r.year or 0), r.id, c.months


def _setting(shown: Shown, c: Comparison) -> int:
    if shown.alone is None:
        return 0
    wanted = "alone" if shown.alone else "added"
    return {wanted: 0, None: 1}.get(c.setting, 2)


def _months_apart(shown: Shown, r: Record, c: Comparison) -> float:
    """How far a source looked from the month shown, a trial's months from joining brought to the end of treatment."""
    if shown.month is None or not c.months:
        return NO_MONTH
    treated = TREATMENT_MONTHS.get(r.time_zero or "", 0.0)
    return min(abs(month - treated - shown.month) for month in c.months)
