"""Commands: one service call each; exit status 0 done, 1 the data did not allow it, 2 wrong usage."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from click.testing import Result
from flask import Flask

from tracker import cli
from tracker.app import create_app
from tracker.config import Settings
from tracker.evidence.library import HERE
from tracker.science.scales import INSTRUMENTS
from tracker.services import access, summarise
from tracker.web.database import db, session

CSV = """patient,condition,course_start,kind,instrument,recorded_at,value
P1,neck,2025-01-06,baseline,nrs_week,2025-01-05,8
P1,neck,2025-01-06,check_in,nrs_week,2025-02-15,{}
"""
CREATE = ("clinic", "create", "oak", "--name", "Oak", "--timezone", "Europe/Berlin", "--emergency-number", "112")
MAPPING = """columns: {patient: id}
fixed: {condition: neck, instrument: nrs_week}
missing: -99
day_zero: 2025-01-06
scores: [{column: t1, kind: baseline, day: 0}, {column: t2, kind: check_in, day: 91}]
"""
ADMIN = ("--admin", "boss@oak.test")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own, not migrated yet."""
    url = f"sqlite:///{tmp_path / 'tracker.sqlite3'}"
    made = create_app(Settings(data_dir=tmp_path, database_url=url, secret_key="only-for-tests-0123456789-abcdefghijk"))
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def clinic(app: Flask) -> Flask:
    """The same, migrated, with a clinic in it."""
    with app.app_context():
        flask_migrate.upgrade()
    assert run(app, *CREATE, *ADMIN).exit_code == 0
    return app


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two readings."""
    path = tmp_path / "readings.csv"
    path.write_text(CSV.format(3), encoding="utf-8")
    return path


def run(app: Flask, *words: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=[str(word) for word in words])


NEED_A_DATABASE = [
    ("import", "x.csv", "--clinic", "oak"),
    ("recompute",),
    (*CREATE, *ADMIN),
    ("demo",),
    ("demo", "links"),
    ("instrument", "declare", "mood", "--clinic", "oak", "--min", "0", "--max", "9", "--better", "lower"),
    ("instrument", "list", "--clinic", "oak"),
]
DECLARE = ("instrument", "declare", "mood", "--clinic", "oak", "--min", "0", "--max", "100", "--better", "higher")
LIMITS = ("--min-baseline", "20", "--points", "10", "--source", "Doe 2020", "--name", "Mood this week")


@pytest.mark.parametrize("words", NEED_A_DATABASE, ids=lambda w: " ".join(w[:2]))
def test_a_database_that_is_not_migrated_is_said_in_one_line(app: Flask, words: tuple[str, ...]):
    result = run(app, *words)
    assert (result.exit_code, result.stderr.count("\n"), result.stdout) == (1, 1, "")
    assert "flask --app wsgi db upgrade" in result.stderr


def test_outcomes_needs_no_database(app: Flask, file: Path):
    result = run(app, "outcomes", file)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "nrs_week" in result.stdout


def test_outcomes_as_json_on_the_screen_or_in_a_file(app: Flask, file: Path, tmp_path: Path):
    out = tmp_path / "out.json"
    screen = json.loads(run(app, "outcomes", file, "--json", "-", "--as-of", "2026-01-01").stdout)
    assert run(app, "outcomes", file, "--json", out, "--as-of", "2026-01-01").stdout == ""
    assert json.loads(out.read_text(encoding="utf-8")) == screen
    assert (screen["as_of"], screen["groups"]["all"]["courses"]) == ("2026-01-01", 1)


STATUS = [
    (("outcomes", "none.csv"), 1),
    (("outcomes",), 2),
    (("outcomes", "{file}", "--anchor", "middle"), 2),
    (("outcomes", "{file}", "--instrument", "a:b"), 2),
    (("outcomes", "{file}", "--as-of", "01/02/03"), 2),
    (("outcomes", "{file}", "--compare", "a"), 2),
    (("import", "{file}"), 2),
    (("import", "{file}", "--clinic", "elm"), 1),
    (("import", "none.csv", "--clinic", "oak"), 1),
    (("import", "{file}", "--clinic", "oak", "--day-zero", "2025-01-01"), 2),
    (("import", "{file}", "--clinic", "oak", "--instrument", "a:9:1:lower"), 2),
    (("import", "{file}", "--clinic", "oak", "--mapping", "none.yaml"), 2),
    (("import-undo", "00000000-0000-4000-8000-000000000001", "--clinic", "oak"), 1),
    (("recompute", "--clinic", "elm"), 1),
    ((*CREATE, *ADMIN), 1),
    (CREATE, 2),
    (("demo", "links"), 1),
    (("instrument", "list", "--clinic", "elm"), 1),
    (("instrument", "list"), 2),
    (DECLARE[:-2], 2),
    ((*DECLARE, "--points", "10"), 2),
    ((*DECLARE, "--max", "nan"), 2),
    ((*DECLARE[:2], "peg", *DECLARE[3:]), 2),
    ((*DECLARE[:4], "elm", *DECLARE[5:]), 1),
]


@pytest.mark.parametrize(("words", "status"), STATUS, ids=str)
def test_what_cannot_be_done_ends_with_its_status_and_says_why(clinic: Flask, file: Path, words: tuple, status: int):
    result = run(clinic, *(word.format(file=file) for word in words))
    assert result.exit_code == status
    assert result.stdout == ""
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr


def test_a_clinic_is_created_and_its_admin_signs_in_once(app: Flask):
    with app.app_context():
        flask_migrate.upgrade()
    url = run(app, *CREATE, *ADMIN).stdout.strip()
    page, _, token = url.partition("#")
    assert page == "http://localhost:8000/sign-in"
    with app.app_context():
        assert access.redeem(session(), token=token).kind == "staff"


def test_a_locked_out_admin_gets_a_fresh_link_from_the_operator(app: Flask, clinic: Flask):
    token = run(clinic, "clinic", "link", "oak", ADMIN[1]).stdout.strip().split("#")[1]
    with app.app_context():
        assert access.redeem(session(), token=token).kind == "staff"
    nobody = run(clinic, "clinic", "link", "oak", "nobody@example.org")
    assert (nobody.exit_code, nobody.stdout) == (1, "")


def test_import_says_what_is_new(clinic: Flask, file: Path):
    words = ("import", file, "--clinic", "oak")
    assert "would be new: 1 patients, 1 courses, 0 sessions, 2 readings" in run(clinic, *words, "--dry-run").stdout
    assert "new: 1 patients, 1 courses, 0 sessions, 2 readings" in run(clinic, *words).stdout
    assert "new: 0 patients, 0 courses, 0 sessions, 0 readings" in run(clinic, *words).stdout


def test_import_lists_every_refused_row(clinic: Flask, file: Path):
    file.write_text(CSV.format(11) + "P2,heart,2025-01-06,baseline,nrs_week,2025-01-05,8\n", encoding="utf-8")
    result = run(clinic, "import", file, "--clinic", "oak")
    assert (result.exit_code, result.stdout) == (1, "")
    assert [line.split(":")[0] for line in result.stderr.splitlines()[:2]] == ["line 3, value", "line 4, condition"]
    assert run(clinic, "import", file, "--clinic", "oak", "--skip-bad").exit_code == 0


def test_neighbouring_rows_refused_for_one_reason_are_told_in_one_line(clinic: Flask, file: Path):
    rows = "".join(f"P{n},low_back,2025-01-06,baseline,stiffness,2025-01-05,{n}\n" for n in range(3, 9))
    file.write_text(CSV.format(8) + rows, encoding="utf-8")
    said = run(clinic, "import", file, "--clinic", "oak").stderr.splitlines()
    assert (
        [line for line in said if line.startswith("lines 4 to 9, instrument: ")]
        == [line for line in said if "unknown_instrument" in line]
        != []
    )


def test_import_with_a_mapping_shows_a_preview_and_is_taken_back(clinic: Flask, tmp_path: Path):
    wide, told = tmp_path / "wide.csv", tmp_path / "mapping.yaml"
    wide.write_text("id,t1,t2\nW1,8,-99\nW2,6,2\n", encoding="utf-8")
    told.write_text(MAPPING, encoding="utf-8")
    words = ("import", wide, "--clinic", "oak", "--mapping", told)
    shown = run(clinic, *words, "--preview").stdout.splitlines()
    assert (shown[0].split(",")[:3], shown[-1]) == (
        ["patient", "condition", "course_start"],
        "4 rows; would be new: 2 patients, 2 courses, 0 sessions, 3 readings",
    )
    done = run(clinic, *words)
    assert "4 rows; new: 2 patients, 2 courses, 0 sessions, 3 readings" in done.stdout
    undo = done.stderr.split("flask ")[1].split()
    assert run(clinic, *undo).stdout == "Taken back: 2 patients, 2 courses, 0 sessions, 3 readings.\n"
    assert run(clinic, "recompute", "--check").exit_code == 0
    told.write_text("scores: []", encoding="utf-8")
    assert run(clinic, *words).exit_code == 2


def test_recompute_finds_and_mends(clinic: Flask, file: Path):
    run(clinic, "import", file, "--clinic", "oak")
    assert run(clinic, "recompute", "--check").exit_code == 0
    with clinic.app_context():
        session().execute(db.text("UPDATE outcome SET held = 9"))
        session().commit()
    found = run(clinic, "recompute", "--check", "--clinic", "oak")
    assert (found.exit_code, found.stdout.count("held")) == (1, 1)
    assert run(clinic, "recompute").exit_code == 0
    assert run(clinic, "recompute", "--check").exit_code == 0


def test_an_instrument_is_declared_listed_imported_and_judged_by_its_own_limits(clinic: Flask, file: Path):
    said = run(clinic, *DECLARE, *LIMITS).stdout
    assert said == (
        "mood (own): 0 to 100, higher is better, now, version 1, responder 30 %, percent from 20, important 10, "
        "Mood this week [Doe 2020]\n"
    )
    listed = run(clinic, "instrument", "list", "--clinic", "oak").stdout.splitlines()
    assert (len(listed), listed[-1]) == (len(INSTRUMENTS) + 1, said.strip())
    rows = [(1, 40, 50), (2, 40, 49), (3, 19, 90)]
    head = CSV.splitlines()[0]
    line = "P{},neck,2025-01-06,{},mood,2025-{},{}"
    text = [line.format(n, *one) for n, a, b in rows for one in (("baseline", "01-05", a), ("check_in", "02-05", b))]
    file.write_text("\n".join((head, *text)), encoding="utf-8")
    assert run(clinic, "import", file, "--clinic", "oak").exit_code == 0
    with clinic.app_context():
        found = summarise.clinic_summary(session(), actor=cli.operator_of("oak"), instrument="mood", anchor="start")
    figures = found["groups"]["all"]
    assert (figures["too_low"], figures["windows"][0]["points"]["x"], figures["windows"][0]["points"]["n"]) == (1, 1, 2)
    assert any("Doe 2020" in note for note in figures["notes"])
    again = run(clinic, *DECLARE, *LIMITS, "--points", "9")
    assert (again.exit_code, again.stdout) == (1, "")
    assert "has readings" in again.stderr


def test_the_evidence_is_checked_without_a_database(app):
    result = run(app, "evidence", "check")
    assert (result.exit_code, result.output) == (0, "63 records, no fault.\n")


def test_each_fault_of_the_evidence_is_a_line_and_the_status_is_1(app, tmp_path):
    folder = Path(shutil.copytree(HERE, tmp_path / "evidence", ignore=shutil.ignore_patterns("*.py")))
    neck = folder / "records" / "neck.yaml"
    neck.write_text(neck.read_text("utf-8").replace("verified: true", "verified: false", 2), "utf-8")
    result = run(app, "evidence", "check", "--folder", str(folder))
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert lines[-1] == f"{len(lines) - 1} faults."
    assert sum(line.startswith("neck.yaml: ") and "verified: not yet" in line for line in lines) == 2
    assert any("seed references" in line for line in lines)


def test_every_malformed_record_is_named_at_once(app, tmp_path):
    folder = Path(shutil.copytree(HERE, tmp_path / "evidence", ignore=shutil.ignore_patterns("*.py")))
    neck = folder / "records" / "neck.yaml"
    text = (
        neck.read_text("utf-8")
        .replace("pmid: 16781068", "pmid: 1678106800")
        .replace("doi: 10.7326/M15-0667", "doi: M15-0667")
    )
    neck.write_text(text, "utf-8")
    (folder / "records" / "other_msk.yaml").write_text("just words", "utf-8")
    result = run(app, "evidence", "check", "--folder", str(folder))
    assert result.stderr.splitlines() == [
        "neck.yaml: witt-2006-neck: pmid: 1678106800 is not a well-formed pmid",
        "neck.yaml: macpherson-2015-atlas: doi: 'M15-0667' is not a well-formed doi",
        "other_msk.yaml: (whole file): (whole): expected a list of records, found str",
        "3 faults.",
    ]


# Tokens of programs


def test_a_token_is_made_listed_and_taken_back(clinic: Flask):
    made = run(clinic, "token", "create", "--clinic", "oak", "--role", "exporter", "--scope", "exports:read")
    assert made.output.startswith("ot_")
    (line,) = run(clinic, "token", "list", "--clinic", "oak").output.splitlines()
    assert line.endswith("exports:read")
    assert ": open, until " in line
    assert run(clinic, "token", "revoke", line.split()[0], "--clinic", "oak").output == "Taken back.\n"
    assert ": revoked, " in run(clinic, "token", "list", "--clinic", "oak").output
    assert made.output.strip() not in line


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("create", "--clinic", "oak", "--role", "exporter", "--scope", "courses:read"), 2),
        (("create", "--clinic", "oak", "--role", "front_desk"), 2),
        (("create", "--clinic", "oak", "--role", "exporter", "--days", "0"), 1),
        (("create", "--clinic", "elm", "--role", "exporter"), 1),
        (("revoke", "0190f3c2-7b1a-7c3d-9e2f-0123456789ab", "--clinic", "oak"), 1),
    ],
)
def test_a_token_that_cannot_be_is_refused(clinic: Flask, words, status):
    done = run(clinic, "token", *words)
    assert (done.exit_code, "ot_" in done.output) == (status, False)
