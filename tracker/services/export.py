"""Export: a clinic's readings or its outcome summary as files: data, codebook and manifest, all from one set of rows.

The note in the trail is committed before anything is read: a long export must not hold the write lock, and none may go
unnoted. Then everything is read as of one moment, some courses at a time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import chain, count
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session as Database

from tracker.exports import codebook, deidentified, fhir, figures, parquet, text, xlsx
from tracker.exports.deidentified import Alike, Veil
from tracker.exports.fhir import Case
from tracker.exports.figures import Figure
from tracker.exports.manifest import Manifest
from tracker.exports.pdf import pdf
from tracker.exports.sheet import Sheet
from tracker.science.cohort import ANCHORS
from tracker.science.suppression import HIDDEN, SMALL
from tracker.services import audit, clock, export_rows, report, show, small, summarise
from tracker.services.actor import Actor, admit
from tracker.services.errors import Invalid
from tracker.services.export_rows import Told
from tracker.services.instrument import Usage
from tracker.services.transaction import reading, writing
from tracker.services.views import ClinicView
from tracker.storage import export as store

WHATS = ("summary", "readings")
FORMATS = ("csv", "xlsx", "pdf", "parquet", "fhir")
Progress = Callable[[int, int], None]


class Asked(NamedTuple):
    """What is to be handed over."""

    what: str
    format: str = "csv"
    anchor: str = "end"
    deidentified: bool = False


NOT_OFFERED = {
    ("readings", "pdf"): "A PDF holds the summary. Readings come as csv, xlsx, parquet or fhir.",
    ("summary", "fhir"): "FHIR holds readings. The summary comes as csv, xlsx, pdf or parquet.",
}

DAYS_ONLY = "Days are counted from the start of each course; pseudonyms are new in every file; nothing typed freely."
HELD_BACK = (
    "One patient in ten, eleven at least, is held back, always the same ones, so that counts of the summary cannot be"
    " counted again here; so are classes of fewer than eleven patients alike."
)


@dataclass(frozen=True)
class Made:
    """The files of one export; the data first, then the codebook, then the manifest."""

    files: tuple[Path, ...]
    rows: int
    suppressed: Mapping[str, Any] = field(default_factory=dict)


class Counted:
    """Rows that pass by."""

    def __init__(self):
        self._next = count()

    def of(self, rows: Iterable[Any]) -> Iterator[Any]:
        """The same rows, counted."""
        return map(itemgetter(0), zip(rows, self._next, strict=False))

    @property
    def rows(self) -> int:
        """How many have passed."""
        return next(copy(self._next))


def export(
    db: Database,
    *,
    actor: Actor,
    asked: Asked,
    out: Path,
    progress: Progress = lambda done, of: None,
    now: datetime | None = None,
) -> Made:
    """Write the file with its codebook and manifest beside it. Invalid where it cannot be written or is not offered."""
    admit(actor, "clinic_admin", "operator")
    check(asked)
    now = now or clock.now()
    with writing(db):
        audit.note(
            db, actor=actor, now=now, action="export.make", subject="clinic", subject_id=actor.clinic, **asked._asdict()
        )
    try:
        with reading(db):
            return _written(db, actor, asked, out, progress, now)
    except OSError as error:
        raise Invalid("unwritable_file", f"The file cannot be written: {error.strerror or 'unknown reason'}.") from None


def check(asked: Asked) -> None:
    """Refuse what is not offered, before anything is noted or read."""
    for value, names, what in (
        (asked.what, WHATS, "what"),
        (asked.format, FORMATS, "format"),
        (asked.anchor, ANCHORS, "anchor"),
    ):
        if value not in names:
            raise Usage("unknown_word", f"The {what} is one of {', '.join(names)}.", f"/{what}")
    if words := NOT_OFFERED.get((asked.what, asked.format)):
        raise Usage("not_offered", words, "/format")


@dataclass
class Source:
    """Where the rows of one export come from; `suppressed` is complete once they have been read."""

    sheet: Sheet
    filters: Mapping[str, Any]
    cases: Iterable[Case] | None = None  # the same rows as FHIR takes them; None = a form FHIR has no resources for
    summary: Mapping[str, Any] | None = None  # what a report draws; None = it has the rows alone
    notes: tuple[str, ...] = ()
    suppressed: dict[str, Any] = field(default_factory=dict)


def _written(db: Database, actor: Actor, asked: Asked, out: Path, progress: Progress, now: datetime) -> Made:
    """The files."""
    clinic = show.clinic(store.clinic(db, actor.clinic))
    source = SOURCES[asked.what, asked.deidentified](db, actor, asked, clinic, progress, now)
    counted = Counted()
    sheet = replace(source.sheet, rows=counted.of(iter(source.sheet.rows)))
    book, told = beside(out, ".codebook.csv"), beside(out, ".manifest.json")
    with complete(out) as part:
        if asked.format == "fhir":
            found = fhir.resources(source.cases or (), f"urn:uuid:{clinic.id}", now)
            fhir.writer(out)(counted.of(found), part, now)
        elif asked.format == "pdf":
            part.write_bytes(
                pdf(report.paper(clinic, source.summary, map(Figure._make, sheet.rows), source.notes, now))
            )
        else:
            WRITERS[asked.format](sheet, part)
    with complete(book) as part:
        part.write_text(codebook.csv(sheet.columns), encoding="utf-8", newline="")
    manifest = Manifest(
        what=asked.what,
        file_format=asked.format,
        clinic=clinic.slug,
        synthetic=clinic.synthetic,
        made_at=now.isoformat(),
        filters=source.filters,
        rows=counted.rows,
        suppressed=source.suppressed,
        notes=source.notes,
    )
    with complete(told) as part:
        part.write_text(manifest.text((out, book)), encoding="utf-8", newline="")
    return Made((out, book, told), counted.rows, source.suppressed)


def beside(out: Path, ending: str) -> Path:
    """The name of a file that travels with another."""
    return out.with_name(out.name + ending)


@contextmanager
def complete(path: Path) -> Iterator[Path]:
    """A file that is there whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def quarter(today: date) -> date:
    """The last day of the latest whole quarter: de-identified files tell of fixed periods, so that the difference of
    two files is never a few people.
    """
    return date(today.year, 3 * ((today.month - 1) // 3) + 1, 1) - timedelta(days=1)


def _veiled_readings(
    db: Database, actor: Actor, asked: Asked, clinic: ClinicView, progress: Progress, now: datetime
) -> Source:
    """The same for people who must not be known: days, pseudonyms, classes of eleven."""
    until = quarter(now.astimezone(ZoneInfo(clinic.timezone)).date())
    known = store.classes(db, actor.clinic)
    begun = {id: (whose, Alike(*alike)) for id, (whose, on, alike) in known.items() if on is None or on <= until}
    free = deidentified.released(begun)
    courses = [one for one in store.listed(db, actor.clinic) if one.id in free]
    veil = Veil()
    courses.sort(key=lambda one: veil.name("P", known[one.id][0]))  # the order of codes would tell who is who

    def told() -> Iterator[Told]:
        for done, one in enumerate(export_rows.told(db, clinic, courses), 1):
            yield one.veiled(veil, until)
            progress(done, len(courses))

    rows = chain.from_iterable(one.rows for one in told())
    sheet = Sheet("readings", codebook.VEILED, rows, by="course")
    return Source(
        sheet,
        {"deidentified": True, "until": until.isoformat()},
        (one.case() for one in told()),
        notes=(DAYS_ONLY, HELD_BACK),
        suppressed={
            "quasi_identifiers": list(deidentified.QUASI_IDENTIFIERS),
            "least_alike": deidentified.K,
            "courses_left_out": _counted_out(len(begun) - len(free)),
        },
    )


def _counted_out(count: int) -> Any:
    """How many were left out, unless that is a small count itself."""
    return count if count == 0 or count > SMALL else f"1 to {SMALL}"


def _readings(
    db: Database, actor: Actor, asked: Asked, clinic: ClinicView, progress: Progress, now: datetime
) -> Source:
    """Every score that counts, course after course."""
    courses = store.listed(db, actor.clinic)

    def told() -> Iterator[Told]:
        for done, one in enumerate(export_rows.told(db, clinic, courses), 1):
            yield one
            progress(done, len(courses))

    rows = chain.from_iterable(one.rows for one in told())
    sheet = Sheet("readings", codebook.READINGS, rows, clinic.timezone, by="course")
    return Source(sheet, {"deidentified": False, "timezone": clinic.timezone}, (one.case() for one in told()))


def _summary(db: Database, actor: Actor, asked: Asked, clinic: ClinicView, progress: Progress, now: datetime) -> Source:
    """Every figure of the outcome summary."""
    summary = summarise.clinic_summary(db, actor=actor, anchor=asked.anchor, now=now)
    progress(1, 1)
    filters = {
        "deidentified": False,
        "anchor": asked.anchor,
        "as_of": summary["as_of"],
        "instrument": summary["instrument"]["code"],
    }
    sheet = Sheet("summary", codebook.FIGURES, figures.rows(summary))
    return Source(sheet, filters, summary=summary, notes=(_about(summary),))


def _veiled_summary(
    db: Database, actor: Actor, asked: Asked, clinic: ClinicView, progress: Progress, now: datetime
) -> Source:
    """The figures that may leave the house."""
    until = quarter(now.astimezone(ZoneInfo(clinic.timezone)).date())
    at = {"actor": actor, "as_of": until, "until": until, "now": now}
    summary = summarise.clinic_summary(db, anchor=asked.anchor, **at)
    kept = list(small.rows(summary, figures.rows(summary)))
    progress(1, 1)
    told = {"deidentified": True, "anchor": asked.anchor, "until": until.isoformat()}
    return Source(
        Sheet("summary", codebook.FIGURES, kept),
        told | {"instrument": summary["instrument"]["code"]},
        notes=(_about(summary), HIDDEN),
        suppressed={"figures": sum(row.words == small.HIDDEN for row in kept)},
    )


def _about(summary: Mapping[str, Any]) -> str:
    """What the figures are of, in one sentence."""
    scale = summary["instrument"]
    return (
        f"{scale['code']}, {scale['min']:g} to {scale['max']:g}, {scale['better']} is better; months after"
        f" {report.SINCE[summary['anchor']]}; seen on {summary['as_of']}; definitions {summary['definitions']}."
    )


SOURCES: dict[tuple[str, bool], Callable[..., Source]] = {
    ("readings", False): _readings,
    ("readings", True): _veiled_readings,
    ("summary", False): _summary,
    ("summary", True): _veiled_summary,
}


def _csv(sheet: Sheet, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(text.lines(sheet.names, sheet.rows, sheet.by))


def _xlsx(sheet: Sheet, path: Path) -> None:
    try:
        xlsx.write(sheet, path)
    except xlsx.TooLong:
        raise Invalid("too_many_rows", f"A workbook holds {xlsx.MOST:,} rows and this has more: take csv.") from None


def _parquet(sheet: Sheet, path: Path) -> None:
    try:
        parquet.write(sheet, path)
    except parquet.Missing:
        raise Invalid("no_pyarrow", "Parquet needs the Python package pyarrow: pip install pyarrow.") from None


WRITERS: dict[str, Callable[[Sheet, Path], None]] = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}
