"""Twice: one figure under both readings of a single last failing score, and the limits below which there is none."""

from typing import Any, NamedTuple

Notes = list[str]

LEAST_RESPONDERS = 20  # with an assessment after LATE, or there is no survival figure (statistics.md 2.4)
LATE = 60  # days
LEAST_FOLLOWED = 10  # assessed on or after the day, or that day has no figure
APART = 0.1  # two readings of unconfirmed losses farther apart than this leave no headline
GRAIN = 1e-9  # float noise in a difference of shares


class Twice(NamedTuple):
    """One thing with unconfirmed losses censored, and with them lost."""

    censored: Any
    lost: Any


def no_headline(where: str, what: str) -> str:
    """Why both figures are shown and neither leads."""
    return (
        f"At {where} {what} changes by more than 10 points when a single last failing score counts as a loss: "
        "there is no headline, both figures are shown."
    )
