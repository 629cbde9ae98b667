"""After signing out nothing of the person is left on the phone; who comes next sees nothing of who was there before."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.trust.week.phone import Phone

pytestmark = pytest.mark.xdist_group("week")

NOW = datetime(2026, 10, 8, 8, 0, tzinfo=UTC)
CANARY = "canary in the words of a report"
ONCE = ("people", "home", "parts", "outbox", "sent")  # stores in which everything stands under somebody's id
PERSONAL = (*ONCE, *(f"twin/{name}" for name in ONCE))

# Everything a page of this origin can keep, as JSON; bytes that cannot be read are told by their length.
KEPT = """
() => navigator.locks.request("store", async () => {
  const plain = (key, value) => (value instanceof ArrayBuffer ? `${value.byteLength} bytes` : value);
  const request = (asked) =>
    new Promise((yes, no) => { asked.onsuccess = () => yes(asked.result); asked.onerror = no; });
  const stores = {};
  const look = async (where, databases) => {
    for (const { name } of await databases.databases()) {
      const db = await request(databases.open(name));
      for (const store of db.objectStoreNames) {
        const at = db.transaction(store).objectStore(store);
        const [keys, values] = await Promise.all([request(at.getAllKeys()), request(at.getAll())]);
        stores[`${where}${store}`] = keys.map((key, n) => [key, values[n]]);
      }
      db.close();
    }
  };
  await look("", indexedDB);
  for (const name of await navigator.storageBuckets.keys()) {
    const bucket = await navigator.storageBuckets.open(name);
    await look(`${name}/`, bucket.indexedDB);
  }
  const cached = {};
  for (const name of await caches.keys())
    for (const asked of await (await caches.open(name)).keys())
      cached[asked.url] = await (await (await caches.open(name)).match(asked)).text();
  const simple = { local: { ...localStorage }, session: { ...sessionStorage }, cookie: document.cookie };
  return JSON.stringify({ stores, cached, ...simple }, plain);
})
"""


def kept(page: Page) -> dict[str, Any]:
    """All that this phone keeps for this address."""
    return json.loads(page.evaluate(KEPT))


def sign_out(phone: Phone) -> Page:
    """As a person does it: Help, then the button; what waits goes out first."""
    page = phone.tabs[-1]
    page.goto(f"{phone.line.url}/app/help")
    return sign_out_here(page)


def sign_out_here(page: Page) -> Page:
    """The button of the page that is open."""
    page.get_by_role("button", name="Sign out on this phone").click()
    page.wait_for_url(lambda url: "/app" not in url)
    return page


def busy(phone: Phone) -> None:
    """Somebody logs, reports, looks at their progress, and waits for signal with the last one."""
    person = phone.people[0]
    course = str(next(iter(person.courses.values())))
    more = {"kind": "check_in", "instrument": "nrs_now", "reason": CANARY}
    score = {"course": {"id": course}, "place": {"site": "knee", "side": "left"}, "value": 9, "more": more}
    phone.keep(person, [score, {"reaction": {"course_id": course, "code": "bruise", "words": CANARY}}])
    assert phone.settle() == []
    phone.tabs[-1].goto(f"{phone.line.url}/app/progress")
    phone.tabs[-1].goto(f"{phone.line.url}/app")
    phone.tabs[-1].locator("#screen [data-head]").first.wait_for()
    phone.go_offline(True)
    phone.keep(person, [score])
    phone.go_offline(False)


@pytest.fixture
def phone(new_phone) -> Phone:
    """A phone on which one person was busy."""
    made = new_phone(at=NOW, conditions=["knee_oa"])
    busy(made)
    return made


def test_the_look_into_the_phone_sees_what_is_there(phone):
    found = kept(phone.tabs[-1])
    assert all(word in json.dumps(found) for word in (str(phone.people[0].id), CANARY, "A.K."))
    assert all(found["stores"][name] for name in PERSONAL)
    assert all(found["stores"][name] == found["stores"][f"twin/{name}"] for name in (*ONCE, "meta"))


def test_nothing_of_a_person_is_left_after_signing_out(phone):
    person = phone.people[0]
    page = sign_out(phone)
    found = kept(page)
    assert [name for name in PERSONAL if found["stores"].get(name)] == []
    names = [str(person.id), person.id.hex, CANARY, person.initials, *(str(id) for id in person.courses.values())]
    assert [name for name in names if name in json.dumps(found)] == []
    assert phone.context is not None
    assert [cookie["name"] for cookie in phone.context.cookies() if cookie["name"] == "device"] == []
    assert len(phone.clinic.rows("reading", person)) == 2  # what waited went out before


def test_a_page_of_another_session_signs_out_too(phone):
    """The browser was closed since Help came: its session is another one, the form of the kept page is the old one."""
    page = phone.tabs[-1]
    page.goto(f"{phone.line.url}/app/help")
    page.get_by_role("button", name="Sign out on this phone").wait_for()
    phone.context.clear_cookies(name="session")
    sign_out_here(page)
    assert [cookie["name"] for cookie in phone.context.cookies() if cookie["name"] == "device"] == []


def test_the_next_person_sees_nothing_of_the_one_before(phone):
    sign_out(phone)
    first, second = phone.people[0], phone.clinic.person("B.M.", "low_back")
    phone.people = [second]
    phone.sign_in()
    page = phone.open_tab()
    expect(page.get_by_text("B.M.")).to_be_visible()
    said = page.content() + json.dumps(kept(page))
    assert [word for word in (first.initials, str(first.id), CANARY) if word in said] == []
    course = str(next(iter(second.courses.values())))
    more = {"kind": "check_in", "instrument": "nrs_now"}
    place = {"site": "low back", "side": "none"}
    phone.keep(second, [{"course": {"id": course}, "place": place, "value": 1, "more": more}])
    assert phone.settle() == []
    assert [row["value"] for row in phone.clinic.rows("reading", second)] == [1]
    assert [row["value"] for row in phone.clinic.rows("reading", first)] == [9, 9]
