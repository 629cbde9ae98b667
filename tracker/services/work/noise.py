"""Noise: how far scores move by themselves, estimated from a clinic's own courses every four weeks.

A course is judged with what was known when it began, so that no judgement ever changes; before the first estimate, and
in a clinic of few patients, with the fixed figures of science/noise.py.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.science import noise, trend
from tracker.science.flags import applies
from tracker.science.noise import Noise
from tracker.science.scales import INSTRUMENTS, NOW, WEEK, Instrument
from tracker.storage import Outcome

EVERY = 28  # days from one estimate to the next
ENOUGH = 2000  # series: more make it no better and the night no shorter
ESTIMATED = (WEEK, NOW)  # what is judged week by week; other scales take the fixed figures


def at_start(estimates: Sequence[Any], instrument: Instrument, start: float) -> Noise:
    """The noise a course is judged with: the latest estimate made before it began."""
    told = [one for one in estimates if one["instrument"] == instrument.code and one["since"] <= start]
    latest = max(told, key=lambda one: one["since"], default=None)
    return Noise(latest["sd"], latest["r"]) if latest else noise.unpooled(instrument.span)


def due(estimates: Sequence[Any], today: date) -> bool:
    """Whether the latest is four weeks old, or there is none."""
    return max((one["since"] for one in estimates), default=0) + EVERY <= today.toordinal()


def estimate(db: Database, clinic_id: UUID, today: date) -> list[dict[str, Any]]:
    """The noise of this clinic as its weekly values show it today."""
    return [_one(db, clinic_id, INSTRUMENTS[code], today) for code in ESTIMATED if applies(INSTRUMENTS[code])]


def _one(db: Database, clinic_id: UUID, instrument: Instrument, today: date) -> dict[str, Any]:
    """Of one instrument; the latest courses speak for the clinic."""
    mine = (Outcome.clinic_id == clinic_id, Outcome.instrument == instrument.code, Outcome.last_on < today)
    chosen = select(Outcome.weeks).where(*mine).order_by(Outcome.start.desc(), Outcome.course_id, Outcome.site)
    weeks = [np.array(one, np.float64).reshape(-1, 2) for one in db.scalars(chosen.limit(ENOUGH))]
    days, values = [one[:, 0] for one in weeks], [one[:, 1] for one in weeks]
    phi = trend.fit(days, values, instrument).phi
    series = np.repeat(np.arange(len(weeks)), [len(one) for one in weeks])
    day, value = (np.concatenate(column or [np.empty(0)]) for column in (days, values))
    found = noise.noise_of(noise.partial(series, day, value, phi), phi, instrument.span)
    return {"instrument": instrument.code, "since": today.toordinal(), "sd": found.sd, "r": found.r}
