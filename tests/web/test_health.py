"""Health: up is not yet ready; ready means reachable, durable and migrated."""

import flask_migrate
import pytest

from tests.web.world import redeem, settings
from tracker.app import create_app


def test_an_empty_database_is_not_ready_and_a_migrated_one_is(tmp_path):
    app = create_app(settings(tmp_path))
    client = app.test_client()
    assert (client.get("/healthz").json, client.get("/readyz").get_json()["code"]) == (
        {"status": "up"},
        "database_not_migrated",
    )
    with app.app_context():
        flask_migrate.upgrade()
    assert client.get("/readyz").json == {"status": "ready"}


@pytest.mark.parametrize("path", ["/api/v1/me", "/", "/sign-in"])
def test_a_server_whose_database_goes_says_503_and_recovers(door, monkeypatch, path):
    from sqlalchemy import Connection
    from sqlalchemy.exc import OperationalError

    client = door.enter("owner")

    def gone(*_, **__):
        raise OperationalError("", {}, Exception("gone"))

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "execute", gone)
        answer = client.get(path)
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "5")
    assert client.get("/api/v1/me").status_code == 200
    assert redeem(client, door.link("practitioner")).status_code == 303
