"""Settings: read from the environment, and refused in one line where they would be unsafe."""

import os
import stat
import subprocess
import sys

import pytest

from tests.web.world import SECRET, settings
from tracker.app import create_app
from tracker.config import ROOT, Settings, Unsafe
from tracker.services.remind import post
from tracker.storage import engine

KEY = "c1Yq0Gm1vT5xWc7bQwG6C9l0o2y5n2xYp8u2d1s3f4E"


def read(tmp_path, **environment):
    return Settings.from_environment({"TRACKER_DATA_DIR": str(tmp_path / "data"), **environment})


def test_nothing_needs_to_be_set(tmp_path):
    made = read(tmp_path)
    assert (made.port, made.public_url, made.tls) == (8000, "http://localhost:8000", False)
    assert made.database_url == f"sqlite:///{tmp_path / 'data' / 'tracker.sqlite3'}"


def test_the_secret_is_made_once_kept_and_closed_to_others(tmp_path):
    first = read(tmp_path).secret_key
    kept = tmp_path / "data" / "secret_key"
    assert read(tmp_path).secret_key == first == kept.read_text()
    assert len(first) >= 32
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert sorted(p.name for p in kept.parent.iterdir()) == ["secret_key", "vapid_key"]


def test_the_secret_is_not_printed(tmp_path):
    assert SECRET not in repr(read(tmp_path, TRACKER_SECRET_KEY=SECRET))


def test_the_key_of_pushes_is_made_once_and_kept(tmp_path):
    first = read(tmp_path).vapid_key
    kept = tmp_path / "data" / "vapid_key"
    assert read(tmp_path).vapid_key == first == kept.read_text()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert len(post.public_key(first)) == 87
    assert read(tmp_path, TRACKER_VAPID_KEY=KEY).vapid_key == KEY


@pytest.mark.parametrize(
    ("server", "sender", "word"),
    [
        ("http://mail.example.org", "a@example.org", "TRACKER_SMTP_URL"),
        ("smtp://", "a@example.org", "TRACKER_SMTP_URL"),
        ("smtp://mail.example.org:99999", "a@example.org", "TRACKER_SMTP_URL"),
        ("smtp://mail.example.org", "Somebody", "TRACKER_MAIL_FROM"),
        ("smtp://mail.example.org", "A <a@example.org", "TRACKER_MAIL_FROM"),
        ("smtp://mail.example.org", "a@example.org\nBcc: b@example.org", "TRACKER_MAIL_FROM"),
    ],
)
def test_a_mail_server_or_sender_that_is_none_is_refused(tmp_path, server, sender, word):
    with pytest.raises(Unsafe, match=word):
        read(tmp_path, TRACKER_SMTP_URL=server, TRACKER_MAIL_FROM=sender)


def test_mail_is_offered_where_both_are_set(tmp_path):
    made = read(tmp_path, TRACKER_SMTP_URL="smtps://n:p@mail.example.org", TRACKER_MAIL_FROM="A <a@example.org>")
    assert (made.smtp_url, made.mail_from) == ("smtps://n:p@mail.example.org", "A <a@example.org>")
    assert "n:p" not in repr(made)
    assert (read(tmp_path).smtp_url, read(tmp_path).mail_from) == ("", "")


def test_https_in_the_public_address_turns_tls_on(tmp_path):
    assert read(tmp_path, TRACKER_PUBLIC_URL="https://tracker.example.org/").tls


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRACKER_DATABASE_URL", "nonsense"),
        ("TRACKER_SECRET_KEY", "secret"),
        ("TRACKER_SECRET_KEY", "a" * 64),
        ("TRACKER_SECRET_KEY", "x" * 31),
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("PORT", "٨٠"),
        ("TRACKER_PUBLIC_URL", "tracker.example.org"),
        ("TRACKER_PUBLIC_URL", "https://tracker.example.org/app"),
        ("TRACKER_PUBLIC_URL", "ftp://tracker.example.org"),
        ("TRACKER_PROXIES", "-1"),
        ("TRACKER_IDLE_MINUTES", "0"),
        ("TRACKER_DATA_DIR", "/proc/none"),
        ("TRACKER_SMTP_URL", "smtp://127.0.0.1"),  # without TRACKER_MAIL_FROM
        ("TRACKER_MAIL_FROM", "a@example.org"),  # without TRACKER_SMTP_URL
        ("TRACKER_VAPID_KEY", "short"),
        ("TRACKER_VAPID_KEY", "A" * 43),  # nought is no key
        ("TRACKER_VAPID_KEY", "_" * 43),  # beyond the order of the curve
    ],
)
def test_what_cannot_stand_is_refused_in_one_line(tmp_path, name, value):
    with pytest.raises(Unsafe) as refusal:
        read(tmp_path, **{name: value})
    assert name in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("pragma", "word"),
    [
        ("PRAGMA synchronous = NORMAL", "FULL"),
        ("PRAGMA synchronous = OFF", "FULL"),
        ("PRAGMA journal_mode = DELETE", "WAL"),
    ],
)
def test_sqlite_that_could_lose_an_entry_is_refused(tmp_path, monkeypatch, pragma, word):
    monkeypatch.setattr(engine, "PRAGMAS", (*engine.PRAGMAS, pragma))
    with pytest.raises(Unsafe, match=word):
        create_app(settings(tmp_path))


def test_a_server_that_is_refused_says_one_line_and_ends_with_1(tmp_path):
    environment = {**os.environ, "TRACKER_DATA_DIR": str(tmp_path), "TRACKER_SECRET_KEY": "secret"}
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("tracker: TRACKER_SECRET_KEY needs")


def test_a_database_that_is_away_at_start_is_waited_for(tmp_path):
    from dataclasses import replace

    away = f"sqlite:///{tmp_path / 'none' / 'tracker.sqlite3'}"
    client = create_app(replace(settings(tmp_path), database_url=away)).test_client()
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["code"], answer.headers["Retry-After"]) == (
        503,
        "database_unavailable",
        "5",
    )
    (tmp_path / "none").mkdir()
    assert client.get("/readyz").get_json()["code"] == "database_not_migrated"
