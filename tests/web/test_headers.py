"""Headers on every answer, errors and static files included; same origin for unsafe methods; nobody in the log."""

import logging
import re
from pathlib import Path
from uuid import uuid4

import brotli
import pytest

from tests.web.world import csrf, redeem, score
from tracker.web.headers import ALWAYS, CSP
from tracker.web.static_files import ROOT, SPARED, tree_hash

# Copied from trust.md rule 7, to the letter.
TRUST = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; "
    "style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'"
)
PLACES = [
    *(
        "/",
        "/sign-in",
        "/app",
        "/evidence",
        "/nowhere",
        "/healthz",
        "/readyz",
        "/sw.js",
        "/static/0123/none.css",
        "/clinic/",
    ),
    *("/api/v1/me", "/api/v1/openapi.json", "/api/v1/evidence?condition=neck", "/api/v1/evidence", "/api/v1/nowhere"),
]


def test_the_policy_is_the_one_measured():
    assert CSP == TRUST


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", PLACES)
def test_every_answer_carries_them(door, path, method):
    answer = door.app.test_client().open(path, method=method)
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in answer.headers
    assert answer.status_code < 500


def some_file() -> str:
    return next(p for p in sorted(ROOT.rglob("*.css"))).relative_to(ROOT).as_posix()


def test_hashed_static_files_are_kept_for_good(door):
    answer = door.app.test_client().get(f"/static/{tree_hash(ROOT)}/{some_file()}", buffered=True)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    ("takes", "packed"), [("gzip, br", True), ("br;q=0", False), ("identity", False), (None, False)]
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_our_own_texts_travel_compressed_to_whoever_takes_that(door, method, takes, packed):
    headers = {"Accept-Encoding": takes} if takes else {}
    file = f"/static/{tree_hash(ROOT)}/{some_file()}"
    answer = door.app.test_client().open(file, method=method, headers=headers, buffered=True)
    plain = (ROOT / some_file()).read_bytes()
    assert (answer.headers.get("Content-Encoding") == "br") is packed
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    if method == "GET":
        assert (brotli.decompress(answer.data) == spared(plain)) if packed else (answer.data == plain)
        assert int(answer.headers["Content-Length"]) == len(answer.data)


def spared(text: bytes) -> bytes:
    """A script or style without comments and needless spaces."""
    return SPARED[Path(some_file()).suffix](text.decode()).encode()


@pytest.mark.parametrize(
    "path", ["/static/0000000000000000/{}", "/static/{}", "/static/TREE/../config.py", "/static/TREE/"]
)
def test_other_static_addresses_are_404(door, path):
    answer = door.app.test_client().get(path.format(some_file()).replace("TREE", tree_hash(ROOT)))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


def test_the_hash_changes_with_any_byte_or_name_but_not_with_compressed_twins(tmp_path):
    (tmp_path / "a.css").write_text("a")
    first = tree_hash(tmp_path)
    (tmp_path / "a.css.br").write_bytes(b"x")
    assert tree_hash(tmp_path) == first
    (tmp_path / "a.css").write_text("b")
    second = tree_hash(tmp_path)
    (tmp_path / "a.css").rename(tmp_path / "b.css")
    assert len({first, second, tree_hash(tmp_path)}) == 3


def test_pages_name_static_files_under_the_hash(door):
    found = re.findall(r'(?:src|href)="(/static/[^"]+)"', door.app.test_client().get("/sign-in").text)
    assert found
    assert all(address.startswith(f"/static/{tree_hash(ROOT)}/") for address in found)


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {"Origin": "http://[localhost"},
    {"Origin": ""},
    {"Origin": "http://localhost.elsewhere.example"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
]
OWN = [{}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}, {"Origin": "http://localhost:8000"}]


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_site_writes_nothing(door, world, headers):
    client, before = door.enter("owner"), door.scores()
    answer = client.put(f"/api/v1/readings/{uuid4()}", json=score(world), headers=headers)
    assert (answer.status_code, answer.json["code"], door.scores()) == (403, "cross_origin", before)
    assert client.post("/sign-out", data={"csrf_token": csrf(client)}, headers=headers).status_code == 403
    assert client.get("/api/v1/me").status_code == 200


def test_a_form_goes_with_its_token_or_with_the_header_of_the_app(door):
    pause, told = "/app/reminders/pause", {"days": "7"}
    assert door.enter("owner").post(pause, data=told).status_code == 400
    client = door.enter("owner")  # its session never saw a form: the app's is of another one
    assert client.post(pause, data=told, headers={"X-Part": "1"}).status_code == 303
    assert "Paused until" in client.get("/app/reminders").text


@pytest.mark.parametrize("headers", FOREIGN)
def test_the_header_of_the_app_opens_nothing_to_another_site(door, headers):
    client = door.enter("owner")
    answer = client.post("/app/reminders/pause", data={"days": "7"}, headers=headers | {"X-Part": "1"})
    assert (answer.status_code, answer.json["code"]) == (403, "cross_origin")
    assert "Paused until" not in client.get("/app/reminders").text
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-part", **headers}
    before = client.options("/app/reminders/pause", headers=asked)  # a browser asks this first
    assert [name for name, _ in before.headers if name.startswith("Access-Control")] == []


@pytest.mark.parametrize("headers", OWN)
def test_our_own_pages_write(door, world, headers):
    assert door.enter("owner").put(f"/api/v1/readings/{uuid4()}", json=score(world), headers=headers).status_code == 201


@pytest.mark.parametrize("token", [None, "", "x", "IjAwMDAi.Z0.x"])
def test_a_form_without_its_own_token_does_nothing(door, token):
    client = door.enter("owner")
    assert client.post("/sign-out", data={"csrf_token": token} if token is not None else {}).status_code == 400
    assert client.get("/api/v1/me").status_code == 200


def test_the_log_holds_no_person_no_id_and_no_value(door, world, caplog):
    logging.getLogger("tracker").addHandler(caplog.handler)
    client = door.enter("practitioner")
    client.post("/api/v1/roster/search", json={"search": "CANARY"})
    client.get(f"/api/v1/courses/{world.courses['owner']}?site=CANARY")
    client.put(
        f"/api/v1/readings/{world.reading}", json=score(world, instrument="CANARY", reason="CANARY", site="CANARY")
    )
    client.get("/CANARY")
    redeem(door.app.test_client(), "CANARY")
    logging.getLogger("tracker").removeHandler(caplog.handler)
    secrets = ("CANARY", str(world.courses["owner"]), str(world.reading), "127.0.0.1")
    assert "/api/v1/courses/<uuid:course_id> " in caplog.text
    assert not [word for word in secrets if word in caplog.text]
