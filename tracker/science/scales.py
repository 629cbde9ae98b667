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


@dataclass(frozen=True)
class Instrument:
    """One scale. `points`: an important change in its points; `min_baseline`: the least a percent is judged on."""

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

    @property
    def span(self) -> float:
        """The scale's width in its own points."""
        return self.maximum - self.minimum


# NRS points and floor: Ostelo 2008, Spine 33:90 (2 points); below 3 one step is already a third.
_NRS = Instrument("nrs_now", 0, 10, whole=True, min_baseline=3, points=2, worse_points=2)
INSTRUMENTS: dict[str, Instrument] = {
    i.code: i
    for i in (
        _NRS,
        replace(_NRS, code="nrs_week", recall="7 days"),
        # PEG: Krebs 2009, J Gen Intern Med 24:733; 1 point: Reed 2024.
        Instrument("peg", 0, 10, recall="7 days", min_baseline=3, points=1),
        Instrument("pgic", 1, 7, better="higher", whole=True, recall="since the start"),
        Instrument("headache_days", 0, 28, recall="28 days", responder=SUBSTANTIAL, days=True),
        Instrument("medicine_days", 0, 28, recall="28 days", days=True),
    )
}
WEEK, NOW, IMPRESSION = "nrs_week", "nrs_now", "pgic"
PRIMARY = {code: "headache_days" if code in HEADACHES else WEEK for code in CONDITIONS}


def usual(counts: Mapping[str, int], own: str = WEEK) -> str:
    """The instrument that speaks for some data: `own` where it was answered, else the most answered, ties by name."""
    answered = {code: n for code, n in counts.items() if n} or counts
    return own if own in answered or not answered else min(answered, key=lambda code: (-answered[code], code))
