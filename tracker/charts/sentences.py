"""Sentences: what is said of one person's figure, form by form; each is whole, and words.py chooses."""

from typing import NamedTuple

from tracker.tongue import english


class Opening(NamedTuple):
    """Where it began and where it stands: both known, the start alone, the latest alone."""

    both: str
    start: str
    now: str


# Translators: {when} is one of "today", "yesterday", "on {day}", "in the past week" and so on, as translated beneath.
OPENING = {
    "pain": Opening(
        english("Your pain was about {start} at the start and about {now} {when}."),
        english("Your pain was about {start} at the start."),
        english("Your pain was about {now} {when}."),
    ),
    "peg": Opening(
        english("Your PEG score was about {start} at the start and about {now} {when}."),
        english("Your PEG score was about {start} at the start."),
        english("Your PEG score was about {now} {when}."),
    ),
    "pgic": Opening(
        english("Your change score was about {start} at the start and about {now} {when}."),
        english("Your change score was about {start} at the start."),
        english("Your change score was about {now} {when}."),
    ),
    "headache_days": Opening(
        english("Your headache days were about {start} in 28 days at the start and about {now} {when}."),
        english("Your headache days were about {start} in 28 days at the start."),
        english("Your headache days were about {now} {when}."),
    ),
    "medicine_days": Opening(
        english("Your days with medicine were about {start} in 28 days at the start and about {now} {when}."),
        english("Your days with medicine were about {start} in 28 days at the start."),
        english("Your days with medicine were about {now} {when}."),
    ),
    "own": Opening(
        english("Your score for “{name}” was about {start} at the start and about {now} {when}."),
        english("Your score for “{name}” was about {start} at the start."),
        english("Your score for “{name}” was about {now} {when}."),
    ),
}


class Lasting(NamedTuple):
    """A dated statement: with its day, and where no day is known."""

    dated: str
    undated: str


RESPONDING = {
    "lower": Lasting(
        english("Still at least {share} lower on {day}, day {n} after the last session."),
        english("Still at least {share} lower."),
    ),
    "fewer": Lasting(
        english("Still at least {share} fewer on {day}, day {n} after the last session."),
        english("Still at least {share} fewer."),
    ),
    "higher": Lasting(
        english("Still at least {share} higher on {day}, day {n} after the last session."),
        english("Still at least {share} higher."),
    ),
}
LOST = {
    "lower": Lasting(
        english("On {day}, day {n} after the last session, your score was no longer at least {share} lower."),
        english("Later your score was no longer at least {share} lower."),
    ),
    "fewer": Lasting(
        english("On {day}, day {n} after the last session, your days were no longer at least {share} fewer."),
        english("Later your days were no longer at least {share} fewer."),
    ),
    "higher": Lasting(
        english("On {day}, day {n} after the last session, your score was no longer at least {share} higher."),
        english("Later your score was no longer at least {share} higher."),
    ),
}
ABOVE = Lasting(
    english("One later answer, on {day}, day {n} after the last session, was above the line; not yet confirmed."),
    english("One later answer was above the line; not yet confirmed."),
)
BELOW = Lasting(
    english("One later answer, on {day}, day {n} after the last session, was below the line; not yet confirmed."),
    english("One later answer was below the line; not yet confirmed."),
)
NEVER = {
    "lower": english("At the end of the course your score was not at least {share} lower than at the start."),
    "fewer": english("At the end of the course your days were not at least {share} fewer than at the start."),
    "higher": english("At the end of the course your score was not at least {share} higher than at the start."),
}
UNDECIDED = {
    "no_end_reading": english("There is no score from the end of the course, so how long it lasted is not known."),
    "no_baseline": english("There is no score from before the first session, so how long it lasted is not known."),
    "too_low": english("The score at the start was too low to judge a change in per cent."),
    "not_ended": english("The course has not ended."),
}

# Translators: {scores} begins the sentence as its topic, such as "The weekly scores" or "The headache days".
# Translators: {when} is "in the course" or "after the course".
DOWN, UP = english("{scores} went down {when}."), english("{scores} went up {when}.")
POINTS = {
    True: english("{scores} went down {when}, by about {size} points a week."),
    False: english("{scores} went up {when}, by about {size} points a week."),
}
FEW_POINTS = {
    True: english("{scores} went down {when}, by less than {size} points a week."),
    False: english("{scores} went up {when}, by less than {size} points a week."),
}
DAYS = {
    True: english("{scores} went down {when}, by about {size} days a week."),
    False: english("{scores} went up {when}, by about {size} days a week."),
}
FEW_DAYS = {
    True: english("{scores} went down {when}, by less than {size} days a week."),
    False: english("{scores} went up {when}, by less than {size} days a week."),
}
UNMOVED = {
    "no_clear_change": english("{scores} show no clear change {when}."),
    "uncertain": english("{scores} may have changed {when}; it is not certain."),
    "not_enough": english("Trend {when}: not enough readings yet ({n} of {needed})."),
    "too_short": english("Trend {when}: the readings do not yet span 28 days."),
    "at_the_end_of_the_scale": english("Most scores {when} are at the end of the scale, so no trend is given."),
}
