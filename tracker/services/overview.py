"""Overview: the clinic's summary as its page and the API show it. Groups of fewer than 11 people are withheld, and what
stands beside the outcomes is added: reactions, the dose, practitioners' pairs and answers, the funnel.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session as Database

from tracker.science import periods, selection
from tracker.science.periods import Period
from tracker.science.places import NO_GROUP
from tracker.science.scales import CONDITIONS, MODALITIES, Instrument
from tracker.science.selection import UNKNOWN, Asked, Field
from tracker.science.windows import MONTHS
from tracker.services import aside, clock, summarise
from tracker.services.actor import Actor, admit
from tracker.services.again import again
from tracker.services.errors import Invalid
from tracker.services.summarise import COMBINED
from tracker.services.transaction import reading, writing
from tracker.storage import columns, mix
from tracker.storage.mix import Mixed

MONTH = 3  # the window by which practitioners are told apart, unless another is asked for
CLOSED = {"withheld": selection.WITHHELD, "notes": [selection.WITHHELD]}


class Choices(NamedTuple):
    """What the filters may be set to."""

    periods: tuple[Period, ...]
    practitioners: tuple[str, ...]
    modalities: tuple[str, ...]


class Shown(NamedTuple):
    """The courses that figures may be made of, the groups that are withheld, and by group the practitioners who may
    not stand alone in it.
    """

    courses: set[Any]
    withheld: list[str]
    closed: dict[str, set[str]]


def overview(
    db: Database,
    *,
    actor: Actor,
    anchor: str = "end",
    instrument: str | None = None,
    period: str | None = None,
    condition: str | None = None,
    practitioner: str | None = None,
    modality: str | None = None,
    combined: str | None = None,
    group: str | bool | None = None,
    compare: str | None = None,
    month: int = MONTH,
    as_of: date | None = None,
    now: datetime | None = None,
) -> dict[str, Any]:
    """The summary's JSON without its single courses, with `aside`'s parts in every group.

    `changed_since`: the moment it is of, where a large clinic's record has changed since and the new figures are still
    being made; else None.
    A group that is withheld holds `withheld`, a sentence, and nothing else. period: 2026 or 2026-Q1, by the start of
    the course.
    """
    admit(actor, "practitioner", "clinic_admin", "operator")
    now = now or clock.now()
    stretch = _checked(anchor, period, condition, group, compare, modality, combined, month)
    filters = {"period": period, "condition": condition, "practitioner": practitioner}
    filters |= {"modality": modality, "combined": combined}
    scale = summarise.scale_of(db, actor.clinic, instrument, condition)
    with writing(db):
        summarise.look(db, actor, now, filters)
    with reading(db):
        on = as_of or now.astimezone(columns.zone(db, actor.clinic)).date()
        asked = (scale, stretch, filters, bool(group), anchor, compare, on, month)
        question = ("overview", scale.code, stretch, *filters.values(), *asked[3:])
        told, since = again(db, actor.clinic, question, lambda db: _told(db, actor.clinic, *asked))
        then = since and since.astimezone(columns.zone(db, actor.clinic)).isoformat(timespec="minutes")
    return told | {"selection": filters, "month": month, "changed_since": then}


def choices(db: Database, *, actor: Actor, instrument: str | None = None, condition: str | None = None) -> Choices:
    """What the page's filters may be set to: periods in which courses began, practitioners, treatments."""
    admit(actor, "practitioner", "clinic_admin", "operator")
    question = ("choices", instrument, condition)
    return again(db, actor.clinic, question, lambda db: _choices(db, actor.clinic, instrument, condition)).told


def _choices(db: Database, clinic_id: UUID, instrument: str | None, condition: str | None) -> Choices:
    """The same, looked up."""
    scale = summarise.scale_of(db, clinic_id, instrument, condition)
    courses = mix.courses(db, clinic_id, scale.code)
    given = {name for one in courses for name in one.modalities}
    began = [periods.quarter_of(day) for day in {one.start for one in courses} if day is not None]
    names = sorted({one.practitioner for one in courses if one.practitioner})
    return Choices(periods.known(began), tuple(names), tuple(name for name in MODALITIES if name in given))


def _told(
    db: Database,
    clinic_id: UUID,
    scale: Instrument,
    stretch: Period | None,
    filters: dict[str, Any],
    grouped: bool,
    anchor: str,
    compare: str | None,
    on: date,
    month: int,
) -> dict[str, Any]:
    """The figures of what may be shown, and the sentence for what may not."""
    shown = _shown(mix.courses(db, clinic_id, scale.code), filters, grouped)
    chosen = {name: filters[name] for name in ("condition", "practitioner")}
    chosen |= {"since": stretch and stretch.first, "until": stretch and stretch.last}
    picked = summarise.pick(db, clinic_id, scale, chosen, grouped, shown.courses)
    made = summarise.told(picked, anchor, None if compare in shown.withheld else compare, on, listed=False)
    del made["courses"]
    beside = aside.beside(db, clinic_id, picked, float(on.toordinal()), anchor, month, shown.closed)
    groups = {name: made["groups"][name] | beside[name] for name in made["groups"] if name not in shown.withheld}
    return made | {"groups": groups | {name: dict(CLOSED) for name in shown.withheld}}


def _shown(courses: Sequence[Mixed], filters: dict[str, Any], grouped: bool) -> Shown:
    """What may be shown of what is asked for."""
    labels = sorted({one.group_label or NO_GROUP for one in courses})
    practitioners = sorted({one.practitioner for one in courses if one.practitioner})
    field = _field(courses, practitioners, labels)
    asked = _asked(filters, practitioners)
    if asked is None:
        return Shown(set(), [], {name: set() for name in [*labels, "all"]})
    within = sorted(set(field.value["group"][selection.chosen(field, asked)].tolist())) if grouped else [None]
    open_, withheld, closed = np.zeros(len(courses), np.bool_), [], {}
    for n in within:
        part, name = asked, "all"
        if n is not None:
            part, name = Asked({**asked.value, "group": n}, asked.marks), labels[n]
        if selection.withheld(field, asked) or selection.withheld(field, part):
            withheld.append(name)
            continue
        open_ |= selection.chosen(field, part)
        closed[name] = _closed(field, part, practitioners)
    ids = {one.course_id for one, may in zip(courses, open_.tolist(), strict=True) if may}
    return Shown(ids, withheld, closed)


def _closed(field: Field, part: Asked, practitioners: list[str]) -> set[str]:
    """The practitioners whose line in this selection would be withheld if it were asked for."""
    if "practitioner" in part.value:
        return set()
    here = set(field.value["practitioner"][selection.chosen(field, part)].tolist()) - {UNKNOWN}
    asked = {n: Asked({**part.value, "practitioner": n}, part.marks) for n in here}
    return {practitioners[n] for n, one in asked.items() if selection.withheld(field, one)}


def _field(courses: Sequence[Mixed], practitioners: Sequence[str], labels: Sequence[str]) -> Field:
    """The courses by what the filters ask of them."""
    people: dict[Any, int] = {}
    treats, grouped = ({name: n for n, name in enumerate(names)} for names in (practitioners, labels))
    began = [_began(one.start) for one in courses]
    columns_of = {
        "year": [year for year, _ in began],
        "quarter": [quarter for _, quarter in began],
        "condition": [CONDITIONS.index(one.condition) for one in courses],
        "practitioner": [treats[one.practitioner] if one.practitioner else UNKNOWN for one in courses],
        "combined": [_position(COMBINED, summarise.together(one)) for one in courses],
        "group": [grouped[one.group_label or NO_GROUP] for one in courses],
    }
    return Field(
        np.array([people.setdefault(one.patient_id, len(people)) for one in courses], np.int64),
        {name: np.array(column, np.int64) for name, column in columns_of.items()},
        {name: np.array([name in one.modalities for one in courses], np.bool_) for name in MODALITIES},
    )


@lru_cache(10_000)
def _began(start: float | None) -> tuple[int, int]:
    """Year and quarter of a day; many courses begin on one day."""
    if start is None:
        return UNKNOWN, UNKNOWN
    quarter = periods.quarter_of(start)
    return quarter.year, _numbered(quarter)


def _asked(filters: dict[str, Any], practitioners: Sequence[str]) -> Asked | None:
    """The filters as values; None where nobody can fit: a name that treats nobody."""
    value: dict[str, int] = {}
    if filters["period"]:
        stretch = periods.period(filters["period"])
        assert stretch is not None
        value |= {"year": stretch.year} | ({"quarter": _numbered(stretch)} if stretch.quarter else {})
    if filters["condition"]:
        value["condition"] = CONDITIONS.index(filters["condition"])
    if filters["practitioner"]:
        if filters["practitioner"] not in practitioners:
            return None
        value["practitioner"] = practitioners.index(filters["practitioner"])
    if filters["combined"]:
        value["combined"] = COMBINED.index(filters["combined"])
    return Asked(value, [filters["modality"]] if filters["modality"] else [])


def _numbered(one: Period) -> int:
    """A quarter as a number, the same for the same quarter."""
    return 4 * one.year + (one.quarter or 1) - 1


def _position(words: Sequence[str], word: str | None) -> int:
    return UNKNOWN if word is None else words.index(word)


def _checked(
    anchor: str,
    period: str | None,
    condition: str | None,
    group: Any,
    compare: str | None,
    modality: str | None,
    combined: str | None,
    month: int,
) -> Period | None:
    """The period, if the question holds."""
    summarise.check(anchor, condition, group, compare, None, None)
    summarise.check_treatment(modality, combined)
    stretch = periods.period(period) if period is not None else None
    if period is not None and stretch is None:
        raise Invalid("period", "A period is a year or a quarter: 2026 or 2026-Q1.", "/period")
    if month not in MONTHS:
        raise Invalid("unknown_word", f"The month is one of {', '.join(map(str, MONTHS))}.", "/month")
    return stretch
