"""Reactions: the list a patient picks from, urgent ones first; and how staff rated what was reported, in words."""

from tracker.evidence.reactions import reactions
from tracker.services.views import AssessmentView

PROBLEMS = reactions().problems
WORDS = {problem.code: problem.words for problem in PROBLEMS}
URGENT = frozenset(problem.code for problem in PROBLEMS if problem.urgent)


def rated(a: AssessmentView) -> str:
    """Bleeding or bruising; grade 2, moderate; possible; serious."""
    known = reactions()
    kinds = {one.code: one.words for one in known.kinds}
    said = (
        kinds.get(a.kind or "", ""),
        f"grade {known.grades[a.grade]}" if a.grade else "",
        known.causality.get(a.causality or "", "").lower(),
        "serious" if a.serious else "not serious",
    )
    return "; ".join(filter(None, said))
