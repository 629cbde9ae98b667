"""Reactions: the list a patient picks from. The urgent ones stand first and show at once how to get help."""

from typing import NamedTuple

from tracker.tongue import english


class Problem(NamedTuple):
    """One line of the list. `advice` is shown as soon as it is picked."""

    code: str
    words: str
    urgent: bool = False
    advice: str = ""


PROBLEMS = (
    Problem("chest_pain", english("New chest pain, short breath or a dry cough"), urgent=True),
    Problem("anaphylaxis", english("Swollen face or throat, wheezing, or an itchy rash all over"), urgent=True),
    Problem("weakness", english("New weakness, lost feeling, or trouble with bladder or bowel"), urgent=True),
    Problem("infection", english("Spreading redness, heat or pus, or fever and shivering"), urgent=True),
    Problem("fainting", english("I fainted or collapsed"), urgent=True),
    Problem("bruise", english("A bruise")),
    Problem("bleeding", english("Bleeding")),
    Problem("pain", english("Pain where a needle was")),
    Problem("worse_pain", english("My pain got worse")),
    Problem("tired", english("Very tired or sleepy"), advice=english("Do not drive until you feel fully awake.")),
    Problem("dizzy", english("Dizzy or sweaty")),
    Problem("nausea", english("Feeling sick")),
    Problem("rash", english("Rash or itching in one place")),
    Problem("numbness", english("Numbness or tingling that does not go away")),
    Problem("burn", english("A burn or blister")),
    Problem("needle", english("A needle was left in or broke")),
    Problem("other", english("Something else")),
)
WORDS = {problem.code: problem.words for problem in PROBLEMS}
URGENT = frozenset(problem.code for problem in PROBLEMS if problem.urgent)
