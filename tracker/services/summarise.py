"""Summarise: the clinic's outcomes in figures, and the rebuilding of outcome rows."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session as Database

from tracker.science import cohort
from tracker.science.cohort import ANCHORS, Cohort, Extras
from tracker.science.listed import Named
from tracker.science.places import NO_GROUP, Places
from tracker.science.scales import (
    CONDITIONS,
    IMPRESSION,
    INSTRUMENTS,
    MODALITIES,
    NOW,
    PRIMARY,
    WEEK,
    Instrument,
    usual,
)
from tracker.services import audit, clock
from tracker.services.actor import Actor, admit
from tracker.services.again import again
from tracker.services.errors import Invalid
from tracker.services.recompute import recompute
from tracker.services.transaction import reading, writing
from tracker.storage import Course, Outcome, columns, mix, read
from tracker.storage.mix import Mixed
from tracker.storage.read import Whose

__all__ = ["clinic_summary", "instruments", "recompute"]

BY_GROUP = ("group", True)
COMBINED = ("alone", "combined")


@dataclass(frozen=True)
class Picked:
    """The outcome rows that were asked for, as science takes them, and what each is called."""

    cohort: Cohort
    extras: Extras
    labels: Whose


def clinic_summary(
    db: Database,
    *,
    actor: Actor,
    anchor: str = "end",
    instrument: str | None = None,
    condition: str | None = None,
    group: str | bool | None = None,
    compare: str | None = None,
    practitioner: str | None = None,
    modality: str | None = None,
    combined: str | None = None,
    since: date | None = None,
    until: date | None = None,
    as_of: date | None = None,
    now: datetime | None = None,
) -> dict[str, Any]:
    """The JSON of design/domain.md, from outcome rows alone. since, until: the start of the courses, both inside.

    combined: courses with one kind of treatment ("alone") or several ("combined"). Nothing is withheld here: what pages
    and the API show goes through `overview`.
    """
    admit(actor, "practitioner", "clinic_admin", "operator")
    now = now or clock.now()
    check(anchor, condition, group, compare, since, until)
    check_treatment(modality, combined)
    chosen = {"condition": condition, "practitioner": practitioner, "since": since, "until": until}
    scale = scale_of(db, actor.clinic, instrument, condition)
    with writing(db):
        look(db, actor, now, chosen | {"modality": modality, "combined": combined})
    with reading(db):
        on = as_of or now.astimezone(columns.zone(db, actor.clinic)).date()
        ids = treated(mix.courses(db, actor.clinic, scale.code), modality, combined) if modality or combined else None
        picked = pick(db, actor.clinic, scale, chosen, bool(group), ids)
        return told(picked, anchor, compare, on)


def look(db: Database, actor: Actor, now: datetime, asked: dict[str, Any]) -> None:
    """A look at the summary goes into the trail with its filters, never with a figure."""
    chosen: dict[str, Any] = {name: str(value) for name, value in asked.items() if value is not None}
    audit.note(db, actor=actor, now=now, action="summary.look", subject="clinic", subject_id=actor.clinic, **chosen)


def treated(courses: Sequence[Mixed], modality: str | None, combined: str | None) -> set[Any]:
    """Courses with this treatment, or with one alone or several; one of which nothing is known is neither."""
    return {
        one.course_id
        for one in courses
        if (modality is None or modality in one.modalities) and (combined is None or together(one) == combined)
    }


def together(course: Mixed) -> str | None:
    """Whether one kind of treatment was given or several; None where none is known."""
    return None if not course.modalities else COMBINED[len(course.modalities) > 1]


def pick(
    db: Database,
    clinic_id: UUID,
    scale: Instrument,
    chosen: dict[str, Any],
    grouped: bool,
    courses: Collection[Any] | None = None,
) -> Picked:
    """Outcome rows, and those of the instruments that stand beside them."""
    found, labels = read.outcomes(db, clinic_id, scale, courses=courses, **chosen)
    names = sorted({label or NO_GROUP for label in labels.group_label}) if grouped else ["all"]
    number = _Numbers()
    places = _places(labels, names, number)
    beside = {code: _beside(db, clinic_id, code, chosen, number) for code in (NOW, IMPRESSION)}
    extras = Extras(
        now=None if scale.code == NOW else beside[NOW],
        impression=beside[IMPRESSION],
        staff=np.array(labels.staff, np.int64),
    )
    return Picked(Cohort(found, places), extras, labels)


def told(picked: Picked, anchor: str, compare: str | None, on: date, listed: bool = True) -> dict[str, Any]:
    """Science's summary of them; `listed`: with its list of single courses."""
    found, places, scale = picked.cohort.outcomes, picked.cohort.places, picked.cohort.outcomes.instrument
    if compare is not None and compare not in places.groups:
        raise Invalid("unknown_group", "There is no such group to compare with.", "/compare")
    extras = replace(picked.extras, names=list(_named(picked.labels))) if listed else picked.extras
    summary = cohort.summary(found, places, float(on.toordinal()), anchor, reference=compare, extras=extras)
    for figures in summary["groups"].values():
        figures["notes"] = [*_declared(scale), *figures["notes"]]
    return summary


def _declared(scale: Instrument) -> list[str]:
    """Where the limits come from, where they are the clinic's own."""
    own = scale.source is not None and scale.code not in INSTRUMENTS
    return [f"The clinic declared the limits of this instrument itself. Their source: {scale.source}"] if own else []


class _Numbers(dict[Any, int]):
    """A number for each id, the same for the same id in every cohort of one summary."""

    def __missing__(self, id: Any) -> int:
        """The next one."""
        self[id] = len(self)
        return self[id]


def _beside(db: Database, clinic_id: UUID, code: str, chosen: dict[str, Any], number: _Numbers) -> Cohort | None:
    """The outcomes of another instrument in the same courses; None where there are none."""
    found, labels = read.outcomes(db, clinic_id, columns.instruments(db, clinic_id)[code], **chosen)
    return Cohort(found, _places(labels, ["all"], number)) if labels else None


def _places(labels: Whose, names: Sequence[str], number: _Numbers) -> Places:
    """Whose each row is."""
    at, grouped = {name: n for n, name in enumerate(names)}, list(names) != ["all"]
    group = [at[label or NO_GROUP] for label in labels.group_label] if grouped else [0] * len(labels)
    return Places(
        course=np.array([number[id] for id in labels.course_id], np.int64),
        patient=np.array([number[id] for id in labels.patient_id], np.int64),
        condition=np.array([CONDITIONS.index(condition) for condition in labels.condition], np.int64),
        group=np.array(group, np.int64),
        readings=np.array(labels.readings, np.int64),
        groups=tuple(names),
    )


def _named(labels: Whose) -> Iterator[Named]:
    """What each row is called."""
    told = (labels.patient_code, labels.course_code, labels.started_on, labels.course_id, labels.site, labels.side)
    for patient, code, started_on, id, site, side in zip(*told, strict=True):
        yield Named(patient, code or str(started_on or columns.identity(id)), site or None, side)


def scale_of(db: Database, clinic_id: UUID, code: str | None, condition: str | None) -> Instrument:
    """The instrument asked for; else the condition's own, or pain over the week; else the one with most readings."""
    known = columns.instruments(db, clinic_id)
    if code is not None and code not in known:
        raise Invalid("unknown_instrument", "This instrument is not known here.", "/instrument")
    if code is None:
        code = usual(_answered(db, clinic_id, condition), PRIMARY[condition] if condition else WEEK)
    return known[code]


def instruments(db: Database, *, actor: Actor, condition: str | None = None) -> list[str]:
    """What the clinic's courses of this condition were scored on, the most used first."""
    admit(actor, "practitioner", "clinic_admin", "operator")
    counts = again(db, actor.clinic, ("answered", condition), lambda db: _answered(db, actor.clinic, condition)).told
    return sorted(counts, key=lambda code: (-counts[code], code))


def _answered(db: Database, clinic_id: UUID, condition: str | None) -> dict[str, int]:
    """Readings by instrument, those with any."""
    counted = select(Outcome.instrument, func.sum(Outcome.readings)).where(Outcome.clinic_id == clinic_id)
    if condition is not None:
        of_it = select(Course.id).where(Course.clinic_id == clinic_id, Course.condition == condition)
        counted = counted.where(Outcome.course_id.in_(of_it))
    grouped = db.execute(counted.group_by(Outcome.instrument).order_by(Outcome.instrument))
    return {code: n for code, n in grouped if n}


def check(
    anchor: str, condition: str | None, group: Any, compare: str | None, since: date | None, until: date | None
) -> None:
    """What can be wrong with a question."""
    if anchor not in ANCHORS:
        raise Invalid("unknown_word", f"The anchor is one of {', '.join(ANCHORS)}.", "/anchor")
    if condition is not None and condition not in CONDITIONS:
        raise Invalid("unknown_word", f"The condition is one of {', '.join(CONDITIONS)}.", "/condition")
    if group and group not in BY_GROUP:
        raise Invalid("unknown_word", "Courses are grouped by their group.", "/group")
    if compare is not None and not group:
        raise Invalid("compare_without_group", "Groups are compared when courses are grouped.", "/compare")
    if since is not None and until is not None and since > until:
        raise Invalid("period", "The period ends before it begins.", "/since")


def check_treatment(modality: str | None, combined: str | None) -> None:
    """What can be wrong with a question about treatments."""
    if modality is not None and modality not in MODALITIES:
        raise Invalid("unknown_word", f"The modality is one of {', '.join(MODALITIES)}.", "/modality")
    if combined is not None and combined not in COMBINED:
        raise Invalid("unknown_word", f"Treatments are given {' or '.join(COMBINED)}.", "/combined")
