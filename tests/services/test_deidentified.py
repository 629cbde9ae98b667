"""De-identified exports: no name, no date, nobody alone; an attacker who has all of them finds no small count."""

import json
from collections import Counter, defaultdict
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow.parquet
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from sqlalchemy import select

from tests.exported import House
from tests.exports.test_fhir import errors, lines
from tests.services.test_export import pdf_text, table
from tracker.exports import deidentified, tidy
from tracker.exports.deidentified import Alike, Veil
from tracker.exports.figures import rows as figures
from tracker.services import small
from tracker.services.export import quarter
from tracker.storage import Course, Patient

KNOWN = {"patient", "course"}
pytestmark = pytest.mark.xdist_group("exported")  # their clinics are made once


@pytest.fixture(scope="module")
def file(big: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return big.export(tmp_path_factory.mktemp("veiled") / "r.csv", deidentified=True)


def test_no_name_no_date_and_no_free_word_is_in_it(big: House, file: Path):
    words = file.read_text() + Path(f"{file}.codebook.csv").read_text()
    codes = big.db.scalars(select(Patient.code)).all()
    ids = [str(id) for table in (Patient, Course) for id in big.db.scalars(select(table.id))]
    names = big.db.scalars(select(Course.practitioner).distinct()).all()
    assert [name for name in (*codes, *ids, *filter(None, names)) if name in words] == []
    rows = table(file)
    assert len(rows) > 500
    assert all(row["clinic"] == row["practitioner"] == row["entered_at"] == "" for row in rows)
    assert all(row["recorded_at"].lstrip("-").isdigit() and row["course_start"] == "0" for row in rows)


def test_it_is_a_tidy_file_of_days(file: Path):
    found = tidy.read(file)
    assert (found.refusals, found.day_numbers) == ((), True)


def test_every_class_has_eleven_patients(file: Path):
    alike: dict[tuple[str, ...], set[str]] = defaultdict(set)
    places: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in table(file):
        places[row["course"]].add((row["site"], row["side"]))
    for row in table(file):
        known = (row["condition"], row["chronicity"], row["modality"], row["group"])
        alike[(*known, str(sorted(places[row["course"]])))].add(row["patient"])
    assert len(alike) >= 2
    assert min(map(len, alike.values())) >= 11


def test_nothing_after_the_last_whole_quarter_is_in_it(file: Path):
    told = json.loads(Path(f"{file}.manifest.json").read_text())
    assert told["filters"] == {"deidentified": True, "until": "2025-09-30"}
    assert told["suppressed"]["least_alike"] == 11
    assert told["suppressed"]["courses_left_out"] > 10


@pytest.mark.parametrize(
    ("today", "last"),
    [
        ("2026-01-01", "2025-12-31"),
        ("2026-03-31", "2025-12-31"),
        ("2026-04-01", "2026-03-31"),
        ("2026-11-26", "2026-09-30"),
    ],
)
def test_a_period_is_a_whole_quarter(today: str, last: str):
    assert quarter(date.fromisoformat(today)).isoformat() == last


def test_two_files_share_no_pseudonym_and_the_same_people(big: House, file: Path, tmp_path: Path):
    first, second = table(file), table(big.export(tmp_path / "2.csv", deidentified=True))
    for name in ("patient", "course", "group"):
        assert {row[name] for row in first} & {row[name] for row in second} <= {""}

    def plain(rows: list[dict[str, str]]) -> Counter[Any]:
        return Counter(tuple(v for k, v in row.items() if k not in (*KNOWN, "group")) for row in rows)

    assert plain(first) == plain(second), "another choice of people would add up with the first"


def test_fhir_of_them_is_valid_and_holds_no_date_of_theirs(big: House, file: Path, tmp_path: Path):
    found = lines(big.export(tmp_path / "x.ndjson", format="fhir", deidentified=True))
    assert list(errors(found)) == []
    ids = [one["id"] for one in found]
    assert len(set(ids)) == len(ids) > 100
    people = [one for one in found if one["resourceType"] == "Patient"]
    assert {one["gender"] for one in people} == {"unknown"}
    assert len(people) == len({row["patient"] for row in table(file)})
    starts = {one["period"]["start"] for one in found if one["resourceType"] == "EpisodeOfCare"}
    assert starts == {"2000-01-01"}
    real = {str(id) for table in (Patient, Course) for id in big.db.scalars(select(table.id))}
    assert real & set(ids) == set()


@pytest.mark.parametrize("format", ["xlsx", "parquet"])
def test_the_other_formats_hold_the_same_days(big: House, file: Path, tmp_path: Path, format: str):
    path = big.export(tmp_path / f"r.{format}", format=format, deidentified=True)
    if format == "xlsx":
        days = [row[5] for row in openpyxl.load_workbook(path)["readings"].iter_rows(min_row=2, values_only=True)]
    else:
        days = pyarrow.parquet.read_table(path)["recorded_at"].to_pylist()
    assert Counter(days) == Counter(float(row["recorded_at"]) for row in table(file))


def test_a_class_of_ten_is_left_out_and_one_of_eleven_is_not():
    for size, want in ((10, 0), (11, 11)):
        alike = Alike("neck", None, (), None, None)
        patients = [f"q{n}" for n in range(size)]
        fill = {f"f{n}": (f"f{n}", Alike("low_back", None, (), None, None)) for n in range(300)}
        people = fill | {p: (p, alike) for p in patients}
        back = deidentified.held_back(whose for whose, _ in people.values())
        extra = 0
        while sum(p not in back for p in patients) < size:  # as many as are held back of them
            patients.append(f"q{size + extra}")
            extra += 1
            people = fill | {p: (p, alike) for p in patients}
            back = deidentified.held_back(whose for whose, _ in people.values())
        assert sum(c.startswith("q") for c in deidentified.released(people)) == want


def test_who_is_held_back_does_not_change_from_file_to_file():
    people = [f"p{n}" for n in range(500)]
    assert deidentified.held_back(people) == deidentified.held_back(people[::-1])
    assert len(deidentified.held_back(people)) == 50
    assert len(deidentified.held_back(people[:40])) == 11


def test_a_pseudonym_tells_nothing_without_its_key():
    assert Veil().name("P", 1) != Veil().name("P", 1)
    one = Veil()
    assert (one.name("P", 1), len({one.name("P", n) for n in range(1000)})) == (one.name("P", 1), 1000)


@pytest.mark.parametrize("format", ["csv", "xlsx", "pdf", "parquet"])
def test_the_summary_has_no_small_count_in_any_format(big: House, tmp_path: Path, format: str):
    rows = table(big.export(tmp_path / "s.csv", "summary", deidentified=True))
    counts = [row for row in rows if row["value"] and row["figure"].split(".")[-1] in ("x", "n", "due", "courses")]
    assert len(counts) > 10
    assert [row for row in counts if 1 <= float(row["value"]) <= 10] == []
    assert {row["words"] for row in rows} >= {"suppressed"}
    assert not {"ecdf", "trend"} & {row["part"] for row in rows}
    path = big.export(tmp_path / f"s.{format}", "summary", format, deidentified=True)
    told = json.loads(Path(f"{path}.manifest.json").read_text())
    assert (told["rows"], told["suppressed"]) == (len(rows), {"figures": sum(r["words"] == "suppressed" for r in rows)})
    if format == "pdf":
        assert "suppressed" in pdf_text(path)


# The attacker has the summary after the end and after the start, knows how it is made, and asks of every count that is
# small, a difference of two counts included, whether only one value fits all that is shown.


def invented(rng: np.random.Generator) -> dict[str, Any]:
    """The counts of a summary, each set inside the one that holds it."""

    def part(whole: int) -> int:
        few = int(rng.integers(0, 14))
        return [0, whole, max(whole - few, 0), min(few, whole), int(rng.integers(0, whole + 1))][rng.integers(5)]

    def share(x: int, n: int) -> dict[str, Any]:
        return {"x": x, "n": n, "share": x / n if n else None, "ci": [0.0, 1.0]}

    courses = int(rng.integers(5, 200))
    windows = []
    for month in (0, 3, 12):
        due = part(courses)
        n = part(due)
        improved = part(n)
        seen = part(improved)
        judged = seen + part(due - n)
        x30 = part(seen)
        x50 = part(x30)
        three = [
            {
                "threshold": t,
                "primary": t == 0.3,
                "observed": share(x, seen),
                "missing_not_improved": share(x, judged),
                "best_case": share(x + judged - seen, judged),
            }
            for t, x in ((0.3, x30), (0.5, x50))
        ]
        mean = {"mean": 1.0, "ci": [0.0, 2.0], "n": improved}
        worse = share(part(improved), improved)
        told = {"month": month, "due": due, "n": n, "mean": 5.0, "sd": 1.0, "improvement": mean, "responders": three}
        windows.append(
            told | {"worse_30": worse, "points": None, "pgic": None, "follow_up_rate": 0.5, "percent_of_means": 3.0}
        )
    ended = part(courses)
    responded = part(ended)
    never = part(ended - responded)
    lost = part(responded)
    unconfirmed = part(responded - lost)
    lasting = {
        "ended": ended,
        "responders_at_end": responded,
        "never_responded": never,
        "no_end_reading": ended - responded - never,
        "lost": lost,
        "unconfirmed": unconfirmed,
        "censored": responded - lost - unconfirmed,
    }
    based = part(courses)
    sessions = {"change": {"mean": 1.0, "ci": [0.0, 2.0], "patients": part(courses)}}
    group = {"courses": courses, "with_baseline": based, "too_low": part(based), "baseline": {"mean": 6.0, "sd": 1.0}}
    group |= {"windows": windows, "durability": lasting, "sessions": sessions, "notes": []}
    return {
        "definitions": "1",
        "as_of": None,
        "anchor": "end",
        "instrument": {},
        "groups": {"all": group},
        "comparison": None,
    }


def published(summary: dict[str, Any]) -> dict[tuple[Any, ...], float]:
    """What the de-identified file shows."""
    rows = small.rows(summary, figures(summary))
    return {row[1:6]: row.value for row in rows if row.value is not None}


class Attack:
    """Whole numbers that fit what is shown: every set has its parts, and a rest."""

    def __init__(self, shown: dict[tuple[Any, ...], float]):
        self.shown = shown
        self.names: dict[Any, int] = {}
        self.truth: list[int] = []
        self.sums: list[tuple[int, list[int]]] = []

    def count(self, name: Any, value: int) -> int:
        """An unknown, by name."""
        if name not in self.names:
            self.names[name] = len(self.truth)
            self.truth.append(value)
        return self.names[name]

    def split(self, whole: int, *parts: int) -> None:
        """A whole is its parts and a rest of its own."""
        left = self.truth[whole] - sum(self.truth[p] for p in parts)
        self.sums.append((whole, [*parts, self.count(("rest", whole, parts), left)]))

    def derived(self) -> list[Any]:
        """The small counts that only one value fits."""
        size = len(self.truth)
        matrix = np.zeros((len(self.sums), size))
        for line, (whole, parts) in zip(matrix, self.sums, strict=True):
            line[whole] = -1
            line[parts] += 1
        low, high = np.zeros(size), np.full(size, 10_000.0)
        for name, at in self.names.items():
            if name in self.shown:
                low[at] = high[at] = self.shown[name]
        fits = LinearConstraint(matrix, 0, 0)  # type: ignore[arg-type]
        bounds = Bounds(low, high)  # type: ignore[arg-type]
        told = [np.array(self.truth)]  # the truth fits, and so does every answer below
        for at in self.names.values():
            for way in (1, -1):
                if 1 <= self.truth[at] <= 10 and len({values[at] for values in told}) == 1:
                    goal = way * np.eye(size)[at]
                    one = milp(goal, constraints=fits, bounds=bounds, integrality=np.ones(size))
                    told.append(one.x.round())  # pyright: ignore[reportOptionalMemberAccess]
        small = [name for name, at in self.names.items() if 1 <= self.truth[at] <= 10]
        return [name for name in small if len({values[self.names[name]] for values in told}) == 1]


def attack(summary: dict[str, Any], shown: dict[tuple[Any, ...], float]) -> list[Any]:
    """Everything an attacker knows of how the counts hang together."""
    group, a = summary["groups"]["all"], Attack(shown)
    courses = a.count(("courses", "courses", None, None, None), group["courses"])
    based = a.count(("courses", "with_baseline", None, None, None), group["with_baseline"])
    a.split(courses, based)
    a.split(based, a.count(("courses", "too_low", None, None, None), group["too_low"]))
    a.split(
        courses, a.count(("sessions", "change.patients", None, None, None), group["sessions"]["change"]["patients"])
    )
    for w in group["windows"]:
        at = w["month"]
        due = a.count(("windows", "due", at, None, None), w["due"])
        n = a.count(("windows", "n", at, None, None), w["n"])
        improved = a.count(("windows", "improvement.n", at, None, None), w["improvement"]["n"])
        a.split(courses, due)
        a.split(due, n)
        a.split(n, improved)
        worse = a.count(("windows", "worse_30.n", at, None, None), w["worse_30"]["n"])
        a.split(n, worse)
        a.split(worse, a.count(("windows", "worse_30.x", at, None, None), w["worse_30"]["x"]))
        xs = []
        for one in w["responders"]:
            t = one["threshold"]

            def of(name: str, value: int, at: int = at, t: float = t) -> int:
                return a.count(("windows", f"responders.{name}", at, None, t), value)

            seen = of("observed.n", one["observed"]["n"])
            judged = of("missing_not_improved.n", one["missing_not_improved"]["n"])
            x, best = of("observed.x", one["observed"]["x"]), of("best_case.x", one["best_case"]["x"])
            silent = a.count(("silent", at, t), one["missing_not_improved"]["n"] - one["observed"]["n"])
            a.split(improved, seen)
            a.split(due, judged)
            a.split(seen, x)
            a.sums += [(judged, [seen, silent]), (best, [x, silent])]
            for name, same, key in (("missing_not_improved", x, "x"), ("best_case", judged, "n")):
                a.sums.append((same, [of(f"{name}.{key}", one[name][key])]))
            xs.append(x)
        a.split(xs[0], xs[1])
    ended, *ends = (durable(a, group, name) for name in ("ended", *small.ENDS))
    a.split(courses, ended)
    a.split(ended, *ends)
    a.split(ends[0], *(durable(a, group, name) for name in small.FATES))
    return a.derived()


def durable(a: Attack, group: dict[str, Any], name: str) -> int:
    return a.count(("durability", name, None, None, None), group["durability"][name])


def test_no_small_count_can_be_derived_from_what_is_shown():
    """P1 for whole summaries; the tables of 10,000 are in tests/science/test_suppression.py."""
    rng, told = np.random.default_rng(5), 0
    for _ in range(60):
        summary = invented(rng)
        shown = published(summary)
        told += sum(name[1].endswith((".x", ".n", "due", "n")) for name in shown)
        assert attack(summary, shown) == []
    assert told > 200, "an export that shows nothing proves nothing"


def test_the_attacker_finds_what_is_there_to_find():
    """With nothing suppressed, or the small counts alone, everything falls."""
    summary = invented(np.random.default_rng(6))
    everything = {row[1:6]: row.value for row in figures(summary) if row.value is not None}
    alone = {name: value for name, value in everything.items() if not 1 <= value <= 10}
    assert attack(summary, everything)
    assert attack(summary, alone)


def test_the_demo_clinics_exports_together_give_no_small_count_away(big: House, file: Path, tmp_path: Path):
    """The summary of either anchor, and what can be counted in the readings: none equals the other."""
    from tracker.services import outcomes_file, summarise
    from tracker.services.actor import operator

    at = {"actor": operator(big.clinic.id), "as_of": date(2025, 9, 30), "until": date(2025, 9, 30)}
    for anchor in ("end", "start"):
        summary = summarise.clinic_summary(big.db, anchor=anchor, **at)
        shown = published(summary)
        assert attack(summary, shown) == []
        counted = outcomes_file.outcomes(file, anchor=anchor, instrument=summary["instrument"]["code"])
        mine, theirs = counted["groups"]["all"], summary["groups"]["all"]
        assert theirs["courses"] - mine["courses"] >= 11
        for w, v in product(mine["windows"], theirs["windows"]):
            if w["month"] == v["month"] and ("windows", "due", v["month"], None, None) in shown:
                assert v["due"] == 0 or v["due"] > w["n"]
