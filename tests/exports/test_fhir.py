"""FHIR: every resource of an export passes fhir.resources (R4B), and every type of resource Medplum's own validator."""

import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import orjson
import pytest
from fhir.resources.R4B import get_fhir_model_class
from sqlalchemy.orm import Session as Database

from tests.exported import House
from tests.parts import NODE
from tests.storage.universe import NOW, Universe
from tracker.exports import fhir
from tracker.exports.rows import Row
from tracker.services import log, milestone
from tracker.services.export import Asked, export

AMSTERDAM = datetime(1930, 5, 1, 9, 30, tzinfo=ZoneInfo("Europe/Amsterdam"))  # 19 min 32 s ahead of UTC
ROOT = Path(__file__).parents[2]
CHECKER = Path(__file__).with_name("medplum.mjs")
MEDPLUM = ROOT / "node_modules" / "@medplum" / "core"
pytestmark = pytest.mark.xdist_group("exported")  # their clinics are made once


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def errors(found: list[dict[str, Any]]) -> Iterator[str]:
    """What fhir.resources finds wrong, resource by resource."""
    for one in found:
        try:
            get_fhir_model_class(one["resourceType"]).model_validate(one)
        except ValueError as error:
            yield f"{one['resourceType']}: {error}"


@pytest.fixture
def eve(db: Database, universe: Universe, tmp_path: Path) -> list[dict[str, Any]]:
    """The export of a clinic in which everything that has a shape has happened."""
    who, course, visit = universe.actors["eve"], universe.courses["eve"], universe.visit("eve")
    log.reading(db, actor=who, now=NOW, **universe.score(kind="before", session_id=visit, value=7))
    log.reading(db, actor=who, now=NOW, **universe.score(kind="after", session_id=visit, value=0))
    peg = {"instrument": "peg", "value": 4, "items": {"pain": 5, "enjoyment": 4, "activity": 3}}
    log.reading(db, actor=who, now=NOW, **universe.score(**peg))
    log.reading(db, actor=universe.actors["cho"], now=NOW, **universe.score(instrument="nrs_week", value=6))
    at = {"id": uuid4(), "course_id": course, "occurred_on": NOW.date()}
    log.reaction(db, actor=who, session_id=visit, code="bruise", grade="mild", now=NOW, **at)
    told = {"id": uuid4(), "course_id": course, "happened_on": NOW.date()}
    milestone.milestone(db, actor=who, code="surgery", now=NOW, **told)
    export(db, actor=universe.actors["willow"], asked=Asked("readings", "fhir"), out=tmp_path / "x.ndjson", now=NOW)
    return lines(tmp_path / "x.ndjson")


def of(found: list[dict[str, Any]], type: str) -> list[dict[str, Any]]:
    return [one for one in found if one["resourceType"] == type]


def test_every_type_is_there_and_none_is_wrong(eve: list[dict[str, Any]]):
    assert {one["resourceType"] for one in eve} == set(fhir.TYPES)
    assert list(errors(eve)) == []


def test_the_validator_finds_what_is_wrong(eve: list[dict[str, Any]]):
    """So that no error means something."""
    broken = [
        {name: value for name, value in one.items() if name not in ("status", "target", "actuality")} for one in eve
    ]
    assert {line.split(":")[0] for line in errors(broken)} == set(fhir.TYPES) - {"Patient"}


def test_scores_carry_their_loinc_codes_and_zero_is_a_score(eve: list[dict[str, Any]]):
    codes = {
        (one["code"]["text"], tuple(c["code"] for c in one["code"].get("coding", ()))) for one in of(eve, "Observation")
    }
    assert codes == {
        ("nrs_now", ("72514-3", "38208-5")),
        ("nrs_week", ("72514-3", "38208-5")),
        ("peg panel", ("91148-7",)),
        ("surgery", ()),
    }
    values = {one["valueQuantity"]["value"] for one in of(eve, "Observation") if one["code"]["text"] == "nrs_now"}
    assert values == {7, 0}


def test_peg_has_its_items_and_the_answers_behind_it(eve: list[dict[str, Any]]):
    (panel,) = (one for one in of(eve, "Observation") if one["code"]["text"] == "peg panel")
    parts = [(c["code"]["coding"][0]["code"], c["valueQuantity"]["value"]) for c in panel["component"]]
    assert parts == [("91147-9", 4), ("75893-8", 5), ("91145-3", 4), ("91146-1", 3)]
    (response,) = of(eve, "QuestionnaireResponse")
    assert panel["derivedFrom"] == [{"reference": f"QuestionnaireResponse/{response['id']}"}]
    assert [item["answer"] for item in response["item"]] == [[{"valueDecimal": value}] for value in (5, 4, 3)]


def references(value: Any) -> Iterator[str]:
    """Every reference to another resource."""
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str) and not value["reference"].startswith("#"):
            yield value["reference"]
        for one in value.values():
            yield from references(one)
    elif isinstance(value, list):
        for one in value:
            yield from references(one)


def test_every_reference_leads_to_a_resource_of_the_file(eve: list[dict[str, Any]]):
    there = {f"{one['resourceType']}/{one['id']}" for one in eve}
    assert len(there) == len(eve)
    assert set(references(eve)) <= there


def test_the_ids_are_those_of_the_store(eve: list[dict[str, Any]], db: Database, universe: Universe):
    assert universe.courses["eve"] in {UUID(one["id"]) for one in of(eve, "EpisodeOfCare")}
    assert universe.people["eve"] in {UUID(one["id"]) for one in of(eve, "Patient")}


def test_who_entered_what_is_told(eve: list[dict[str, Any]]):
    told = {one["agent"][0]["type"]["text"]: len(one["target"]) for one in of(eve, "Provenance")}
    assert told == {"patient": 3, "staff": 1}


@pytest.mark.parametrize("session", [None, "2026-03-02/1"])
@pytest.mark.parametrize("at", [NOW, NOW.date(), datetime(2026, 3, 2), 17.0, -3.5, AMSTERDAM])  # noqa: DTZ001
@pytest.mark.parametrize("value", [0.0, 7.0, 3.25])
def test_a_form_filled_in_is_the_score_written_out(session: str | None, at: Any, value: float):
    """Letter by letter, whatever the words; and two scores of one form are not each other."""
    row = Row("P", "neck", NOW.date(), "before", 'say "a"\\', at, value, session=session, site="é\n{x}", side="left")
    met = {"2026-03-02/1": "0000-1"}
    for one in (row, row._replace(site=None, side="none"), row._replace(kind="after", instrument="nrs_week")):
        whole = fhir._observation(one, "id-1", {"reference": "Patient/p-1"}, met)
        [then] = fhir._moments([one])
        assert fhir._filled(one, "id-1", "p-1", then, met) == orjson.dumps(whole).decode()


def test_a_moments_offset_has_no_seconds_as_fhir_asks():
    [then] = fhir._moments([Row("P", "neck", NOW.date(), "before", "nrs_now", AMSTERDAM, 1.0)])
    assert then == fhir.when(AMSTERDAM) == "1930-05-01T09:30:00+00:20"


def test_a_whole_demo_clinic_has_no_error(some: House, tmp_path: Path):
    found = lines(some.export(tmp_path / "x.ndjson", format="fhir"))
    count = Counter(one["resourceType"] for one in found)
    assert count["Patient"] == 60
    assert count["Observation"] > 1000
    assert list(errors(found)) == []


def test_the_headache_trial_has_no_error_and_every_score(trial: House, tmp_path: Path):
    found = lines(trial.export(tmp_path / "x.ndjson", format="fhir"))
    assert list(errors(found)) == []
    assert len(of(found, "Patient")) == 401
    assert len(of(found, "Observation")) == 401 + 326 + 301


def test_a_bundle_and_a_zip_hold_the_same(some: House, tmp_path: Path):
    found = lines(some.export(tmp_path / "x.ndjson", format="fhir"))
    bundle = json.loads(some.export(tmp_path / "x.json", format="fhir").read_bytes())
    assert [entry["resource"] for entry in bundle["entry"]] == found
    get_fhir_model_class("Bundle").model_validate({**bundle, "entry": bundle["entry"][:50]})
    with ZipFile(some.export(tmp_path / "x.zip", format="fhir")) as packed:
        assert packed.namelist() == [f"{name}.ndjson" for name in fhir.TYPES]
        split = [json.loads(line) for name in packed.namelist() for line in packed.read(name).splitlines()]
    assert sorted(split, key=lambda one: one["id"]) == sorted(found, key=lambda one: one["id"])


@pytest.mark.skipif(
    not NODE or not MEDPLUM.is_dir(), reason="Medplum's validator: node and npm's @medplum/core are not here"
)
def test_an_independent_validator_finds_no_error_in_any_type(eve: list[dict[str, Any]], tmp_path: Path):
    (tmp_path / "all.json").write_text(json.dumps(eve))
    done = subprocess.run([str(NODE), CHECKER, tmp_path / "all.json"], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["errors"] == []
    assert set(told["checked"]) == set(fhir.TYPES)
    broken = [{**one, "id": 7} for one in eve]
    (tmp_path / "all.json").write_text(json.dumps(broken))
    done = subprocess.run([str(NODE), CHECKER, tmp_path / "all.json"], capture_output=True, text=True, cwd=ROOT)
    assert len(json.loads(done.stdout)["errors"]) == len(eve)
