"""Library: every record, warning sign and threshold, read once; `check` says what is wrong with them as a whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from tracker.evidence.fields import EvidenceError
from tracker.evidence.load import load_records, malformed
from tracker.evidence.measures import Measures, load_measures
from tracker.evidence.problems import problems
from tracker.evidence.records import Comparison, Effect, Record, RedFlag, Threshold
from tracker.evidence.signs import load_red_flags
from tracker.science import scales

__all__ = [
    "CONDITIONS",
    "Comparison",
    "Effect",
    "EvidenceError",
    "Library",
    "Record",
    "RedFlag",
    "check",
    "faults",
    "library",
    "load",
]

HERE = Path(__file__).parent

# The facts' words for whom a source studied, and our codes. "headache" holds both kinds and the rest; a source on one
# kind also stands beside an unsorted headache. NICE's "chronic primary pain" leaves out what has its own guideline.
# A record may name fewer codes than the table allows, never more (tests/evidence/test_facts.py).
CONDITIONS: dict[str, tuple[str, ...]] = {
    "low_back": ("low_back",),
    "low_back_acute": ("low_back",),
    "sciatica": ("low_back",),
    "neck": ("neck",),
    "knee_oa": ("knee_oa",),
    "hip_oa": ("other_msk",),
    "hand_oa": ("other_msk",),
    "osteoarthritis": ("knee_oa", "other_msk"),
    "rheumatoid_arthritis": ("other_msk",),
    "shoulder": ("other_msk",),
    "musculoskeletal": ("low_back", "neck", "other_msk"),
    "chronic_primary_pain": ("neck", "other_msk"),
    "headache": ("headache", "migraine", "tension_headache"),
    "migraine": ("migraine", "headache"),
    "tension_type_headache": ("tension_headache", "headache"),
    "all": scales.CONDITIONS,
    "safety": scales.CONDITIONS,
    "safety_pharmacopuncture": scales.CONDITIONS,
    "measurement": (),
}


@dataclass(frozen=True)
class Library:
    """All that was read. `rendering` is what anyone may see; red flags are outside that rule."""

    records: tuple[Record, ...]
    red_flags: tuple[RedFlag, ...]
    measures: Measures

    @property
    def rendering(self) -> tuple[Record, ...]:
        """Records that may be shown: verified and not superseded."""
        return tuple(r for r in self.records if r.renders)

    @property
    def thresholds(self) -> tuple[Threshold, ...]:
        """The limits the product uses."""
        return self.measures.thresholds

    def get(self, id: str) -> Record | None:
        """The record of that id, shown or not."""
        return next((r for r in self.records if r.id == id), None)


@cache
def library() -> Library:
    """The library this house ships, read once per process."""
    return load(HERE)


def load(folder: Path) -> Library:
    """A library from a folder that holds records/*.yaml, red_flags.yaml and thresholds.yaml."""
    found = [r for path in sorted((folder / "records").glob("*.yaml")) for r in load_records(path)]
    _unique((f"{r.theme}.yaml", r.id) for r in found)
    flags = load_red_flags(folder / "red_flags.yaml")
    _unique(("red_flags.yaml", f.id) for f in flags)
    return Library(tuple(found), tuple(flags), load_measures(folder / "thresholds.yaml"))


def _unique(named: Iterable[tuple[str, str]]) -> None:
    seen: dict[str, str] = {}
    for file, id in named:
        if id in seen:
            raise EvidenceError(file, id, "id", f"already used in {seen[id]}")
        seen[id] = file


def check(lib: Library | None = None, today: date | None = None) -> list[str]:
    """Problems of the library as a whole, in words; a malformed file raises EvidenceError before."""
    lib = lib or library()
    return problems(lib.records, lib.thresholds, today)


def faults(folder: Path, today: date) -> list[str]:
    """Everything that is wrong with a folder, a line each; only what loads is looked at as a whole."""
    unread = [fault for path in sorted((folder / "records").glob("*.yaml")) for fault in malformed(path)]
    if unread:
        return unread
    try:
        return check(load(folder), today)
    except EvidenceError as fault:
        return [str(fault)]
