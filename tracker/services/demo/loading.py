"""Loading: the stories go through the services like everything else, each at the time it is said to have happened.

All ids follow from the patients' codes, and the date from the clinic's own: a load that was interrupted goes on where
it stopped. The staff join last; once they are in, there is nothing left to do.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session as Database

from tracker.science.needling import PHARMACOPUNCTURE
from tracker.services import enrol, log, show
from tracker.services.actor import Actor, operator
from tracker.services.clock import local_date
from tracker.services.demo import staff, visits, work
from tracker.services.demo.clinic import PATIENTS, SEED, stories
from tracker.services.demo.occasions import MOST_BASELINES
from tracker.services.demo.story import ZONE, Entry, Reaction, Story, moment, named
from tracker.services.transaction import writing
from tracker.services.views import ClinicView
from tracker.services.visit import session_id

MORNING = 9 * 60  # when staff enrol
AT_ONCE = 25  # stories in one transaction


def load(db: Database, *, now: datetime, patients: int = PATIENTS) -> ClinicView:
    """The demo clinic; loaded if it is not there yet, as seen on the morning of `now`."""
    clinic = staff.clinic(db) or staff.found_clinic(db, now)
    actor, at, view = operator(clinic.id), clinic.created_at, show.clinic(clinic)
    if not staff.joined(db, view.id):
        told = stories(np.random.default_rng(SEED), local_date(at, ZONE), patients)
        for i in range(0, len(told), AT_ONCE):
            _put(db, actor, told[i : i + AT_ONCE], at)
        staff.join(db, actor, at)
        work.close(db, who=staff.practitioner(db, view.id), clinic_id=view.id, at=at)
    return view


def _put(db: Database, actor: Actor, told: Sequence[Story], at: datetime) -> None:
    """Some stories, from enrolment to the last entry."""
    for story in told:
        _enrol(db, actor, story)
        _consent(db, actor, story)
        _close(db, actor, story)
    _log(db, actor, told, at)
    for story in told:
        for i, reaction in enumerate(story.reactions, 1):
            _react(db, actor, course_id(story), i, reaction)


def course_id(story: Story) -> UUID:
    """The id of a story's course."""
    return named(f"{story.person.code}/course")


def _enrol(db: Database, actor: Actor, story: Story) -> None:
    """The patient and the course, some days before the first session."""
    person, plan, patient_id = story.person, story.plan, named(story.person.code)
    now = moment(plan.visits[0].on - timedelta(days=MOST_BASELINES), MORNING)
    told = {"code": person.code, "initials": person.initials, "birth_year": person.birth_year, "sex": person.sex}
    enrol.enrol_patient(db, actor=actor, id=patient_id, now=now, **told)
    enrol.open_course(
        db,
        actor=actor,
        id=course_id(story),
        patient_id=patient_id,
        condition=plan.condition,
        onset_on=plan.onset_on,
        practitioner=plan.practitioner,
        started_on=plan.visits[0].on,
        planned_sessions=plan.planned_sessions,
        planned_per_week=plan.planned_per_week,
        modality="+".join(plan.modalities),
        places=plan.places,
        group_label="combined" if len(plan.modalities) > 1 else "alone",
        now=now,
    )


def _consent(db: Database, actor: Actor, story: Story) -> None:
    """The answer to being asked about injections, before the first one."""
    if PHARMACOPUNCTURE in story.plan.modalities:
        first = story.plan.visits[0].on
        told = {"product": "herbal", "answer": "given", "answered_on": first, "now": moment(first, MORNING)}
        log.consent(db, actor=actor, id=named(f"{course_id(story)}/consent"), course_id=course_id(story), **told)


def _close(db: Database, actor: Actor, story: Story) -> None:
    """The closing, where staff closed the course."""
    on, reason = story.plan.closed_on, story.plan.closed_reason
    if on and reason:
        now = moment(on, visits.EVENING)
        enrol.close_course(db, actor=actor, course_id=course_id(story), on=on, reason=reason, now=now)


def _log(db: Database, actor: Actor, told: Sequence[Story], at: datetime) -> None:
    """All sessions and entries of some courses at once; a refusal would be a fault of the stories."""
    items = [_item(course_id(story), i, entry) for story in told for i, entry in enumerate(story.entries, 1)]
    with writing(db):
        for story in told:
            visits.add(db, actor=actor, course_id=course_id(story), plan=story.plan, at=at)
        for result in log.record(db, actor=actor, items=items, now=at):
            if result.error:
                raise result.error


def _item(course: UUID, seq: int, entry: Entry) -> dict[str, Any]:
    """An entry as log.record takes it."""
    told = ("kind", "instrument", "value", "items", "recorded_at", "entered_at", "received_at", "sent_at")
    more = {name: getattr(entry, name) for name in (*told, "entered_by", "reason", "retracted")}
    site, side = entry.place
    return more | {
        "id": named(f"{course}/{entry.tag}"),
        "course_id": course,
        "session_id": session_id(course, entry.visit.on, entry.visit.number) if entry.visit else None,
        "supersedes": named(f"{course}/{entry.supersedes}") if entry.supersedes else None,
        "site": site,
        "side": side,
        "recorded_zone": ZONE,
        "device_seq": seq,
    }


def _react(db: Database, actor: Actor, course: UUID, number: int, reaction: Reaction) -> None:
    """One reaction, known on the evening of its session."""
    log.reaction(
        db,
        actor=actor,
        id=named(f"{course}/reaction/{number}"),
        course_id=course,
        session_id=session_id(course, reaction.visit.on, reaction.visit.number),
        occurred_on=reaction.visit.on,
        code=reaction.code,
        grade=reaction.grade,
        serious=reaction.serious,
        words=reaction.words,
        now=moment(reaction.visit.on, visits.EVENING),
    )
