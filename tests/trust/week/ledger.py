"""The ledger: what the phone said it saved, and what must therefore stand in the store: once, in order, in place."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from tests.trust.week.clinic import Clinic, Person, read

CLOSE = timedelta(seconds=30)  # from the moment before a save to the moment after it, on a busy machine
TRUSTED = timedelta(seconds=120)  # a clock this right is believed (services: storage/effective.py)
FROZEN = ("kind", "instrument", "site", "side", "reason")


@dataclass(frozen=True)
class Told:
    """One entry as the page told it after saving; `certain` = keep() had resolved when it was told."""

    id: UUID
    person: UUID
    path: str
    body: dict[str, Any]
    true_at: datetime  # when it was saved, by the clinic's clock
    back: timedelta  # how long before that the pain was
    error: timedelta  # phone minus clinic at that moment
    known: bool  # the phone had heard from the clinic since its clock was last changed
    heard_at: datetime  # when it had last heard from the clinic for certain
    certain: bool = True

    @property
    def table(self) -> str:
        """Where it belongs."""
        return self.path.split("/")[-2].removesuffix("s")


@dataclass
class Ledger:
    """All that one phone saved in one run, in the order of saving."""

    told: list[Told] = field(default_factory=list)
    put_back: set[UUID] = field(default_factory=set)  # lost by the clinic once: they arrive a second time

    def problems(self, clinic: Clinic, *people: Person) -> list[str]:
        """Everything that is not as it must be; [] = nothing was lost, doubled, changed, misplaced or misdated."""
        readings = clinic.rows("reading", *people)
        return [
            *self._counted(readings, "reading"),
            *self._counted(clinic.rows("reaction", *people), "reaction"),
            *self._in_order(readings),
            *(fault for one, row in self._pairs(readings) for fault in differences(one, row)),
            *self._dated(readings),
        ]

    def of(self, table: str) -> list[Told]:
        """The entries of one kind."""
        return [one for one in self.told if one.table == table]

    def _counted(self, rows: list[dict[str, Any]], table: str) -> Iterable[str]:
        """Each once, under the person it was saved for, and nothing else."""
        mine = {one.id: one for one in self.of(table)}
        stored = Counter(UUID(row["id"]) for row in rows)
        yield from (f"lost: {one.id} {one.body}" for one in mine.values() if one.certain and one.id not in stored)
        yield from (f"doubled: {id}, {count} times" for id, count in stored.items() if count > 1)
        yield from (f"from nowhere: {id}" for id in stored if id not in mine)
        for row in rows:
            one = mine.get(UUID(row["id"]))
            if one and (row["patient_id"], row["course_id"]) != (one.person.hex, UUID(one.body["course_id"]).hex):
                yield f"misfiled: {one.id} of {one.person} under {row['patient_id']}"

    def _pairs(self, readings: list[dict[str, Any]]) -> list[tuple[Told, dict[str, Any]]]:
        """Each entry with its row, in the order of saving."""
        rows = {UUID(row["id"]): row for row in readings}
        return [(one, rows[one.id]) for one in self.of("reading") if one.id in rows]

    def _in_order(self, readings: list[dict[str, Any]]) -> Iterable[str]:
        """The phone's numbers rise as the entries were saved, and each person's arrived in that order."""
        pairs = self._pairs(readings)
        numbers = [row["device_seq"] for _, row in pairs]
        if None in numbers or numbers != sorted(set(numbers)):
            yield f"numbers out of order: {numbers}"
        for person in {one.person for one, _ in pairs}:
            mine = [(one, row) for one, row in pairs if one.person == person and not self.came_twice(one)]
            for (first, before), (one, row) in pairwise(mine):
                if row["received_at"] < before["received_at"]:
                    yield f"{one.id} overtook {first.id}: {one.body} {first.body}"

    def came_twice(self, one: Told) -> bool:
        """Whether the clinic lost it, or it corrects one that the clinic lost: such entries may be late."""
        named = one.body.get("supersedes")
        return one.id in self.put_back or (
            named is not None and any(self.came_twice(old) for old in self.told if str(old.id) == named)
        )

    def _dated(self, readings: list[dict[str, Any]]) -> Iterable[str]:
        """The corrected moment is the true one where the phone can know it, else between its last word and receipt."""
        for one, row in self._pairs(readings):
            if "supersedes" in one.body:
                continue  # speaks of the moment of what it corrects
            at, got = corrected(row) + one.back, read(row["received_at"])
            if one.known and abs(at - one.true_at) > TRUSTED + CLOSE:
                yield f"misdated: {one.id} at {at}, truly {one.true_at} (clock {one.error}, by {row['clock_offset']})"
            if not one.known and not one.heard_at - TRUSTED - CLOSE <= at <= got + TRUSTED + CLOSE:
                yield f"out of bounds: {one.id} at {at}, not from {one.heard_at} to {got} (clock {one.error})"


def differences(one: Told, row: dict[str, Any]) -> Iterable[str]:
    """Where a row is not what was frozen on save, raw times with their offset and zone included."""
    body, raw = one.body, datetime.fromisoformat(one.body["recorded_at"])
    stored = {name: row[name] for name in FROZEN}
    told = {name: body.get(name) for name in FROZEN} | {
        "site": body.get("site") or "",
        "side": body.get("side", "none"),
    }
    if stored != told:
        yield f"changed: {one.id}: {told} became {stored}"
    if row["value"] != body.get("value"):
        yield f"changed: {one.id}: {body.get('value')} became {row['value']}"
    if read(row["recorded_at"]) != raw or row["recorded_offset"] * 60 != offset(raw).total_seconds():
        yield f"raw time changed: {one.id}: {raw} became {row['recorded_at']} {row['recorded_offset']}"
    if read(row["entered_at"]) != datetime.fromisoformat(body["entered_at"]):
        yield f"time of saving changed: {one.id}"
    if abs(datetime.fromisoformat(body["entered_at"]) - one.true_at - one.error) > CLOSE:
        yield f"the phone's clock was not what the test set: {one.id} {body['entered_at']}"
    if row["session_id"] != (UUID(body["session_id"]).hex if body.get("session_id") else None):
        yield f"another session: {one.id}"
    if row["supersedes"] != (UUID(body["supersedes"]).hex if body.get("supersedes") else None):
        yield f"corrects another: {one.id}"


def corrected(row: dict[str, Any]) -> datetime:
    """The moment by the clinic's clock, as charts have it."""
    by = timedelta(seconds=row["clock_offset"])
    return read(row["recorded_at"]) + (by if abs(by) > TRUSTED else timedelta())


def offset(moment: datetime) -> timedelta:
    """How far ahead of UTC."""
    return moment.utcoffset() or timedelta()
