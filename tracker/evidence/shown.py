"""Shown: what a chart shows, and so which records bear on it. Every chart stands in CHARTS."""

from dataclasses import dataclass

from tracker.evidence.records import Comparison, Record
from tracker.science.scales import CHRONICITIES, CONDITIONS

ANSWERS = ("sham", "usual", "drugs", "guideline")  # the groups in which sources can disagree
FAVOUR = ("better", "for")
DOUBT = ("no_clear_difference", "worse", "mixed", "against", "limited")
EVERYTHING = (*ANSWERS, "other", "course", "safety")
LASTS_FROM = 3  # months: the first follow-up that asks whether a change has lasted (product.md P3)
MEASURED: dict[str, tuple[str, ...]] = {  # what a source measured when it speaks of the instrument of the chart
    "nrs_now": ("pain",),
    "nrs_week": ("pain",),
    "peg": ("pain", "function"),
    "pgic": ("response",),
    "headache_days": ("headache",),
    "headache_today": ("headache",),
    "medicine_days": ("headache",),
}


@dataclass(frozen=True)
class Chart:
    """What one kind of chart asks of the literature.

    `groups`: the comparisons that bear on it; `lasting`: True where only later months do, False where how long a gap
    lasts is another question; `clinic`: a clinic's own figures, which have no comparison group.
    """

    groups: tuple[str, ...]
    lasting: bool | None = None
    clinic: bool = False


LATER = ("sham", "usual", "drugs", "other", "course")
CHARTS = {
    "progress": Chart(EVERYTHING),
    "sessions": Chart((*ANSWERS, "other", "safety"), lasting=False),  # one day before and after: no course of weeks
    "durability": Chart(LATER, lasting=True),
    "clinic_responders": Chart((*ANSWERS, "other"), clinic=True),
    "clinic_ecdf": Chart((*ANSWERS, "other"), clinic=True),
    "clinic_change": Chart((*ANSWERS, "other", "course"), clinic=True),
    "clinic_durability": Chart(LATER, lasting=True, clinic=True),
}


@dataclass(frozen=True)
class Shown:
    """What is charted: whom, by which instrument, how many months after the course, acupuncture alone or with more."""

    condition: str
    chart: str = "progress"
    chronicity: str | None = None
    instrument: str | None = None
    month: float | None = None
    alone: bool | None = None
    modalities: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.condition not in CONDITIONS or self.chronicity not in (None, *CHRONICITIES):
            raise ValueError(f"no such condition or chronicity: {self.condition}, {self.chronicity}")
        if self.chart not in CHARTS:
            raise ValueError(f"no such chart: {self.chart}")

    @property
    def outcomes(self) -> frozenset[str]:
        """What a source must have measured to speak of this instrument; nothing where any does."""
        code = self.instrument or ""
        return frozenset(MEASURED.get("medicine_days" if code.startswith("medicine_days") else code, ()))


def bears(shown: Shown, r: Record, c: Comparison, group: str | None) -> bool:
    """Whether one answer of a source bears on what is shown. Which way it goes is never asked."""
    phases = c.chronicity or r.chronicity
    phase_fits = shown.chronicity is None or not phases or shown.chronicity in phases
    treatment_fits = r.modality is None or r.modality in shown.modalities
    return group in CHARTS[shown.chart].groups and shown.condition in r.about(c) and phase_fits and treatment_fits


def in_time(shown: Shown, r: Record, c: Comparison) -> bool:
    """Whether a source looked late enough for a chart of what lasts, or speaks of more than what lasts."""
    lasting = CHARTS[shown.chart].lasting
    if lasting is None:
        return True
    if not lasting:
        return not (c.direction == "none" and c.months and c.comparator != "none")  # how a gap shrinks over months
    return any(month >= LASTS_FROM for month in (*c.months, *r.time_points_months))
