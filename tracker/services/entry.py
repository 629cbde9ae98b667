"""Entry: one reading as it came in, checked as far as it can be without looking anything up."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from tracker.science.scales import ENTERED_BY, ITEMS, KINDS, SIDES, Instrument
from tracker.services.actor import Actor
from tracker.services.faults import Faults, utc
from tracker.tongue import _

LONGEST_SITE, LONGEST_ZONE, LONGEST_ITEMS = 64, 64, 2000
SAME_MEAN = 1e-9
FROZEN = json.JSONEncoder(sort_keys=True)  # made once: it is asked for every reading of a file
AS_IT_IS = {str, float, bool, type(None)}
LARGEST_SEQ = 2**31 - 1
FROM_A_FILE = ("import", *ENTERED_BY[:3])
MAY_SAY = {  # who may call an entry whose; the first is taken when nothing is said
    "patient": ("patient", "assisted"),
    "practitioner": ("staff", "assisted"),
    "clinic_admin": ("staff", "assisted"),
    "operator": FROM_A_FILE,
}

BY_A_CARER = ("assisted",)


@dataclass(frozen=True)
class Entry:
    """What a phone froze on save, and when it was sent. `site` '' = the course as a whole."""

    id: UUID
    course_id: UUID
    kind: str
    instrument: str
    value: float | None
    recorded_at: datetime
    site: str
    side: str
    session_id: UUID | None
    recorded_zone: str | None
    entered_at: datetime | None
    device_seq: int | None
    items: Mapping[str, Any] | None
    supersedes: UUID | None
    reason: str | None
    retracted: bool
    entered_by: str

    def digest(self) -> str:
        """SHA-256 of everything frozen; a replay gives the same."""
        frozen = {name: _plain(value) for name, value in vars(self).items()}
        frozen["recorded_offset"] = offset_minutes(self.recorded_at)
        return sha256(FROZEN.encode(frozen).encode()).hexdigest()


def entry(
    *,
    actor: Actor,
    known: Mapping[str, Instrument],
    imported: bool = False,
    id: UUID,
    course_id: UUID,
    kind: str,
    instrument: str,
    recorded_at: datetime,
    value: float | None = None,
    site: str | None = None,
    side: str = "none",
    session_id: UUID | None = None,
    recorded_zone: str | None = None,
    entered_at: datetime | None = None,
    device_seq: int | None = None,
    items: Mapping[str, Any] | None = None,
    supersedes: UUID | None = None,
    reason: str | None = None,
    retracted: bool = False,
    entered_by: str | None = None,
) -> Entry:
    """An Entry that holds in itself; raises Invalid with every fault."""
    may_say = FROM_A_FILE if imported else BY_A_CARER if actor.carer else MAY_SAY[actor.role]
    made = Entry(
        id=id,
        course_id=course_id,
        kind=kind,
        instrument=instrument,
        value=value,
        recorded_at=recorded_at,
        site=site or "",
        side=side,
        session_id=session_id,
        recorded_zone=recorded_zone or None,
        entered_at=entered_at,
        device_seq=device_seq,
        items=items or None,
        supersedes=supersedes,
        reason=reason or None,
        retracted=retracted,
        entered_by=entered_by or may_say[0],
    )
    _check(made, known.get(instrument) if isinstance(instrument, str) else None, may_say, own=actor.role == "patient")
    return made


def offset_minutes(moment: datetime) -> int:
    """Minutes ahead of UTC."""
    return int((moment.utcoffset() or timedelta()).total_seconds() // 60)


def _check(made: Entry, instrument: Instrument | None, may_say: tuple[str, ...], *, own: bool) -> None:
    """Every fault of an entry by itself; `own`: a phone sends it, which asks the single questions and whole days."""
    faults = Faults()
    _check_ids(faults, made)
    faults.word("/kind", made.kind, KINDS)
    faults.word("/side", made.side, SIDES)
    faults.word("/entered_by", made.entered_by, may_say)
    faults.text("/site", made.site, LONGEST_SITE)
    faults.text("/recorded_zone", made.recorded_zone, LONGEST_ZONE)
    faults.text("/reason", made.reason, lines=True)
    faults.moment("/recorded_at", made.recorded_at, needed=True)
    faults.moment("/entered_at", made.entered_at)
    faults.number("/device_seq", made.device_seq, 0, LARGEST_SEQ, whole=True)
    _check_items(faults, made.items)
    _check_value(faults, made, instrument, own)
    if not faults.found and made.instrument in ITEMS and not made.retracted and (own or made.items):
        _check_mean(faults, made)
    if made.kind == "after" and made.session_id is None:
        faults.add("/session_id", "after_without_session", _("An after-score needs its session."))
    faults.refuse()


def _check_ids(faults: Faults, made: Entry) -> None:
    """Ids are ids, and not nil."""
    for name in ("id", "course_id", "session_id", "supersedes"):
        value = getattr(made, name)
        if value is None and name in ("session_id", "supersedes"):
            continue
        if not isinstance(value, UUID) or value.int == 0:
            faults.add(f"/{name}", "not_an_id", _("This must be a UUID."))


def _check_value(faults: Faults, made: Entry, instrument: Instrument | None, own: bool) -> None:
    """A score on its scale; a taken-back reading has none and says what it takes back."""
    if instrument is None:
        faults.add("/instrument", "unknown_instrument", _("This instrument is not known here."))
    elif not isinstance(made.retracted, bool):
        faults.add("/retracted", "not_a_flag", _("This must be true or false."))
    elif made.retracted:
        if made.value is not None:
            faults.add("/value", "retracted_value", _("A reading that is taken back has no score."))
        if made.supersedes is None:
            faults.add("/supersedes", "blank", _("Say which reading is taken back."))
    elif made.value is None:
        faults.add("/value", "blank", _("A score is needed; a blank is no reading."))
    else:
        whole = instrument.whole or (own and instrument.days)
        faults.number("/value", made.value, instrument.minimum, instrument.maximum, whole=whole)


def _check_mean(faults: Faults, made: Entry) -> None:
    """The single answers, whole on the scale, and the score that is their mean."""
    names, items = ITEMS[made.instrument], made.items or {}
    if set(items) != set(names):
        needed = _("This needs an answer to {questions}, and to nothing else.", questions=", ".join(names))
        faults.add("/items", "other_questions", needed)
        return
    for name in names:
        faults.number(f"/items/{name}", items[name], 0, 10, whole=True, needed=True)
    if not faults.found and abs(sum(items.values()) / len(names) - float(made.value or 0)) > SAME_MEAN:
        faults.add("/value", "not_the_mean", _("The score is the mean of its answers."))


def _check_items(faults: Faults, items: Any) -> None:
    """Answers to single questions: a name each, a number or a text."""
    if items is None:
        return
    if not isinstance(items, Mapping):
        faults.add("/items", "not_answers", _("Answers stand under the names of their questions."))
        return
    for i, (name, answer) in enumerate(items.items()):
        faults.text(f"/items/{i}", name, LONGEST_SITE, needed=True)
        if isinstance(answer, str):
            faults.text(f"/items/{i}", answer)
        else:
            faults.number(f"/items/{i}", answer, -1e6, 1e6, needed=True)
    if not faults.found and len(json.dumps(dict(items))) > LONGEST_ITEMS:
        faults.add("/items", "too_long", _("The answers are longer than {n} characters.", n=LONGEST_ITEMS))


def _plain(value: Any) -> Any:
    """One value as JSON holds it; 7 and 7.0 are the same score."""
    if type(value) in AS_IT_IS:
        return value
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, int):
        return float(value)
    if isinstance(value, Mapping):
        return {name: _plain(answer) for name, answer in value.items()}
    return value


def refuse_unknown(item: Mapping[str, Any], allowed: frozenset[str]) -> None:
    """Raise Invalid for names nobody reads, or needed ones that are missing."""
    faults = Faults()
    for name in sorted(set(item) - allowed, key=str):
        faults.add(f"/{name}", "unknown_field", _("This is not known here."))
    for name in ("id", "course_id", "kind", "instrument", "recorded_at"):
        if name not in item:
            faults.add(f"/{name}", "blank", _("This must not be blank."))
    faults.refuse()
