"""Beside: which records stand beside this chart. By comparison, never by a count of votes; what is missing is said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.evidence.card import card
from tracker.evidence.library import Library, library
from tracker.evidence.panel import Panel, panel
from tracker.evidence.records import ACTIONS, CERTAINTIES, Comparison, Record, RedFlag
from tracker.science.scales import CHRONICITIES, CONDITIONS

GROUP_OF = {
    "sham": "sham",
    "usual_care": "usual",
    "no_acupuncture": "usual",
    "drugs": "drugs",
    "guideline": "guideline",
    "other_treatment": "other",
    "mixed": "other",
}
CONDITION_WORDS = {
    "low_back": "low back pain",
    "neck": "neck pain",
    "knee_oa": "knee osteoarthritis",
    "headache": "headache",
    "migraine": "migraine",
    "tension_headache": "tension-type headache",
    "other_msk": "other muscle and joint pain",
}
NEAR_MONTHS = 1.5  # our choice: half the step between the follow-up months 3, 6, 9, 12


@dataclass(frozen=True)
class Case:
    """What is charted: whose chart it is decides what stands beside it."""

    condition: str
    chronicity: str | None = None
    month: float | None = None
    alone: bool | None = None
    modalities: tuple[str, ...] = ()


def beside(
    condition: str,
    *,
    chronicity: str | None = None,
    month: float | None = None,
    alone: bool | None = None,
    modalities: Sequence[str] = (),
    today: date,
    source: Library | None = None,
) -> Panel:
    """The panel beside a chart of `condition`.

    Chronicity leaves out sources on another phase; modalities let in sources on one treatment (bee venom); month after
    the course and alone (True) or combined (False) only sort. An unknown condition or chronicity is a ValueError.
    """
    if condition not in CONDITIONS or chronicity not in (None, *CHRONICITIES):
        raise ValueError(f"no such condition or chronicity: {condition}, {chronicity}")
    case = Case(condition, chronicity, month, alone, tuple(modalities))
    chosen = sorted(_standing(case, source or library()), key=lambda pair: _order(case, *pair))
    cards = [card(r, c, group_of(r, c) or "", today) for r, c in chosen]
    return panel(condition, cards, _named(case))


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


def _standing(case: Case, source: Library) -> Iterator[tuple[Record, Comparison]]:
    pairs = ((r, c) for r in source.rendering for c in r.comparisons)
    return ((r, c) for r, c in pairs if _fits(case, r, c) and group_of(r, c))


def _fits(case: Case, r: Record, c: Comparison) -> bool:
    phases = c.chronicity or r.chronicity
    phase_fits = case.chronicity is None or not phases or case.chronicity in phases
    treatment_fits = r.modality is None or r.modality in case.modalities
    return case.condition in r.about(c) and phase_fits and treatment_fits


def _order(case: Case, r: Record, c: Comparison) -> tuple[object, ...]:
    """Relevance (own condition, same phase, alone or added, month), then certainty, then the newest."""
    broad = r.conditions[0] != case.condition or len(r.conditions) > 3
    other_phase = bool(case.chronicity) and not (c.chronicity or r.chronicity)
    certainty = CERTAINTIES.index(c.certainty or r.certainty)
    return broad, other_phase, _setting(case, c), _month(case, c), certainty, -(r.year or 0), r.id, c.months


def _setting(case: Case, c: Comparison) -> int:
    if case.alone is None:
        return 0
    wanted = "alone" if case.alone else "added"
    return {wanted: 0, None: 1}.get(c.setting, 2)


def _month(case: Case, c: Comparison) -> int:
    if case.month is None or not c.months:
        return 0 if case.month is None else 2
    return int(min(abs(m - case.month) for m in c.months) > NEAR_MONTHS)


def _named(case: Case) -> str:
    words = CONDITION_WORDS[case.condition]
    return f"{case.chronicity} {words}" if case.chronicity else words
