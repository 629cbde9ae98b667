"""Reactions: what is reported after sessions; mostly bruises and tiredness, now and then more, one of them serious."""

import numpy as np

from tracker.services.demo.story import Plan, Reaction, Visit

# Witt 2009, Forsch Komplementmed 16:91: 8.6 % of 229,230 patients had at least one in about ten sessions.
PER_SESSION = 0.012
CODES = ("bruise", "bleeding", "pain", "tired", "dizzy", "worse_pain", "nausea")
CODE_SHARES = (0.32, 0.16, 0.18, 0.14, 0.08, 0.08, 0.04)
GRADES, GRADE_SHARES = ("mild", "moderate"), (0.88, 0.12)
FAINTED, BRUISED = 11, 12  # patients who have one whatever chance says
SERIOUS = "Fainted after the session and was taken to hospital to be watched overnight (invented)."


def reactions(number: int, plan: Plan, rng: np.random.Generator) -> tuple[Reaction, ...]:
    """The reactions of patient `number`."""
    found = [_reaction(visit, rng) for visit in plan.held if rng.random() < PER_SESSION]
    if number == FAINTED:
        found = [Reaction(plan.held[-1], "fainting", "severe", serious=True, words=SERIOUS)]
    if number == BRUISED:
        found = [Reaction(plan.held[0], "bruise", "mild"), *found[1:]]
    return tuple(found)


def _reaction(visit: Visit, rng: np.random.Generator) -> Reaction:
    """A reaction after this session."""
    return Reaction(visit, str(rng.choice(CODES, p=CODE_SHARES)), str(rng.choice(GRADES, p=GRADE_SHARES)))
