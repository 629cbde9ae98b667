"""Exports on the web: asked for once, made by the worker, fetched in pieces, gone after a day."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from tests.web.world import csrf
from tracker.exports import tidy
from tracker.jobs import exports as jobs
from tracker.services import exporting
from tracker.storage import AuditEvent, ExportJob
from tracker.web.database import session

API = "/api/v1/clinic/exports"


@pytest.fixture
def admin(door):
    return door.enter("clinic_admin")


def ask(client, **more):
    return client.post(API, json={"id": str(uuid4()), "what": "readings", **more})


def fetched(client, path, **more):
    """An answer read to its end."""
    with client.get(path, **more) as answer:
        answer.get_data()
        return answer


def work(door) -> None:
    """What the worker does each minute."""
    with door.app.app_context():
        jobs.tick()


def test_an_export_is_asked_for_made_and_fetched(admin, door):
    asked = ask(admin)
    assert (asked.status_code, asked.json["state"], asked.json["files"]) == (202, "queued", {})
    work(door)
    told = admin.get(f"{API}/{asked.json['id']}").json
    assert (told["state"], told["done"], told["steps"]) == ("done", 2, 2)
    answer = fetched(admin, told["files"]["data"])
    assert tidy.read(answer.data).refusals == ()
    assert answer.headers["Content-Disposition"] == "attachment; filename=readings.csv"
    assert sha256(answer.data).hexdigest() == told["sha256"]
    assert json.loads(fetched(admin, told["files"]["manifest.json"]).data)["rows"] == told["rows"] > 2
    assert fetched(admin, told["files"]["codebook.csv"]).data.startswith(b"column,")


def test_a_download_that_broke_off_goes_on(admin, door):
    id = ask(admin).json["id"]
    work(door)
    path = admin.get(f"{API}/{id}").json["files"]["data"]
    whole = fetched(admin, path)
    tag = whole.headers["ETag"]
    rest = fetched(admin, path, headers={"Range": "bytes=100-", "If-Range": tag})
    assert (rest.status_code, whole.data[:100] + rest.data) == (206, whole.data)
    assert fetched(admin, path, headers={"Range": "bytes=100-", "If-Range": '"other"'}).data == whole.data
    assert fetched(admin, path, headers={"If-None-Match": tag}).status_code == 304


def test_the_same_id_again_is_a_replay_and_with_other_words_a_conflict(admin):
    body = {"id": str(uuid4()), "what": "readings"}
    assert [admin.post(API, json=body).status_code for _ in range(2)] == [202, 202]
    assert admin.post(API, json={**body, "deidentified": True}).status_code == 409


@pytest.mark.parametrize("body", [{"what": "all"}, {"format": "doc"}, {"format": "pdf"}, {"deidentified": "no"}])
def test_what_is_not_offered_is_refused(admin, body):
    assert ask(admin, **body).status_code == 422


def test_the_page_asks_once_however_often_its_form_is_sent(admin, door):
    form = {"csrf_token": csrf(admin, "/clinic/exports"), "id": str(uuid4()), "what": "summary", "format": "csv"}
    for _ in range(2):
        assert admin.post("/clinic/exports", data=form).status_code == 303
    with door.app.app_context():
        count = select(func.count()).select_from(ExportJob).where(ExportJob.what == "summary")
        assert session().scalar(count) == 1
    assert "Waits for the worker" in admin.get("/clinic/exports").text
    work(door)
    assert "Fetch the file" in admin.get("/clinic/exports").text
    refused = admin.post("/clinic/exports", data={**form, "id": str(uuid4()), "format": "fhir"})
    assert (refused.status_code, "FHIR holds readings" in refused.text) == (422, True)


def test_it_asks_for_a_recent_sign_in(admin):
    with admin.session_transaction() as cookie:
        cookie["fs_paa"] = (datetime.now(UTC) - timedelta(minutes=16)).timestamp()
    answer = ask(admin)
    assert (answer.status_code, answer.json["code"]) == (401, "sign_in_again")


def test_files_are_removed_after_a_day(admin, door):
    id = UUID(ask(admin).json["id"])
    work(door)
    path = admin.get(f"{API}/{id}").json["files"]["data"]
    folder = door.app.config["SETTINGS"].data_dir / "exports" / id.hex
    assert folder.is_dir()
    with door.app.app_context():
        exporting.sweep(
            session(), folder=door.app.config["SETTINGS"].data_dir, now=datetime.now(UTC) + timedelta(days=2)
        )
    assert not folder.exists()
    assert fetched(admin, path).status_code == 409
    assert admin.get(f"{API}/{id}").json["state"] == "gone"


def test_one_whose_worker_died_is_begun_again(admin, door):
    id = UUID(ask(admin).json["id"])
    with door.app.app_context():
        still = datetime.now(UTC) - timedelta(minutes=11)
        session().execute(update(ExportJob).where(ExportJob.id == id).values(state="running", moved_at=still))
        session().commit()
    work(door)
    assert admin.get(f"{API}/{id}").json["state"] == "done"


def test_a_clinic_gets_its_own_patients_alone(admin, door, world):
    id = ask(admin).json["id"]
    work(door)
    rows = tidy.read(fetched(admin, admin.get(f"{API}/{id}").json["files"]["data"]).data).rows
    assert {row.patient for row in rows} == {"P-owner", "P-colleague"}


def test_asking_and_fetching_stand_in_the_trail(admin, door):
    id = ask(admin).json["id"]
    work(door)
    fetched(admin, admin.get(f"{API}/{id}").json["files"]["data"])
    with door.app.app_context():
        told = session().scalars(select(AuditEvent.action).where(AuditEvent.action.like("export.%"))).all()
    assert {"export.ask", "export.make", "export.fetch"} <= set(told)
