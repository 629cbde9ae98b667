"""The outbox: once whatever happens to workers and servers, and never what is no longer wished or needed."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.remind.conftest import Life, Person, minutes, utc
from tests.storage.universe import NOW
from tracker.services import access, log
from tracker.services.remind import phones, plan, post, send, wish
from tracker.services.remind.post import Post
from tracker.storage import Message, Patient, PushSubscription

SINCE = utc("2026-03-22 00:01")  # a minute past 9 in Seoul, the day the first questions are due
HOUR = utc("2026-03-22 01:00")
DUE = utc("2026-03-24 00:00")  # two days later at 9 o'clock
MINUTE = timedelta(minutes=1)


@pytest.fixture
def person(life: Life) -> Person:
    """Somebody in Seoul."""
    return life.person("Asia/Seoul", SINCE)


def test_three_questions_of_one_day_are_one_message(life: Life, person: Person):
    person.push_on()
    for now in minutes(HOUR, HOUR + timedelta(days=8), 60):
        life.tick(now)
    assert [row.key for row in life.rows()] == ["2026-03-24", "2026-03-29"]  # and 2026-03-31 is still to come
    assert len(life.pushes.got) == 2


def test_what_was_due_before_reminders_were_turned_on_is_not_made_up_for(life: Life, person: Person):
    person.push_on(DUE + MINUTE)
    assert life.tick(DUE + MINUTE) == {}
    assert life.rows() == []


def test_two_workers_at_once_send_each_message_once(life: Life, engine: Engine):
    people = [life.person("Asia/Seoul", SINCE) for _ in range(6)]
    for n, one in enumerate(people):
        one.push_on()
        one.mail_on(f"p{n}@example.org")
    life.mails.got.clear()

    def work(_: int) -> None:
        with Session(engine) as db:
            plan.plan(db, offered=life.by.offered, now=DUE)
            send.drain(db, by=life.by, now=DUE)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(8)))
    assert Counter(to for to, _ in life.mails.got) == {f"p{n}@example.org": 1 for n in range(6)}
    assert Counter(push.path for push in life.pushes.got) == dict.fromkeys((p.path for p in life.pushes.got), 1)
    assert len(life.pushes.got) == 6
    assert Counter(row.state for row in life.rows()) == {"sent": 12}


WORKER = """
import sys
from datetime import datetime
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from tracker.services.remind import send
from tracker.services.remind.post import Post
from tracker.storage.engine import connect
url, at, public, key, hosts, smtp, sender = sys.argv[1:]
with Session(connect(url)) as db:
    send.drain(db, by=Post(public, key, (hosts,), smtp, sender), now=datetime.fromisoformat(at))
"""


def kill_while_it_sends(life: Life, engine: Engine, by: Post) -> None:
    """A worker of its own, killed without a word after the server has what it handed over, before it is answered."""
    told = [str(engine.url), DUE.isoformat(), by.public_url, by.push_key, *by.push_hosts, by.smtp_url, by.mail_from]
    worker = subprocess.Popen([sys.executable, "-c", WORKER, *told])
    for _ in range(600):
        if life.pushes.asked or life.mails.asked.get("slow@example.org"):
            break
        time.sleep(0.05)
    os.kill(worker.pid, signal.SIGKILL)
    assert worker.wait(30) == -signal.SIGKILL


def test_a_mail_whose_worker_was_killed_is_not_sent_twice(life: Life, person: Person, engine: Engine, by: Post):
    person.mail_on("slow@example.org")
    life.mails.asked.clear()
    gate = threading.Event()
    life.mails.answer = lambda address, before: (gate.wait(60) and "250 OK") or "250 OK"
    plan.plan(life.db, offered=by.offered, now=DUE)
    before = len(life.mails.got)
    life.mails.asked["slow@example.org"] = 0
    asked = life.mails.answer
    life.mails.answer = lambda address, n: (life.mails.asked.update({address: 1}), asked(address, n))[1]
    kill_while_it_sends(life, engine, by)
    assert [row.state for row in life.rows()] == ["sending"]
    gate.set()
    for later in (MINUTE, timedelta(minutes=11), timedelta(hours=2)):
        life.tick(DUE + later)
    assert [(row.state, row.last_error) for row in life.rows()] == [("failed", "interrupted")]
    assert len(life.mails.got) <= before + 1  # the one that the killed worker had handed over


def test_a_push_whose_worker_was_killed_goes_out_again_under_the_same_topic(
    life: Life, person: Person, engine: Engine, by: Post
):
    person.push_on()
    gate = threading.Event()
    life.pushes.asked.clear()

    def slow(path: str, before: int) -> tuple[int, dict[str, str]]:
        if before == 0:
            life.pushes.asked[path] = 1
            gate.wait(60)
        return 201, {}

    life.pushes.answer = slow
    plan.plan(life.db, offered=by.offered, now=DUE)
    kill_while_it_sends(life, engine, by)
    assert [row.state for row in life.rows()] == ["sending"]
    gate.set()
    assert life.tick(DUE + timedelta(minutes=9)) == {}
    assert life.tick(DUE + timedelta(minutes=11)) == {"sent": 1}
    assert {push.headers["topic"] for push in life.pushes.got} == {"check-in"}


@pytest.mark.parametrize("status", [404, 410])
def test_a_phone_that_is_gone_gets_no_more(life: Life, person: Person, status: int):
    person.push_on()
    life.pushes.answer = lambda path, before: (status, {})
    assert life.tick(DUE) == {"failed": 1}
    assert life.db.scalars(select(PushSubscription.gone_at)).all() == [DUE]
    life.pushes.answer = lambda path, before: (201, {})
    assert life.tick(utc("2026-03-29 00:00")) == {}
    assert life.rows(key="2026-03-29") == []


def test_of_two_phones_the_one_that_is_left_is_reached(life: Life, person: Person):
    first, second = person.push_on(), person.push_on()
    gone = first.endpoint.removeprefix(life.pushes.origin)
    life.pushes.answer = lambda path, before: (410 if path == gone else 201, {})
    assert life.tick(DUE) == {"sent": 1}
    assert life.tick(utc("2026-03-29 00:00")) == {"sent": 1}
    assert [second.endpoint.endswith(push.path) for push in life.pushes.got] == [True, True]
    assert life.pushes.asked[gone] == 1


@pytest.mark.parametrize(("status", "after", "wait"), [(503, None, 1), (500, None, 1), (429, "300", 5), (429, "x", 1)])
def test_a_busy_push_service_is_asked_again_later(life: Life, person: Person, status, after, wait):
    person.push_on()
    busy = {"Retry-After": after} if after else {}
    life.pushes.answer = lambda path, before: (status, busy) if before == 0 else (201, {})
    assert life.tick(DUE) == {"later": 1}
    assert life.tick(DUE + timedelta(minutes=wait, seconds=-1)) == {}
    assert life.tick(DUE + timedelta(minutes=wait)) == {"sent": 1}
    assert [(row.tries, row.last_error) for row in life.rows()] == [(2, None)]


def test_a_push_service_that_stays_away_is_given_up(life: Life, person: Person):
    person.push_on()
    life.pushes.answer = lambda path, before: (503, {})
    for now in minutes(DUE, DUE + timedelta(hours=23), 1):
        send.drain(life.db, by=life.by, now=now) if now > DUE else life.tick(now)
    assert [(row.state, row.tries, row.last_error) for row in life.rows(key="2026-03-24")] == [
        ("failed", 6, "push service: 503")
    ]


def test_a_push_follows_no_redirect(life: Life, person: Person):
    person.push_on()
    life.pushes.answer = lambda path, before: (307, {"Location": f"{life.pushes.origin}/elsewhere"})
    assert life.tick(DUE) == {"failed": 1}
    assert "/elsewhere" not in life.pushes.asked


def test_with_every_fifth_try_failing_everybody_gets_exactly_one(life: Life):
    people = [life.person("Asia/Seoul", SINCE) for _ in range(15)]
    for n, one in enumerate(people):
        one.mail_on(f"p{n}@example.org")
        one.push_on()
    life.mails.got.clear()
    tries = {"mail": 0, "push": 0}

    def fails(way: str) -> bool:
        tries[way] += 1
        return tries[way] % 5 == 0

    life.mails.answer = lambda address, before: "451 later" if fails("mail") else "250 OK"
    life.pushes.answer = lambda path, before: (503, {}) if fails("push") else (201, {})
    for now in minutes(DUE, DUE + timedelta(minutes=30), 1):
        life.tick(now)
    assert Counter(to for to, _ in life.mails.got) == {f"p{n}@example.org": 1 for n in range(15)}
    assert sorted(Counter(push.path for push in life.pushes.got).values()) == [1] * 15
    assert min(tries.values()) > 15
    assert {row.state for row in life.rows()} == {"sent"}


@pytest.mark.parametrize(
    ("answer", "state", "error"),
    [
        ("550 no such mailbox", "failed", "mail server: 550"),
        ("451 later", "queued", "mail server: 451"),
        ("421 closing", "queued", "mail server: 421"),
    ],
)
def test_what_a_mail_server_refuses_is_tried_again_only_where_that_can_help(life, person, answer, state, error):
    person.mail_on("a@example.org")
    life.mails.answer = lambda address, before: answer
    life.tick(DUE)
    assert [(row.state, row.last_error) for row in life.rows()] == [(state, error)]


def test_a_mail_server_that_is_away_is_tried_again(life: Life, person: Person):
    person.mail_on("a@example.org")
    away = Post(life.by.public_url, "", (), "smtp://127.0.0.1:9", life.by.mail_from)
    plan.plan(life.db, offered=away.offered, now=DUE)
    assert send.drain(life.db, by=away, now=DUE) == {"later": 1}
    assert [row.last_error for row in life.rows()] == ["no mail server"]
    assert life.tick(DUE + MINUTE) == {"sent": 1}


def test_a_mail_is_signed_in_only_over_tls(by: Post, mail_server):
    """The server on this machine offers no sign-in, and one elsewhere without TLS gets no name and no password."""
    letter = post.Mail("a@example.org", "s", "t", "1", NOW)
    named = Post(by.public_url, "", (), by.smtp_url.replace("//", "//name:word@"), by.mail_from)
    assert post.mail(named, letter) == post.Outcome("later", "no mail server")
    port = by.smtp_url.rsplit(":", 1)[1]
    elsewhere = Post(by.public_url, "", (), f"smtp://name:word@127.0.0.2:{port}", by.mail_from)
    assert post.mail(elsewhere, letter).came == "later"
    assert mail_server.got == []


def test_a_pause_sends_nothing_and_makes_nothing_up(life: Life, person: Person):
    person.push_on()
    wish.pause(life.db, actor=person.actor, days=5, now=SINCE)
    for now in minutes(HOUR, utc("2026-03-29 01:00"), 30):
        life.tick(now)
    assert [row.key for row in life.rows(state="sent")] == ["2026-03-29"]
    assert len(life.pushes.got) == 1


def test_a_pause_begun_after_a_message_was_queued_stops_it(life: Life, person: Person):
    person.push_on()
    life.tick(DUE - timedelta(minutes=30))
    wish.pause(life.db, actor=person.actor, days=1, now=DUE - timedelta(minutes=20))
    assert life.tick(DUE) == {"skipped": 1}
    assert life.pushes.got == []


def test_a_later_hour_chosen_after_a_message_was_queued_moves_it(life: Life, person: Person):
    person.push_on()
    life.tick(DUE - timedelta(minutes=30))
    wish.times(life.db, actor=person.actor, hour=18, quiet_from=21, quiet_until=8, now=DUE - timedelta(minutes=20))
    came = [now for now in minutes(DUE, DUE + timedelta(hours=12), 30) if life.tick(now).get("sent")]
    assert came == [DUE + timedelta(hours=9)]
    assert len(life.pushes.got) == 1


def ended(life: Life, person: Person, how: str) -> None:
    """A way in which somebody stops being reminded."""
    at = DUE - timedelta(minutes=20)
    if how == "turned off":
        (endpoint,) = life.db.scalars(select(PushSubscription.endpoint))
        phones.unsubscribe(life.db, actor=person.actor, endpoint=endpoint, now=at)
    elif how == "signed out":
        assert person.actor.device_id
        access.revoke_device(life.db, actor=person.actor, device_session_id=person.actor.device_id, now=at)
    else:
        gone = update(Patient).where(Patient.id == person.actor.patient_id)
        life.db.execute(gone.values(withdrawn_at=at))
        life.db.commit()


@pytest.mark.parametrize("how", ["turned off", "signed out", "withdrawn"])
@pytest.mark.parametrize("queued", [True, False])
def test_nobody_is_reminded_who_no_longer_can_or_wishes_to_be(life: Life, person: Person, how: str, queued: bool):
    person.push_on()
    if queued:
        life.tick(DUE - timedelta(minutes=30))
    ended(life, person, how)
    assert life.tick(DUE) == ({"skipped": 1} if queued else {})
    assert life.pushes.got == []


def test_a_reminder_older_than_a_day_is_dropped(life: Life, person: Person):
    person.push_on()
    life.tick(DUE - timedelta(minutes=30))
    assert life.tick(DUE + timedelta(hours=24)) == {"skipped": 1}


def test_without_a_way_to_send_nothing_is_queued(life: Life, person: Person):
    person.push_on()
    person.mail_on("a@example.org")
    bare = Post("http://localhost:8000")
    assert bare.offered == ()
    assert plan.plan(life.db, offered=bare.offered, now=DUE) == 0


def test_a_missing_after_is_mailed_only_where_there_is_no_push(life: Life, person: Person):
    for instrument in ("nrs_week", "peg", "medicine_days"):
        person.answer(instrument, SINCE)
    person.mail_on("a@example.org")
    logged = SINCE + timedelta(hours=1)
    person.before(logged, logged.date())
    assert life.tick(logged + timedelta(minutes=89)) == {}
    assert life.tick(logged + timedelta(minutes=90)) == {"sent": 1}
    assert [(row.about, row.channel) for row in life.rows()] == [("after", "mail")]


@pytest.mark.parametrize("way", ["after", "cancelled"])
def test_a_lone_before_that_is_no_longer_alone_is_left_alone(life: Life, person: Person, way: str):
    person.push_on()
    logged = SINCE + timedelta(hours=1)
    visit = person.before(logged, logged.date())
    at = logged + timedelta(minutes=80)
    life.tick(at)
    if way == "after":
        person.answer("nrs_now", at, kind="after", session_id=visit)
    else:
        told = {"id": visit, "course_id": person.course, "held_on": logged.date(), "state": "cancelled"}
        log.session(life.db, actor=person.actor, now=at, **told)
    assert life.tick(logged + timedelta(minutes=90)).get("sent") is None
    assert life.pushes.got == []


def test_the_list_of_what_will_be_sent_is_what_is_sent(life: Life, person: Person):
    person.push_on()
    person.mail_on("a@example.org")
    told = plan.planned(
        life.db,
        clinic_id=person.actor.clinic,
        patient_id=person.actor.patient_id,  # type: ignore[arg-type]
        offered=life.by.offered,
        now=SINCE,
    )
    soon = [one for one in told if one.at <= SINCE + timedelta(days=12)]
    for now in minutes(HOUR, HOUR + timedelta(days=12), 60):
        life.tick(now)
    sent = {(row.sent_at, row.channel) for row in life.rows(state="sent")}
    assert {(one.at, way) for one in soon for way in one.channels} == sent
    assert len(sent) >= 6
    assert {one.at.tzinfo.key for one in told} == {"Asia/Seoul"}  # type: ignore[union-attr]


def test_nothing_of_a_person_stands_in_the_log_or_in_a_failed_row(life: Life, person: Person, caplog):
    caplog.set_level(logging.INFO, "tracker")
    logging.getLogger("tracker").addHandler(caplog.handler)
    browser = person.push_on()
    person.mail_on("canary@example.org")
    life.mails.answer = lambda address, before: f"550 {address} CANARY"
    life.pushes.answer = lambda path, before: (400, {"X": "CANARY"})
    life.tick(DUE)
    logging.getLogger("tracker").removeHandler(caplog.handler)
    secrets = ("canary", "CANARY", browser.endpoint, str(person.actor.patient_id))
    assert "failed=2" in caplog.text
    assert not [word for word in secrets if word in caplog.text]
    assert {row.last_error for row in life.rows()} == {"mail server: 550", "push service: 400"}


def test_rows_of_one_occasion_cannot_stand_twice(life: Life, person: Person):
    person.push_on()
    life.tick(DUE - timedelta(minutes=30))
    (row,) = life.rows()
    copy = {c.name: getattr(row, c.name) for c in Message.__table__.columns} | {"id": person.course}
    with pytest.raises(IntegrityError):
        life.db.execute(Message.__table__.insert().values(**copy))  # type: ignore[attr-defined]
    life.db.rollback()
