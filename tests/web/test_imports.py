"""Imports on the web: looked through first, imported once however often it is pressed, taken back within a day."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from tests.web.test_pages import TRICKS, dangers
from tests.web.world import csrf
from tracker.services import upload
from tracker.storage import AuditEvent, ImportBatch, Patient
from tracker.web import imports
from tracker.web.database import session

PAGE = "/clinic/imports"
HEAD = "patient,condition,course_start,kind,instrument,recorded_at,value"
GOOD = f"{HEAD}\nI1,neck,2025-01-06,baseline,nrs_week,2025-01-05,8\nI1,neck,2025-01-06,check_in,nrs_week,2025-03-05,0\n"
BAD = GOOD + "I2,neck,2025-01-06,baseline,nrs_week,2025-01-05,11\nI3,neck,2025-01-06,baseline,nrs_week,2031-01-05,3\n"
WIDE = "id,t1,t2\nW1,8,-99\nW2,6,2\n"
MAPPING = """columns: {patient: id}
fixed: {condition: neck, instrument: nrs_week}
missing: -99
day_zero: 2025-01-06
scores: [{column: t1, kind: baseline, day: 0}, {column: t2, kind: check_in, day: 91}]
"""


@pytest.fixture
def admin(door):
    return door.enter("clinic_admin")


def send(client, content: str | bytes, mapping: str | None = None, **more: Any):
    """What the form sends."""
    data = content if isinstance(content, bytes) else content.encode()
    told = {"csrf_token": csrf(client, PAGE), "id": str(uuid4()), "file": (io.BytesIO(data), "März.csv"), **more}
    if mapping is not None:
        told["mapping"] = (io.BytesIO(mapping.encode()), "mapping.yaml")
    return client.post(PAGE, data=told, content_type="multipart/form-data")


def press(client, where: str, **more: Any):
    """A button of the page."""
    return client.post(where, data={"csrf_token": csrf(client, PAGE), **more})


def patients(door) -> int:
    """How many the clinic has."""
    with door.app.app_context():
        return session().scalar(select(func.count()).select_from(Patient)) or 0


def test_looking_through_writes_nothing_importing_does_once_and_undo_takes_it_back(admin, door):
    before, people = door.scores(), patients(door)
    sent = send(admin, GOOD)
    assert sent.status_code == 303
    page = admin.get(sent.location).text
    assert ("Nothing is written yet" in page, "Import 2 readings" in page, "März.csv" in page) == (True, True, True)
    assert (door.scores(), patients(door)) == (before, people)
    for _ in range(2):
        assert press(admin, sent.location).status_code == 303
    assert (door.scores(), patients(door)) == (before + 2, people + 1)
    assert "Take the import back" in admin.get(sent.location).text
    assert "new: 1 patients, 1 courses, 0 sessions, 2 readings" in admin.get(PAGE).text
    for _ in range(2):
        assert press(admin, f"{sent.location}/undo").status_code == 303
    assert door.scores() == before + 4
    assert "Taken back" in admin.get(sent.location).text
    with door.app.app_context():
        told = session().scalars(select(AuditEvent.action).where(AuditEvent.action.like("import.%"))).all()
    assert told == ["import.file", "import.take_back"]


def test_refused_rows_stand_with_line_and_reason_and_are_left_out_only_when_told(admin, door):
    before = door.scores()
    sent = send(admin, BAD)
    page = admin.get(sent.location).text
    assert "Line 4, value: is outside 0 to 10 (out_of_range)" in page
    assert "Line 5, recorded_at" in page
    listed = admin.get(f"{sent.location}/refusals.csv")
    assert [line.split(",")[:3] for line in listed.text.splitlines()[1:]] == [
        ["4", "value", "out_of_range"],
        ["5", "recorded_at", "in_the_future"],
    ]
    answer = press(admin, sent.location)
    assert (answer.status_code, door.scores()) == (422, before)
    assert press(admin, sent.location, skip_bad="yes").status_code == 303
    assert door.scores() == before + 2


def test_a_table_of_ones_own_comes_with_its_mapping(admin, door):
    before = door.scores()
    assert "the first line lacks" in admin.get(send(admin, WIDE).location).text
    sent = send(admin, WIDE, MAPPING)
    assert "Import 3 readings" in admin.get(sent.location).text
    press(admin, sent.location)
    assert door.scores() == before + 3


COUNTED = GOOD.replace("2025-01-06", "0").replace("2025-01-05", "-1").replace("2025-03-05", "58")
WRONG = {
    "no file": (None, None, {}, "Choose a file"),
    "a mapping that is none": (WIDE, "scores", {}, "The mapping cannot be used"),
    "days without day 0": (
        COUNTED,
        None,
        {},
        "the date of day 0 (--day-zero)",
    ),
    "a scale that is none": (GOOD, None, {"instrument": "mood:9:1:lower"}, "MIN of an instrument"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_meant_is_said_beside_the_form(admin, case: str):
    content, mapping, more, words = WRONG[case]
    answer = send(admin, content or "", mapping, **more, **({} if content else {"file": ""}))
    assert answer.status_code == 422
    assert words in answer.text


REFUSED = {
    "nothing at all": (b"", "the file is empty"),
    "UTF-16": (GOOD.encode("utf-16"), "the file is UTF-16"),
    "Latin-1": (GOOD.replace("I1", "J\u00fcrgen").encode("latin-1"), "not UTF-8 here"),
    "a PDF": (b"%PDF-1.7 \xff", "is a PDF"),
    "a column twice": (GOOD.replace("kind,", "value,").encode(), "stands twice"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_table_offers_nothing_to_import(admin, case: str):
    content, words = REFUSED[case]
    sent = send(admin, content)
    page = admin.get(sent.location).text
    assert (words in page, "Import it" in page) == (True, False)
    assert press(admin, sent.location, skip_bad="yes").status_code == 303


def test_the_same_form_with_another_file_is_another_upload(admin):
    form = str(uuid4())
    first, again, other = (send(admin, content, id=form).location for content in (GOOD, GOOD, BAD))
    assert first == again != other


def test_a_file_that_is_too_large_is_refused(admin, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(upload, "LARGEST", 100)
    assert "at most 0 MiB" in send(admin, GOOD).text
    monkeypatch.setattr(imports, "FORM", 200)
    assert send(admin, GOOD).status_code == 413


def test_after_a_day_the_file_is_gone_and_the_import_stands(admin, door):
    waits, taken = send(admin, BAD), send(admin, GOOD)
    press(admin, taken.location)
    with door.app.app_context():
        batch = session().scalars(select(ImportBatch.id).order_by(ImportBatch.created_at.desc())).first()
        old = datetime.now(UTC) - timedelta(days=1, minutes=1)
        session().execute(update(ImportBatch).where(ImportBatch.id == batch).values(created_at=old))
        session().commit()
        upload.sweep(folder=door.app.config["SETTINGS"].data_dir, now=datetime.now(UTC) + timedelta(days=1))
    assert admin.get(waits.location).status_code == 404
    assert "this one is older" in admin.get(taken.location).text
    answer = press(admin, f"{taken.location}/undo")
    assert (answer.status_code, "can be taken back for a day" in answer.text) == (422, True)
    assert admin.get(f"{taken.location}/refusals.csv").status_code == 409


@pytest.mark.parametrize("trick", TRICKS)
def test_no_text_of_a_file_becomes_markup(admin, trick: str):
    column = trick.replace('"', "'").replace("{", "(").replace("}", ")")
    told = MAPPING.replace("column: t1", f'column: "{column}"')
    wide = WIDE.replace("t1", f'"{column}"').replace("W2,6", f'"{trick.replace(chr(34), chr(34) * 2)}",66')
    sent = send(admin, wide, told, file=(io.BytesIO(wide.encode()), trick.replace('"', "'")))
    pages = [admin.get(sent.location).text]
    assert ("Line 3" in pages[0], press(admin, sent.location, skip_bad="yes").status_code) == (True, 303)
    pages += [admin.get(sent.location).text, admin.get(PAGE).text]
    assert [dangers(page) for page in pages] == [[], [], []]


def test_another_clinics_file_is_not_there(admin, door):
    sent = send(admin, GOOD)
    other = door.enter("foreign_admin")
    assert other.get(sent.location).status_code == 404
    assert press(other, sent.location).status_code == 404
    press(admin, sent.location)
    assert press(other, f"{sent.location}/undo").status_code == 404
