"""The work list on the page and over HTTP: words, closing once from two tabs, the call's answer, filters."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.web.world import csrf
from tracker.charts import phrases
from tracker.science.scales import INSTRUMENTS
from tracker.services import log, worklist
from tracker.services.actor import operator
from tracker.services.views import PlaceView
from tracker.services.worklist import WorkView
from tracker.storage import Patient, Reading, WorkItem
from tracker.web import work_words
from tracker.web.database import session

DAY = timedelta(days=1)
PAGE = "/clinic/worklist"


def item_of(app, id) -> WorkItem:
    with app.app_context():
        found = session().scalars(select(WorkItem).where(WorkItem.id == id)).one()
        session().expunge(found)
        return found


def send(client, id, what="resolve", **data):
    return client.post(f"{PAGE}/{id}/{what}", data={"csrf_token": csrf(client), **data})


def test_a_reaction_stands_on_the_page_with_what_it_was(door):
    page = door.enter("practitioner").get(PAGE).text
    assert "A bruise" in page
    assert "P-owner" in page
    assert "P-stranger" not in page


def test_closing_once_from_two_tabs_and_after_a_lost_answer(door, world):
    client, id = door.enter("practitioner"), world.items["owner"]
    first = send(client, id, resolution="spoke", note="all is well", reason="reaction")
    assert (first.status_code, first.headers["Location"]) == (303, f"{PAGE}?reason=reaction")
    kept = item_of(door.app, id)
    assert send(client, id, resolution="spoke", note="all is well").status_code == 303  # the answer was lost
    other = send(door.enter("clinic_admin"), id, resolution="noted")  # the other tab, still open
    assert other.status_code == 409
    assert "closed this item already" in other.text
    now = item_of(door.app, id)
    assert (now.resolution, now.note, now.resolved_at, now.resolved_by) == (
        *("spoke", "all is well", kept.resolved_at),
        world.staff["practitioner"],
    )
    page = client.get(PAGE).text
    past = page[page.index("Closed in the last 28 days") :]
    assert "Spoke with the patient" in past
    assert "all is well" in past
    assert "practitioner" in past


@pytest.mark.parametrize("data", [{}, {"resolution": "cured"}, {"resolution": "spoke", "note": "x" * 2001}])
def test_a_form_that_does_not_hold_closes_nothing(door, world, data):
    client, id = door.enter("practitioner"), world.items["owner"]
    assert send(client, id, **data).status_code == 422
    assert item_of(door.app, id).resolved_at is None


def test_a_form_without_its_token_closes_nothing(door, world):
    id = world.items["owner"]
    answer = door.enter("practitioner").post(f"{PAGE}/{id}/resolve", data={"resolution": "spoke"})
    assert answer.status_code in (400, 403)
    assert item_of(door.app, id).resolved_at is None


def test_filters_stand_in_the_address(door):
    client = door.enter("practitioner")
    assert "A bruise" in client.get(f"{PAGE}?reason=reaction").text
    assert "A bruise" not in client.get(f"{PAGE}?reason=call").text
    assert "A bruise" not in client.get(f"{PAGE}?practitioner=Nobody").text
    assert "A bruise" in client.get(f"{PAGE}?reason=nonsense").text


def test_over_http(door, world):
    client, id = door.enter("practitioner"), world.items["owner"]
    page = client.get("/api/v1/worklist", query_string={"size": 1}).json
    assert page["next"] is not None
    rest = client.get("/api/v1/worklist", query_string={"after": page["next"]}).json
    rows = page["rows"] + rest["rows"]
    assert {row["reason"] for row in rows} == {"reaction"}
    assert [row["patient_code"] for row in rows if row["id"] == str(id)] == ["P-owner"]
    path = f"/api/v1/worklist/{id}/resolve"
    first = client.post(path, json={"resolution": "referred", "note": "to the hospital"})
    assert (first.status_code, first.json["resolution"]) == (200, "referred")
    assert client.post(path, json={"resolution": "referred", "note": "to the hospital"}).json == first.json
    assert client.post(path, json={"resolution": "referred"}).status_code == 409
    assert client.post(path, json={"resolution": "cured"}).status_code == 422
    assert client.post(path, json={}).status_code == 422
    done = client.get("/api/v1/worklist", query_string={"state": "resolved"}).json["rows"]
    assert [row["id"] for row in done] == [str(id)]


@pytest.mark.parametrize("query", ["state=lost", "reason=pain", "size=0", "after=nowhere", "sort=x"])
def test_what_the_list_cannot_be_asked(door, query):
    assert door.enter("practitioner").get(f"/api/v1/worklist?{query}").status_code == 422


@pytest.fixture
def call(door, world):
    """The owner's course ended some weeks ago and the first month's check-in stands unanswered."""
    with door.app.app_context():
        store, course = session(), world.courses["owner"]
        whose = store.scalars(select(Patient.id).where(Patient.code == "P-owner")).one()
        made = WorkItem(
            clinic_id=world.clinics["here"],
            id=uuid4(),
            patient_id=whose,
            course_id=course,
            reason="call",
            month=1,
            instrument="nrs_week",
            opened_on=datetime.now(UTC).date(),
            opened_at=datetime.now(UTC),
            details={"asked": "2026-03-01", "closes": "2099-03-17"},
        )
        store.add(made)
        store.commit()
        return made.id


def test_what_was_said_on_the_call_is_entered_once(door, world, call):
    client = door.enter("practitioner")
    page = client.get(f"{PAGE}?reason=call").text
    assert "stood unanswered for 14 days" in page
    assert len(re.findall(r'type="radio" name="value-0"', page)) == 11
    before = door.scores()
    assert send(client, call, "answer").status_code == 422  # nothing was chosen: no score, not 0
    for _ in range(2):
        assert send(client, call, "answer", **{"value-0": "0"}).status_code == 303
    assert send(client, call, "answer", **{"value-0": "4"}).status_code == 409
    assert door.scores() == before + 1
    with door.app.app_context():
        row = session().scalars(select(Reading).order_by(Reading.received_at.desc())).first()
        assert row is not None
        assert (row.value, row.entered_by, row.kind, row.instrument) == (0, "assisted", "check_in", "nrs_week")
    assert item_of(door.app, call).resolution == "answered"


def test_a_score_that_arrives_over_http_is_on_the_list_at_once(door, world):
    """Nothing to ten, sent by the phone; twice, since the first answer was lost."""
    who, course = operator(world.clinics["here"]), world.courses["owner"]
    with door.app.app_context():
        at = datetime.now(UTC) - 3 * DAY
        for n in range(2):
            told = {"kind": "check_in", "instrument": "nrs_week", "value": 0, "recorded_at": at + n * DAY}
            log.reading(session(), actor=who, id=uuid4(), course_id=course, now=at + n * DAY, **told)
    id = uuid4()
    body = {"course_id": str(course), "kind": "check_in", "instrument": "nrs_week", "value": 8}
    body |= {"recorded_at": datetime.now(UTC).isoformat()}
    phone = door.enter("owner")
    assert [phone.put(f"/api/v1/readings/{id}", json=body).status_code for _ in range(2)] == [201, 200]
    page = door.enter("practitioner").get(f"{PAGE}?reason=sudden").text
    assert page.count("8 above the mean of the 2 before it (0). 4 or more is listed.") == 1


def view(reason, code="nrs_week", **details):
    """An item with this arithmetic."""
    with_defaults = {"against": "earlier", "n": 7, "needed": 2.0, "now": 5.0, "before": 3.0, "difference": 2.0}
    return WorkView(
        *(uuid4(), uuid4(), uuid4(), "P", "", "knee_oa", None, reason, 1, "knee", "left"),
        scale=INSTRUMENTS.get(code),
        subject_id=None,
        opened_on=datetime(2026, 6, 1, tzinfo=UTC).date(),
        opened_at=datetime(2026, 6, 1, tzinfo=UTC),
        details=with_defaults | details,
        corrected=False,
        reactions=(),
        last_value=None,
        last_on=None,
        last_scale=None,
        places=(PlaceView("knee", "right"), PlaceView("knee", "left")),
    )


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (
            view("worsened", now=6.0, before=3.3, difference=2.7),
            "The mean of the last 3 scores is 6, 2.7 above the mean of the 7 before (3.3). 2 or more is listed.",
        ),
        (
            view("worsened", against="end", n=1, before=2.5, difference=2.5, needed=2.34),
            "The mean of the last 3 scores is 5, 2.5 above the value at the end of the course (2.5). "
            "2.34 or more is listed.",
        ),
        (
            view("top", before=7.5),
            "Two scores in a row are 9 or more; the mean of all earlier ones is 7.5, and up to 7.5 is listed.",
        ),
        (
            view("sudden", against="baseline", n=0, now=8.0, before=0.0, difference=8.0, needed=4.0, on="2026-05-12"),
            "A score of 8 on 12 May is 8 above the baseline (0). 4 or more is listed.",
        ),
        (
            view("sudden", n=1, now=8.0, before=4.0, difference=4.0, needed=4.0, on="2026-05-12"),
            "A score of 8 on 12 May is 4 above the score before it (4). 4 or more is listed.",
        ),
        (
            view("call", asked="2026-05-12", closes="2026-06-30"),
            "The check-in of month 1, on 12 May, stood unanswered for 14 days. Its window closes on 30 June 2026.",
        ),
        (
            view("ended", last="2026-05-04", held=9),
            "No session in the 28 days after the last of 9 sessions, on 4 May 2026.",
        ),
        (view("ended", last="2026-05-30", held=1), "The course was closed after 1 session, the last on 30 May 2026."),
        (view("ended", last=None, held=0), "The course was closed; no session was held."),
        (
            view("review_due", start="2026-05-04", held=5),
            "28 days have passed since the start or the last review. 5 sessions held since 4 May 2026.",
        ),
    ],
    ids=lambda one: one.reason if isinstance(one, WorkView) else "",
)
def test_a_reason_is_arithmetic_in_words(item, said):
    assert work_words.why(item, datetime(2026, 6, 2, tzinfo=UTC).date()) == said


def test_an_item_leads_to_its_own_place():
    assert view("sudden").number == 1
    assert work_words.about(view("sudden")) == f"{phrases.measure(INSTRUMENTS['nrs_week']).title}, left knee"


def test_every_reason_has_words_and_taps():
    assert set(work_words.REASON) == set(work_words.ONE_TAP) == set(work_words.SENTENCES) == set(worklist.REASONS)
    assert {code for taps in work_words.ONE_TAP.values() for code in taps} < set(work_words.RESOLUTION)
