"""What the phone keeps of the app itself: one version, whole, and nobody's data."""

import hashlib
import json
import re


def told(client) -> tuple[str, list[str]]:
    """What /sw.js names: the version and its files."""
    found = re.search(r"serve\((.*)\);", client.get("/sw.js").text)
    assert found
    version, files = json.loads(f"[{found[1]}]")
    return version, files


def test_the_service_worker_is_a_module_that_is_never_kept(door):
    answer = door.app.test_client().get("/sw.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_version_is_the_hash_of_the_shell(door):
    client = door.enter("owner")
    assert told(client)[0] == hashlib.sha256(client.get("/app").data).hexdigest()[:16]
    assert told(client) == told(door.app.test_client())


def test_every_file_of_the_version_is_there_and_kept_for_good(door):
    client = door.app.test_client()
    _, files = told(client)
    for file in files:
        answer = client.get(file, buffered=True)
        assert answer.status_code == 200, file
        assert "immutable" in answer.headers["Cache-Control"], file


def test_the_version_holds_all_that_the_shell_names_and_nothing_that_is_signed_in(door):
    client = door.app.test_client()
    _, files = told(client)
    named = set(re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css|svg|webmanifest))"', client.get("/app").text))
    assert named <= set(files)
    assert [file for file in files if not file.startswith(("/static/", "/words/"))] == []
    assert not [file for file in files if "vendor" in file]
