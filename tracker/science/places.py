"""Places: whose each series is, and which series speaks for its course. One course may be scored at several sites and
sides.

Left and right are two series and are never averaged: a course's main place is the one with most readings.
"""

from dataclasses import dataclass

import numpy as np

from tracker.science.record import Floats, Ints

NO_GROUP = "none"  # the name of the group of courses that carry none


@dataclass(frozen=True)
class Places:
    """One row per series, in the order of Outcomes. Codes are small numbers from 0, equal for the same thing."""

    course: Ints
    patient: Ints
    condition: Ints
    group: Ints  # position in `groups`, -1 = in no group
    readings: Ints
    groups: tuple[str, ...] = ("all",)


def main(places: Places) -> Ints:
    """Rows: one per course, the place with most readings; ties to the first."""
    return _firsts(np.lexsort((-places.readings, places.course)), places.course)


def first_courses(places: Places, start: Floats, rows: Ints) -> Ints:
    """Those of the rows that are of the first course of their patient and condition; ties to the first row. start: S
    days.
    """
    order = rows[np.lexsort((start[rows], places.condition[rows], places.patient[rows]))]
    return _firsts(order, places.patient, places.condition)


def by_group(places: Places, rows: Ints) -> dict[str, Ints]:
    """The rows of each group; those in no group are in none."""
    order = rows[np.argsort(places.group[rows], kind="stable")]
    edges = np.searchsorted(places.group[order], np.arange(len(places.groups) + 1))
    return {name: order[edges[n] : edges[n + 1]] for n, name in enumerate(places.groups)}


def _firsts(order: Ints, *keys: Ints) -> Ints:
    """Sorted rows: the first of each run of equal keys in `order`."""
    new = np.ones(len(order), np.bool_)
    new[1:] = np.any([key[order][1:] != key[order][:-1] for key in keys], axis=0)
    return np.sort(order[new])
