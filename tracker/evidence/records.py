"""Records: the shapes of the evidence library. One record is one source with what it found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tracker.science.scales import CONDITIONS

KINDS = ("trial", "review", "pooled", "guideline", "cohort", "survey", "course", "measurement", "coverage")
COMPARATORS = ("sham", "usual_care", "no_acupuncture", "drugs", "guideline", "other_treatment", "mixed", "none")
DIRECTIONS = (
    *("better", "no_clear_difference", "worse", "mixed", "for", "against", "limited"),
    *("association", "uncertain", "none"),
)
OUTCOMES = (
    *("pain", "function", "headache", "response", "surgery", "harm"),
    *("advice", "payment", "scale", "answers", "certainty"),
)
SETTINGS = ("alone", "added")
CERTAINTIES = ("high", "moderate", "low", "very low", "not graded")
TIME_ZEROS = ("randomisation", "end_of_treatment", "study_entry", "pain_onset", "unknown")
SEEN = ("primary", "secondary")
ACTIONS = ("emergency_now", "same_day_or_emergency", "same_day", "crisis_line")
AFTERS = ("session", "neck_treatment", "herbal_medicine")
THRESHOLDS = ("responder", "important", "detectable", "acceptable", "limit")
PLACES = (*CONDITIONS, "all")


@dataclass(frozen=True)
class Share:
    """How many of 100 people in one group."""

    who: str
    per_100: float


@dataclass(frozen=True)
class Shares:
    """Absolute numbers as the source states them: of whom `what` is true, group by group."""

    what: str
    groups: tuple[Share, ...]


@dataclass(frozen=True)
class Effect:
    """What was found: a sentence, and the number with its interval where one was seen; signs as the source prints.

    `alike` is the number at which both groups are alike: 0 for a gap, 1 for a ratio; nothing where the number speaks of
    one group alone.
    """

    text: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    better_is: str | None = None
    alike: float | None = None
    shares: Shares | None = None


@dataclass(frozen=True)
class Comparison:
    """One answer of a source: against what, which way, how much, when. Empty tuples fall back on the record's own."""

    comparator: str
    direction: str
    effect: Effect
    important: bool | None = None
    setting: str | None = None
    conditions: tuple[str, ...] = ()
    chronicity: tuple[str, ...] = ()
    certainty: str | None = None
    n: int | None = None
    at: str | None = None
    months: tuple[float, ...] = ()
    note: str | None = None


@dataclass(frozen=True)
class Record:
    """One source. `theme` is the file it stands in; docs/evidence.md says what each field means."""

    id: str
    theme: str
    title: str
    citation: str
    design: str
    kind: str
    conditions: tuple[str, ...]
    outcomes: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    durability: str
    certainty: str
    limits: str
    checked_on: date
    verified: bool
    seen: str
    plain: str
    clinician: str
    seed_ref: int | None = None
    doi: str | None = None
    pmid: int | None = None
    pmcid: str | None = None
    year: int | None = None
    chronicity: tuple[str, ...] = ()
    modality: str | None = None
    n: int | None = None
    n_detail: str | None = None
    denominator: str | None = None
    time_points_months: tuple[float, ...] = ()
    time_zero: str | None = None
    certainty_note: str | None = None
    conflicts: tuple[str, ...] = ()
    superseded_by: str | None = None
    valid_until: date | None = None
    seed_claim: str | None = None
    seed_faithful: str | None = None

    @property
    def renders(self) -> bool:
        """Whether anyone may see it: verified, and not replaced by a newer source."""
        return self.verified and self.superseded_by is None

    @property
    def url(self) -> str | None:
        """Where a reader finds the source; None where no identifier was seen."""
        if self.doi:
            return f"https://doi.org/{self.doi}"
        if self.pmid:
            return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/"
        return f"https://pmc.ncbi.nlm.nih.gov/articles/{self.pmcid}/" if self.pmcid else None

    def review_due(self, today: date) -> bool:
        """Whether its date has passed; the last valid day itself is not yet due."""
        return self.valid_until is not None and today > self.valid_until

    def about(self, comparison: Comparison) -> tuple[str, ...]:
        """Condition codes one comparison speaks of."""
        return comparison.conditions or self.conditions


@dataclass(frozen=True)
class SignOff:
    """A clinician's signature under a red flag: clinic admins see it, patients never."""

    state: str = "pending"
    signed_by: str | None = None
    signed_on: date | None = None


@dataclass(frozen=True)
class Also:
    """Signs next to a red flag that call for another speed."""

    ask: str
    action: str


@dataclass(frozen=True)
class RedFlag:
    """A warning sign in plain words. Always rendered, verified or not, signed or not."""

    id: str
    applies: tuple[str, ...]
    ask: str
    action: str
    verified: bool
    source: str
    sign_off: SignOff = field(default_factory=SignOff)
    also: tuple[Also, ...] = ()
    after: str | None = None
    window_days: int | None = None


@dataclass(frozen=True)
class Threshold:
    """One limit the product uses and the record it comes from; no conditions = all of them."""

    id: str
    kind: str
    instrument: str
    value: float
    unit: str
    source: str
    high: float | None = None
    conditions: tuple[str, ...] = ()
    medicine: str | None = None
    note: str | None = None
    used: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """One limit that no study gives: ours, with its reason."""

    id: str
    value: float
    unit: str
    why: str
    used: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """One instrument: its range, in whose words it is asked, and the record its limits come from."""

    minimum: float
    maximum: float
    better: str
    text: str
    source: str


@dataclass(frozen=True)
class Icd10:
    """Codes of a condition: the WHO edition's, and the American edition's (cm) where known; where they were seen."""

    who: str
    source: str
    cm: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True)
class Loinc:
    """Codes of an instrument; answers map a score to its answer code; also: wider codes that fit too; source: where
    they were seen.
    """

    code: str
    source: str
    display: str | None = None
    panel: str | None = None
    items: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    answers: Mapping[int, str] = field(default_factory=dict)
    note: str | None = None
