"""FHIR: courses as FHIR R4 resources, from the very rows the other formats write. Plain dicts and orjson: a library's
classes take 150 times as long; tests validate every shape with two of them. docs/exports.md says what stands where.

A score's text is a form filled in: the same dict, made once for all scores alike, with gaps where they differ.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from uuid import UUID, uuid4, uuid5
from zipfile import ZIP_DEFLATED, ZipFile

import orjson

from tracker.evidence.library import library
from tracker.exports.rows import Row
from tracker.exports.text import OFFSET, instants
from tracker.science.scales import INSTRUMENTS, ITEMS

Resource = dict[str, Any]
TYPES = (
    "Patient",
    "EpisodeOfCare",
    "Encounter",
    "Observation",
    "QuestionnaireResponse",
    "AdverseEvent",
    "Provenance",
)
TERMS = "http://terminology.hl7.org/CodeSystem/"
LOINC, UCUM, ICD10 = "http://loinc.org", "http://unitsofmeasure.org", "http://hl7.org/fhir/sid/icd-10"
DAY_0 = date(2000, 1, 1)  # FHIR knows dates alone: where days are relative, day 0 of every course is this one
CHUNK = 1000  # resources written at a time
GENDER = {"female": "female", "male": "male", "other": "other", None: "unknown"}
SURVEY = {"coding": [{"system": TERMS + "observation-category", "code": "survey"}]}
AMBULATORY = {"system": TERMS + "v3-ActCode", "code": "AMB"}
WHO = {"patient": "the patient", "assisted": "the patient, helped by somebody", "staff": "staff", "import": "a file"}


class Written(NamedTuple):
    """One resource as JSON."""

    type: str
    id: str
    json: str


class Reacted(NamedTuple):
    """A reaction after treatment."""

    id: str
    on: date | float
    code: str
    grade: str | None
    serious: bool
    session: str | None


class Case(NamedTuple):
    """One course. `said`: for each row the reading's id and its answers to single questions, None = no reading."""

    patient: str
    code: str
    sex: str | None
    birth_year: int | None
    course: UUID
    rows: Sequence[Row]
    said: Sequence[tuple[str, Mapping[str, float] | None] | None]
    reactions: Sequence[Reacted]


def resources(cases: Iterable[Case], system: str, made: datetime) -> Iterator[Written]:
    """Every resource, each patient's before those that name it. system: the namespace of the patients' codes."""
    before = None
    for case in cases:
        if case.patient != before:
            yield _written(_patient(case, system))
        before = case.patient
        if case.rows:
            yield from _course(case, made)


def _written(one: Resource) -> Written:
    return Written(one["resourceType"], one["id"], orjson.dumps(one).decode())


def write_lines(found: Iterable[Written], path: Path) -> None:
    """NDJSON: one resource a line."""
    texts = (one.json for one in found)
    with path.open("wb") as file:
        while some := list(islice(texts, CHUNK)):
            file.write("\n".join([*some, ""]).encode())


def write_bundle(found: Iterable[Written], path: Path, made: datetime) -> None:
    """One Bundle of the type collection, written piece by piece."""
    head = {"resourceType": "Bundle", "type": "collection", "timestamp": made.isoformat()}
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(orjson.dumps(head).decode()[:-1] + ',"entry":[')
        for number, one in enumerate(found):
            file.write(f'{"," if number else ""}\n{{"fullUrl":"urn:uuid:{one.id}","resource":{one.json}}}')
        file.write("\n]}\n")


def write_types(found: Iterable[Written], path: Path) -> None:
    """A zip of one NDJSON file a type, as FHIR's Bulk Data hands them over."""
    with TemporaryDirectory(dir=path.parent) as folder:
        files = {name: (Path(folder) / f"{name}.ndjson").open("w", encoding="utf-8", newline="") for name in TYPES}
        try:
            for one in found:
                files[one.type].write(one.json + "\n")
        finally:
            for file in files.values():
                file.close()
        with ZipFile(path, "w", ZIP_DEFLATED) as packed:
            for name in TYPES:
                packed.write(Path(folder) / f"{name}.ndjson", f"{name}.ndjson")


def _patient(case: Case, system: str) -> Resource:
    """A person, by the code the other formats give."""
    found: Resource = {
        "resourceType": "Patient",
        "id": case.patient,
        "identifier": [{"system": system, "value": case.code}],
        "gender": GENDER[case.sex],
    }
    if case.birth_year:
        found["birthDate"] = str(case.birth_year)
    return found


def _course(case: Case, made: datetime) -> Iterator[Written]:
    """The course, its sessions, what was scored, what happened, and who said it."""
    whom, episode = {"reference": f"Patient/{case.patient}"}, str(case.course)
    yield _written(_episode(case, whom, episode))
    visits = {row.session: row for row in case.rows if row.session}
    met = {name: visit_id(case.course, name) for name in visits}
    for name, row in visits.items():
        yield _written(_encounter(row, met[name], whom, episode))
    by: dict[str, list[str]] = defaultdict(list)
    for row, at, said in zip(case.rows, _moments(case.rows), case.said, strict=True):
        if said is not None:
            id, answers = said
            if answers:
                response = _response(row, id, answers, whom, met)
                one = _written(_panel(_observation(row, id, whom, met), row, answers, response["id"]))
                yield _written(response)
            else:
                one = Written("Observation", id, _filled(row, id, case.patient, at, met))
            by[row.entered_by].append(id)
            yield one
        elif row.milestone:
            yield _written(_milestone(case, row, whom))
    yield from (_written(_reaction(one, whom, met)) for one in case.reactions)
    yield from (_written(_provenance(case.course, who, ids, whom, made)) for who, ids in by.items())


def visit_id(course: UUID, name: str) -> str:
    """A session's id."""
    return str(uuid5(course, f"session/{name}"))


def _episode(case: Case, whom: Resource, id: str) -> Resource:
    """One course of care; the condition travels inside."""
    row = case.rows[0]
    period = {"start": when(row.course_start)} | ({"end": when(row.course_end)} if row.course_end is not None else {})
    condition = {"resourceType": "Condition", "id": "condition", "subject": whom, "code": _condition(row.condition)}
    return {
        "resourceType": "EpisodeOfCare",
        "id": id,
        "contained": [condition],
        "status": "active" if row.course_end is None else "finished",
        "diagnosis": [{"condition": {"reference": "#condition"}}],
        "patient": whom,
        "period": period,
    }


def _encounter(row: Row, id: str, whom: Resource, episode: str) -> Resource:
    """One treatment session; its day is that of its name."""
    on = _session_day(row)
    found: Resource = {
        "resourceType": "Encounter",
        "id": id,
        "status": "finished",
        "class": AMBULATORY,
        "subject": whom,
        "episodeOfCare": [{"reference": f"EpisodeOfCare/{episode}"}],
        "period": {"start": on, "end": on},
    }
    if row.modality:
        found["type"] = [{"text": word} for word in row.modality.split("+")]
    return found


def _session_day(row: Row) -> str:
    day = (row.session or "").split("/")[0]
    return when(float(day)) if isinstance(row.recorded_at, float) else day


def _observation(row: Row, id: str, whom: Resource, met: Mapping[str, str]) -> Resource:
    """One score."""
    found: Resource = {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "category": [SURVEY, _kind(row.kind)],
        "code": _code(row.instrument),
        "subject": whom,
        "effectiveDateTime": when(row.recorded_at),
        "valueQuantity": {"value": row.value, **_unit(row.instrument)},
    }
    if row.session:
        found["encounter"] = _at(met[row.session])
    if row.site or row.side != "none":
        found["bodySite"] = _place(row.site, row.side)
    return found


def _at(encounter: str) -> Resource:
    return {"reference": f"Encounter/{encounter}"}


GAPS = tuple(uuid4().hex for _ in range(5))  # id, patient, moment, value, encounter: nobody can have typed them


@lru_cache(10_000)
def _form(kind: str, instrument: str, site: str | None, side: str, met: bool) -> tuple[str, ...]:
    """The text of `_observation` between the gaps, in which scores of this kind differ; without a session it ends
    after the value's.
    """
    id, patient, at, value, encounter = GAPS
    row = _ROW._replace(kind=kind, instrument=instrument, site=site, side=side, session=encounter if met else None)
    one = _observation(row, id, {"reference": f"Patient/{patient}"}, {encounter: encounter})
    one["effectiveDateTime"], one["valueQuantity"]["value"] = at, value
    text, parts = orjson.dumps(one).decode(), []
    for gap in (id, patient, at, f'"{value}"', encounter):
        part, _, text = text.partition(gap)
        parts.append(part)
    return (*parts, text)


_ROW = Row("", "", DAY_0, "", "", 0.0, 0.0)


def _filled(row: Row, id: str, patient: str, at: str, met: Mapping[str, str]) -> str:
    """The text of `_observation`."""
    a, b, c, d, e, f = _form(row.kind, row.instrument, row.site, row.side, bool(row.session))
    start = f"{a}{id}{b}{patient}{c}{at}{d}{_number(row.value)}{e}"
    return start + met[row.session] + f if row.session else start


@lru_cache(10_000, typed=True)
def _number(value: float | None) -> str:
    return orjson.dumps(value if value is None else value + 0.0).decode()  # + 0.0: a negative zero is a zero


def _panel(one: Resource, row: Row, answers: Mapping[str, float], response: str) -> Resource:
    """The same with the answers to single questions as components."""
    codes = library().measures.loinc.get(row.instrument)
    unit = _unit(row.instrument)
    mean = [{"code": one["code"], "valueQuantity": one.pop("valueQuantity")}]
    parts = [
        {"code": _item(row.instrument, name), "valueQuantity": {"value": v, **unit}} for name, v in answers.items()
    ]
    if codes and codes.panel:
        one["code"] = {"coding": [{"system": LOINC, "code": codes.panel}], "text": f"{row.instrument} panel"}
    return one | {"component": mean + parts, "derivedFrom": [{"reference": f"QuestionnaireResponse/{response}"}]}


def _response(row: Row, id: str, answers: Mapping[str, float], whom: Resource, met: Mapping[str, str]) -> Resource:
    """The answers as they were given."""
    codes = library().measures.loinc.get(row.instrument)
    found: Resource = {
        "resourceType": "QuestionnaireResponse",
        "id": str(uuid5(UUID(id), "answers")),
        "status": "completed",
        "subject": whom,
        "authored": when(row.recorded_at),
        "item": [
            {"linkId": name, "text": name, "answer": [{"valueDecimal": value}]} for name, value in answers.items()
        ],
    }
    if codes and codes.panel:
        found["questionnaire"] = f"{LOINC}/q/{codes.panel}"
    if row.session:
        found["encounter"] = _at(met[row.session])
    return found


def _milestone(case: Case, row: Row, whom: Resource) -> Resource:
    """Something that happened beside the treatment."""
    return {
        "resourceType": "Observation",
        "id": str(uuid5(case.course, f"milestone/{row.milestone}/{row.recorded_at}")),
        "status": "final",
        "category": [{"text": "milestone"}],
        "code": {"text": row.milestone},
        "subject": whom,
        "effectiveDateTime": when(row.recorded_at),
        "valueBoolean": True,
    }


def _reaction(one: Reacted, whom: Resource, met: Mapping[str, str]) -> Resource:
    """Something bad or odd after a treatment; nobody says that it was caused by it."""
    serious = "serious" if one.serious else "non-serious"
    found: Resource = {
        "resourceType": "AdverseEvent",
        "id": one.id,
        "actuality": "actual",
        "event": {"text": one.code},
        "subject": whom,
        "date": when(one.on),
        "seriousness": {"coding": [{"system": TERMS + "adverse-event-seriousness", "code": serious}]},
    }
    if one.grade:
        found["severity"] = {"coding": [{"system": TERMS + "adverse-event-severity", "code": one.grade}]}
    if one.session is not None and one.session in met:
        found["encounter"] = _at(met[one.session])
    return found


def _provenance(course: UUID, who: str, ids: list[str], whom: Resource, made: datetime) -> Resource:
    """Whose word some scores are."""
    return {
        "resourceType": "Provenance",
        "id": str(uuid5(course, f"provenance/{who}")),
        "target": [{"reference": f"Observation/{id}"} for id in ids],
        "recorded": made.isoformat(),
        "agent": [{"type": {"text": who}, "who": whom if who == "patient" else {"display": WHO[who]}}],
    }


def _moments(rows: Sequence[Row]) -> list[str]:
    """When each was recorded; together where all are moments, as mostly."""
    moments = [row.recorded_at for row in rows]
    plain = set(map(type, moments)) == {datetime} and all(map(OFFSET, moments))
    return instants(moments) if plain else list(map(when, moments))


def when(value: date | float) -> str:
    """A day, or a moment with its offset; a relative day counts from DAY_0."""
    if isinstance(value, datetime):
        if value.tzinfo:
            return instants([value])[0]
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return (DAY_0 + timedelta(days=int(value // 1))).isoformat()


@cache
def _condition(code: str) -> Resource:
    known = library().measures.icd10.get(code)
    return ({"coding": [{"system": ICD10, "code": known.who}]} if known else {}) | {"text": code}


@cache
def _kind(kind: str) -> Resource:
    return {"text": kind}


@cache
def _code(instrument: str) -> Resource:
    """The instrument's LOINC codes, where the evidence library has them; its own name always."""
    known = library().measures.loinc.get(instrument)
    if known is None:
        return {"text": instrument}
    first = {"system": LOINC, "code": known.code} | ({"display": known.display} if known.display else {})
    return {"coding": [first, *({"system": LOINC, "code": code} for code in known.also)], "text": instrument}


@cache
def _item(instrument: str, name: str) -> Resource:
    """A single question's code."""
    known, names = library().measures.loinc.get(instrument), ITEMS.get(instrument, ())
    coded = known and name in names and len(known.items) == len(names)
    return ({"coding": [{"system": LOINC, "code": known.items[names.index(name)]}]} if known and coded else {}) | {
        "text": name
    }


@cache
def _unit(instrument: str) -> Resource:
    """Days are days, everything else is a score."""
    unit = "d" if instrument in INSTRUMENTS and INSTRUMENTS[instrument].days else "{score}"
    return {"unit": unit, "system": UCUM, "code": unit}


@cache
def _place(site: str | None, side: str) -> Resource:
    return {"text": site or side if side == "none" or not site else f"{site}, {side}"}


Write = Callable[[Iterable[Written], Path, datetime], None]


def writer(out: Path) -> Write:
    """By the file's name: .json a Bundle, .zip one NDJSON a type, anything else NDJSON."""
    if out.suffix == ".json":
        return write_bundle
    if out.suffix == ".zip":
        return lambda found, path, made: write_types(found, path)
    return lambda found, path, made: write_lines(found, path)
