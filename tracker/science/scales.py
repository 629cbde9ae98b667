"""Instruments: what is scored, its range, its direction, and the limits that belong to it. A limit lives here once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

Better = Literal["lower", "higher"]

CONDITIONS: tuple[str, ...] = ("low_back", "neck", "knee_oa", "headache", "migraine", "tension_headache", "other_msk")
HEADACHES: tuple[str, ...] = ("headache", "migraine", "tension_headache")
CHRONICITIES = ("acute", "subacute", "chronic")
SIDES = ("left", "right", "both", "none")
KINDS = ("baseline", "before", "after", "check_in")
ENTERED_BY = ("patient", "assisted", "staff", "import")
MODALITIES = (
    "acupuncture",
    "electroacupuncture",
    "pharmacopuncture",
    "manipulation",
    "herbal_medicine",
    "moxibustion",
    "cupping",
    "exercise",
    "usual_care",
    "other",
)
BASELINE, BEFORE, AFTER, CHECK_IN = range(4)  # positions in KINDS, as columns hold them

RESPONDER = 0.3  # IMMPACT "moderate": Dworkin 2008, J Pain 9:105; Farrar 2001, Pain 94:149
SUBSTANTIAL = 0.5  # IMMPACT "substantial": Dworkin 2008; headache trials' responder, Cochrane CD001218
FURTHEST = 10_000  # points from 0, the farthest a range may reach: exact sums take values below 2¹⁵ (moments.LARGEST)


@dataclass(frozen=True)
class Instrument:
    """One scale. `points`: an important change in its points; `min_baseline`: the least a percent is judged on;
    `days`: a count of days out of the 28 before; `source`: where the limits come from.
    """

    code: str
    minimum: float
    maximum: float
    better: Better = "lower"
    version: str = "1"
    whole: bool = False
    recall: str = "now"
    min_baseline: float | None = None
    points: float | None = None
    worse_points: float | None = None
    responder: float = RESPONDER
    days: bool = False
    name: str | None = None
    source: str | None = None

    @property
    def rises(self) -> bool:
        """Whether the range goes from a lower to a higher number, neither too far from 0 (nor NaN)."""
        return -FURTHEST <= self.minimum < self.maximum <= FURTHEST

    @property
    def span(self) -> float:
        """The scale's width in its own points."""
        return self.maximum - self.minimum


_OSTELO = "2 points: Ostelo 2008, Spine 33:90; below 3 one step is already a third"
_KREBS = "Krebs 2009, J Gen Intern Med 24:733; 1 point: Reed 2024; below 3 as on the NRS"
_GUY = "much improved, 6 or 7: Guy 1976; Dworkin 2008, J Pain 9:105"
_COCHRANE = "half as many: headache trials' responder, Cochrane CD001218"
_ICHD = "the classes: ICHD-3 8.2, Cephalalgia 2018, 38:1"  # its limits are for clinicians: none stands here

_NRS = Instrument("nrs_now", 0, 10, whole=True, min_baseline=3, points=2, worse_points=2, source=_OSTELO)
_MEDICINE = Instrument("medicine_days", 0, 28, recall="28 days", days=True)  # any acute medicine
INSTRUMENTS: dict[str, Instrument] = {
    i.code: i
    for i in (
        _NRS,
        replace(_NRS, code="nrs_week", recall="7 days"),
        Instrument("peg", 0, 10, recall="7 days", min_baseline=3, points=1, source=_KREBS),
        Instrument("pgic", 1, 7, better="higher", whole=True, recall="since the start", source=_GUY),
        replace(_MEDICINE, code="headache_days", responder=SUBSTANTIAL, source=_COCHRANE),
        _MEDICINE,
        replace(_MEDICINE, code="medicine_days_simple", source=_ICHD),
        replace(_MEDICINE, code="medicine_days_combination", source=_ICHD),
        replace(_MEDICINE, code="medicine_days_triptan", source=_ICHD),
        replace(_MEDICINE, code="medicine_days_opioid", source=_ICHD),
        replace(_MEDICINE, code="medicine_days_ergot", source=_ICHD),
        Instrument("headache_today", 0, 1, whole=True, recall="today"),
    )
}
WEEK, NOW, IMPRESSION, DIARY = "nrs_week", "nrs_now", "pgic", "headache_today"
ITEMS = {
    "peg": ("pain", "enjoyment", "activity")
}  # single questions, whole on the scale's range; the score: their mean
MEDICINE_CLASSES = tuple(code for code in INSTRUMENTS if code.startswith("medicine_days_"))
PRIMARY = {code: "headache_days" if code in HEADACHES else WEEK for code in CONDITIONS}


def usual(counts: Mapping[str, int], own: str = WEEK) -> str:
    """The instrument that speaks for some data: `own` where it was answered, else the most answered, ties by name."""
    answered = {code: n for code, n in counts.items() if n} or counts
    return own if own in answered or not answered else min(answered, key=lambda code: (-answered[code], code))
