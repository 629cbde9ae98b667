"""Doors: every route says whom it admits; owner, colleague, stranger and the rest are tried on each of the URL map."""

import re
import tempfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from werkzeug.routing import AnyConverter, IntegerConverter, Rule, UUIDConverter

from tests.web.world import PEOPLE, ROLES, csrf, score, settings
from tracker.app import create_app
from tracker.web.doors import AUDIENCES, audiences_of

TARGETS = ("foreign", "missing", "colleague", "own")
NAMES = {"foreign": "stranger", "colleague": "colleague", "own": "owner"}
SEEN_BY = {"owner": {"own"}, "colleague": {"colleague"}, "stranger": {"foreign"}}
SEEN_BY |= {name: {"own", "colleague"} for name in ("front_desk", "practitioner", "clinic_admin")}
SEEN_BY |= {name: {"foreign"} for name in ("foreign_practitioner", "foreign_admin")}
TELL_APART = re.compile(r'[0-9a-f]{8}-[0-9a-f-]{27}|(?<=name="csrf_token" value=")[^"]+')
ALWAYS_ANSWERED = {
    "readings.post_batch",
    "readings.post_missing",
    "roster.search_roster",
    "sign_off.put_sign_off",
}  # their refusals stand inside, or the id is of the asker's making

APP = create_app(settings(Path(tempfile.mkdtemp())))
DOORS = sorted(
    ((rule, method) for rule in APP.url_map.iter_rules() for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}),
    key=lambda door: (door[0].rule, door[1]),
)


def name_of(door) -> str:
    return f"{door[1]} {door[0].rule}"


@pytest.mark.parametrize("rule", sorted({rule.endpoint for rule, _ in DOORS}))
def test_every_route_says_whom_it_admits(rule):
    with APP.app_context():
        admitted = audiences_of(rule)
    assert admitted is not None, f"{rule} has no @admits"
    assert admitted <= set(AUDIENCES)


def test_a_view_without_a_mark_admits_nobody(tmp_path):
    bare = create_app(settings(tmp_path))
    bare.add_url_rule("/api/v1/forgotten", "forgotten", lambda: "secret")
    assert bare.test_client().get("/api/v1/forgotten").status_code == 401


class Ids:
    """Ids of one target, by the names routes give them."""

    def __init__(self, world, target):
        name = NAMES.get(target)
        self.known = {
            part.removesuffix("s") + "_id": getattr(world, part)[name] if name else uuid4()
            for part in (
                "courses",
                "patients",
                "sessions",
                "readings",
                "reactions",
                "milestones",
                "items",
                "consents",
                "co_treatments",
                "assessments",
                "links",
                "devices",
                "invitations",
                "exports",
                "imports",
                "tokens",
                "sign_offs",
            )
        }
        self.known["user_id"] = (
            world.staff["foreign_practitioner" if target == "foreign" else "practitioner"] if name else uuid4()
        )
        self.known["other_id"] = world.others[name] if name else uuid4()
        self.code = f"P-{name or 'nobody'}"

    def fill(self, rule: Rule) -> dict:
        return {name: self.one(name, converter) for name, converter in rule._converters.items()}

    def one(self, name, converter):
        if isinstance(converter, UUIDConverter):
            return self.known[name]  # a KeyError here means: a new kind of id, add it above
        if isinstance(converter, AnyConverter):
            return sorted(converter.items)[0]
        return 0 if isinstance(converter, IntegerConverter) else "x"


def body_of(endpoint, world, ids):
    course = str(ids.known["course_id"])
    day = str((world.before + timedelta(hours=9)).date())
    reading = score(world, course_id=course)
    return {
        "readings.put_reading": reading,
        "readings.post_batch": {"readings": [{"id": str(uuid4()), **reading}]},
        "readings.post_missing": {"ids": [str(ids.known["reading_id"])]},
        "sessions.put_session": {"course_id": course, "held_on": day},
        "reactions.put_reaction": {"course_id": course, "occurred_on": day, "code": "bruise"},
        "milestones.put_milestone": {"course_id": course, "code": "surgery", "happened_on": day},
        "dose.put_plan": {"planned_sessions": 8, "planned_per_week": 2},
        "dose.post_merge": {"into": str(ids.known["other_id"])},
        "dose.put_consent": {"course_id": course, "product": "herbal", "answer": "given", "answered_on": day},
        "dose.put_co_treatment": {"course_id": course, "kind": "medicine", "code": "simple", "begun_on": day},
        "dose.put_assessment": {"reaction_id": str(ids.known["reaction_id"]), "grade": 1},
        "courses.put_course": {"patient_id": str(ids.known["patient_id"]), "condition": "low_back"},
        "roster.search_roster": {"search": ids.code},
        "worklist.resolve_item": {"resolution": "noted"},
        "sign_off.put_sign_off": {"record_id": "nice-ng226", "language": "es", "text": "0" * 64},
        "invitations.post_invitation": {"patient_id": str(ids.known["patient_id"])},
    }.get(endpoint, {})


def knock(client, door, world, target, token):
    """One try: status and body, with ids and form tokens masked."""
    rule, method = door
    ids = Ids(world, target)
    with APP.test_request_context():
        path = APP.url_map.bind("localhost").build(rule.endpoint, ids.fill(rule), method=method)
    if rule.rule.startswith("/api/"):
        answer = client.open(path, method=method, json=None if method == "GET" else body_of(rule.endpoint, world, ids))
    else:
        answer = client.open(path, method=method, data={"csrf_token": token} if method == "POST" else None)
    return (
        answer.status_code,
        answer.headers.get("Location", ""),
        TELL_APART.sub("…", answer.data.decode(errors="replace")),
    )


def names_an_object(door, world) -> bool:
    rule, _ = door
    return any(isinstance(c, UUIDConverter) for c in rule._converters.values()) or bool(
        body_of(rule.endpoint, world, Ids(world, "own"))
    )


@pytest.mark.parametrize("name", ["anonymous", *PEOPLE])
@pytest.mark.parametrize("one", DOORS, ids=name_of)
def test_each_person_at_each_door(door, world, one, name):
    rule, _ = one
    with APP.app_context():
        admitted = audiences_of(rule.endpoint) or frozenset()
    client = door.enter(name)
    token = csrf(client)
    targets = last_theirs(name) if names_an_object(one, world) else ["own"]
    got = {target: knock(client, one, world, target, token) for target in targets}
    assert all(status < 500 for status, *_ in got.values()), got
    if "anonymous" in admitted:
        return
    if name == "anonymous":
        assert all(s == 401 or (s, where) == (303, "/sign-in") for s, where, _ in got.values()), got
    elif ROLES.get(name, name) not in admitted:
        assert {status for status, *_ in got.values()} == {403}, got
    elif len(targets) > 1:
        check_objects(rule.endpoint, name, got)


def last_theirs(name) -> list[str]:
    """What is theirs comes last: what succeeds may leave a message for the next page."""
    return sorted(TARGETS, key=lambda target: target in SEEN_BY.get(name, ()))


def check_objects(endpoint, name, got):
    """What is not theirs looks exactly as what does not exist; what is theirs is there."""
    for target in set(TARGETS) - SEEN_BY[name]:
        assert got[target] == got["missing"], target
        assert got[target][0] == 404 or endpoint in ALWAYS_ANSWERED, got[target]
        assert "created" not in got[target][2] or endpoint not in ALWAYS_ANSWERED
    for target in SEEN_BY[name]:
        assert got[target][0] not in (401, 403, 404), (target, got[target])


def test_a_foreign_reading_id_is_a_free_one(door, world):
    """The id of a stranger's reading, written to the own course, behaves as unseen (also against a unique key)."""
    body = score(world, course_id=str(world.courses["stranger"]))
    answer = door.enter("stranger").put(f"/api/v1/readings/{world.reading}", json=body)
    assert (answer.status_code, UUID(answer.json["id"])) == (201, world.reading)
