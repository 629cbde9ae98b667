"""Serious: whether a reaction counts as serious: as staff rated it last, and as it was reported while nobody did."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from tracker.services import show
from tracker.services.views import AssessmentView, ReactionView
from tracker.storage import Assessment, Reaction, WorkItem


def of_item() -> Any:
    """Whether a work item, open or not, is about such a reaction: the one that opened it, or one that came later."""
    told = or_(Reaction.id == WorkItem.subject_id, Reaction.received_at >= WorkItem.opened_at)
    here = (Reaction.clinic_id == WorkItem.clinic_id, Reaction.course_id == WorkItem.course_id)
    found = select(Reaction.id).where(*here, WorkItem.reason == "reaction", told, _counts())
    return found.correlate(WorkItem).exists()


def _counts() -> Any:
    """The latest rating, else the report."""
    rated = (
        select(Assessment.serious)
        .where(Assessment.clinic_id == Reaction.clinic_id, Assessment.reaction_id == Reaction.id)
        .order_by(Assessment.received_at.desc(), Assessment.id.desc())
        .limit(1)
        .correlate(Reaction)
        .scalar_subquery()
    )
    return func.coalesce(rated, Reaction.serious).is_(True)


def rated(reactions: Iterable[Any], assessments: Iterable[Any]) -> tuple[ReactionView, ...]:
    """Reactions, each with the latest of these ratings, which come oldest first."""
    latest: dict[UUID, AssessmentView] = {row.reaction_id: show.assessment(row) for row in assessments}
    return tuple(replace(show.reaction(row), assessment=latest.get(row.id)) for row in reactions)
