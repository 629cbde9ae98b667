"""A made-up home with questions in it, on a phone without signal: what is saved stays in the outbox to be read."""

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page

from tests.browser.served import stored
from tests.browser.test_screens import NOW, PERSON, course, day

HEAD = {"condition": "migraine", "words": "migraine", "places": [{"site": None, "side": "none", "words": "head"}]}
OVER = {"ended_on": day(-60), "ends_on": day(-60), "last_on": day(-88)}
COURSE = course()["id"]


def ask(instrument: str, **more: Any) -> dict[str, Any]:
    """A question that is open today."""
    days = {"due": day(0), "opens": day(0), "closes": day(3)}
    told = {"key": f"{instrument}/{day(0)}", "instrument": instrument, "kind": "check_in", **days}
    return {**told, "weekly": instrument == "nrs_week", **more}


def entry(instrument: str, value: float, **more: Any) -> dict[str, Any]:
    """An earlier answer at the left knee, two days old."""
    at = (NOW - timedelta(days=2)).isoformat()
    told = {"id": "0190f3c2-0000-7000-8000-000000000001", "kind": "check_in", "instrument": instrument, "value": value}
    where = {"site": "knee", "side": "left", "course_id": COURSE, "session_id": None, "items": None}
    return {**told, **where, "at": at, "late": False, **more}


def home(*courses: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What the clinic told."""
    person = {"id": PERSON, "initials": "A.K.", "carer": False, "pin": False}
    clinic = {"name": "Here", "emergency_number": "119", "synthetic": False}
    told = {"epoch": "one", "zone": "Asia/Seoul", "language": "en", "person": person}
    also = {"people": [person], "clinic": clinic, "entries": [], "reminders": {"offer": False}}
    return {**told, **also, "courses": list(courses), "diary": {"asked": False, "days": {}}, **more}


def shown(page: Page, told: dict[str, Any], at: str = "") -> Page:
    """The phone, on which nothing can be sent."""
    page.route("**/api/**", lambda route: route.abort())
    now = datetime.now(UTC).isoformat()
    page.route("**/app/home.json", lambda route: route.fulfill(json={"now": now, **told}))
    page.goto(f"/app{at}")
    page.locator("h1").first.wait_for()
    return page


def saved(page: Page, said: str) -> list[dict[str, Any]]:
    """Tap Save, wait for the receipt; the bodies of what is kept, oldest first, each with its noun."""
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name=said).wait_for()
    return kept(page)


def kept(page: Page) -> list[dict[str, Any]]:
    """Bodies in the outbox, with the kind of thing they are."""
    rows = sorted(stored(page, "outbox"), key=lambda row: row["seq"])
    return [{"noun": row["path"].split("/")[-2], "id": row["path"].split("/")[-1], **row["body"]} for row in rows]
