"""Reactions: the list a patient picks from. The urgent ones stand first and show at once how to get help."""

from typing import NamedTuple


class Problem(NamedTuple):
    """One line of the list. `advice` is shown as soon as it is picked."""

    code: str
    words: str
    urgent: bool = False
    advice: str = ""


PROBLEMS = (
    Problem("chest_pain", "New chest pain, short breath or a dry cough", urgent=True),
    Problem("anaphylaxis", "Swollen face or throat, wheezing, or an itchy rash all over", urgent=True),
    Problem("weakness", "New weakness, lost feeling, or trouble with bladder or bowel", urgent=True),
    Problem("infection", "Spreading redness, heat or pus, or fever and shivering", urgent=True),
    Problem("fainting", "I fainted or collapsed", urgent=True),
    Problem("bruise", "A bruise"),
    Problem("bleeding", "Bleeding"),
    Problem("pain", "Pain where a needle was"),
    Problem("worse_pain", "My pain got worse"),
    Problem("tired", "Very tired or sleepy", advice="Do not drive until you feel fully awake."),
    Problem("dizzy", "Dizzy or sweaty"),
    Problem("nausea", "Feeling sick"),
    Problem("rash", "Rash or itching in one place"),
    Problem("numbness", "Numbness or tingling that does not go away"),
    Problem("burn", "A burn or blister"),
    Problem("needle", "A needle was left in or broke"),
    Problem("other", "Something else"),
)
WORDS = {problem.code: problem.words for problem in PROBLEMS}
URGENT = frozenset(problem.code for problem in PROBLEMS if problem.urgent)
