"""Reactions: the list a patient picks from. The urgent ones stand first and show at once how to get help."""

from tracker.evidence.reactions import reactions

PROBLEMS = reactions().problems
WORDS = {problem.code: problem.words for problem in PROBLEMS}
URGENT = frozenset(problem.code for problem in PROBLEMS if problem.urgent)
