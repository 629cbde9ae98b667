"""Chromium that finds its database damaged begins an empty one, after some kills: what the phone kept stands twice."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.trust.week.damage import FIRST, LOSSES, TWIN, damage
from tests.trust.week.phone import Phone

pytestmark = pytest.mark.xdist_group("week")

NOW = datetime(2026, 10, 8, 8, 0, tzinfo=UTC)
NO_TWIN = "navigator.storageBuckets.open = () => Promise.reject(new Error('no room'))"


@pytest.fixture
def phone(new_phone) -> Phone:
    """A phone that has sent one answer."""
    made = new_phone(at=NOW, conditions=["knee_oa"])
    log(made, 9)
    assert made.settle() == []
    return made


def log(phone: Phone, value: int) -> None:
    """One score, kept."""
    person = phone.people[0]
    more = {"kind": "check_in", "instrument": "nrs_now"}
    place = {"site": "knee", "side": "left"}
    course = {"id": str(person.courses["knee_oa"])}
    phone.keep(person, [{"course": course, "place": place, "value": value, "more": more}])


def start_damaged(phone: Phone, *which: str) -> list[str]:
    """The phone dies, this is damaged, and it starts again; what the browser says that it lost."""
    phone.kill()
    for one in which:
        damage(phone.chromium.profile, one)
    phone.switch_on()
    assert phone.context is not None
    phone.context.add_init_script(LOSSES)
    return phone.open_tab().evaluate("self.losses")


def waiting(phone: Phone) -> list[int]:
    """The scores that wait."""
    return [one["body"]["value"] for one in phone.left()["waiting"]]


def problems(phone: Phone) -> list[str]:
    """All sent: what is not as the ledger has it."""
    return phone.settle() + phone.ledger.problems(phone.clinic, *phone.people)


def test_what_waits_outlives_a_damaged_database(phone):
    """Without signal too: the home stands, what waits waits, and the numbers go on."""
    phone.go_offline(True)
    log(phone, 1)
    log(phone, 2)
    assert start_damaged(phone, FIRST) == ["first"]
    expect(phone.tabs[-1].get_by_role("link", name="2 waiting")).to_be_visible()
    assert waiting(phone) == [1, 2]
    log(phone, 3)
    assert problems(phone) == []
    assert [row["device_seq"] for row in phone.clinic.rows("reading", *phone.people)] == [1, 2, 3, 4]


def test_closed_copies_outlive_it_too(phone):
    """What the clinic loses afterwards is still offered again."""
    assert start_damaged(phone, FIRST) == ["first"]
    phone.ledger.put_back |= phone.clinic.put_back(phone.people, 1)
    assert problems(phone) == []


def test_a_damaged_twin_is_made_anew_and_serves_again(phone):
    phone.go_offline(True)
    log(phone, 1)
    start_damaged(phone, TWIN)
    log(phone, 2)
    assert phone.tabs[-1].evaluate("self.losses") == ["twin"]
    assert start_damaged(phone, FIRST) == ["first"]
    assert waiting(phone) == [1, 2]
    assert problems(phone) == []


def test_what_the_twin_missed_it_learns_with_the_next_write(phone):
    """For a while the browser had no room for the twin."""
    phone.go_offline(True)
    phone.context.add_init_script(NO_TWIN)
    phone.tabs[-1].reload()
    log(phone, 1)
    phone.restart()
    log(phone, 2)
    assert start_damaged(phone, FIRST) == ["first"]
    assert waiting(phone) == [1, 2]
    assert problems(phone) == []


def test_what_one_tab_could_not_tell_the_twin_another_tells_it(phone):
    phone.go_offline(True)
    log(phone, 1)
    phone.context.add_init_script(NO_TWIN)
    phone.open_tab()
    log(phone, 2)
    phone.close_tab()
    log(phone, 3)
    assert start_damaged(phone, FIRST) == ["first"]
    assert waiting(phone) == [1, 2, 3]
    assert problems(phone) == []


def test_what_was_logged_while_the_twin_was_away_stands_beside_what_the_twin_kept(phone):
    """The first database is given up, and for a while the browser does not hand out the twin: both stories count."""
    phone.go_offline(True)
    log(phone, 1)
    log(phone, 2)
    phone.kill()
    damage(phone.chromium.profile, FIRST)
    phone.switch_on()
    assert phone.context is not None
    phone.context.add_init_script(NO_TWIN)
    phone.open_tab()
    log(phone, 3)
    assert waiting(phone) == [3]
    phone.restart()
    expect(phone.tabs[-1].get_by_role("link", name="3 waiting")).to_be_visible()
    assert waiting(phone) == [1, 2, 3]
    log(phone, 4)
    assert start_damaged(phone, FIRST) == ["first"]
    assert waiting(phone) == [1, 2, 3, 4]
    assert phone.settle() == []
    assert [row["value"] for row in phone.clinic.rows("reading", *phone.people)] == [9, 1, 2, 3, 4]


def test_so_it_is_where_the_clinic_has_told_the_new_one_of_its_home(phone):
    """More was written since than the twin ever saw; what the clinic has stored meanwhile is not sent again."""
    phone.go_offline(True)
    log(phone, 1)
    phone.kill()
    damage(phone.chromium.profile, FIRST)
    phone.offline = False
    phone.switch_on()
    assert phone.context is not None
    phone.context.add_init_script(NO_TWIN)
    phone.open_tab()
    for value in (2, 3, 4, 5):
        log(phone, value)
        phone.flush()
    phone.go_offline(True)
    log(phone, 6)
    assert waiting(phone) == [6]
    phone.restart()
    expect(phone.tabs[-1].get_by_role("link", name="2 waiting")).to_be_visible()
    assert waiting(phone) == [1, 6]
    assert phone.settle() == []
    assert sorted(row["value"] for row in phone.clinic.rows("reading", *phone.people)) == [1, 2, 3, 4, 5, 6, 9]
    assert start_damaged(phone, FIRST) == ["first"]
    assert waiting(phone) == []


def test_both_damaged_the_phone_says_so_and_goes_on(phone):
    phone.go_offline(True)
    log(phone, 1)
    assert sorted(start_damaged(phone, FIRST, TWIN)) == ["first", "twin"]
    page = phone.tabs[-1]
    said = page.get_by_text("This phone's browser has lost what was kept here.")
    expect(said).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    assert page.get_by_text("Nothing you logged is lost.").count() == 0
    phone.go_offline(False)
    page.reload()
    expect(said).to_be_visible()
    page.locator("#lost").get_by_role("button", name="Done").click()
    expect(said).to_be_hidden()
    page.reload()
    page.locator("#screen [data-head]").first.wait_for()
    log(phone, 2)
    assert phone.settle() == []
    assert [row["value"] for row in phone.clinic.rows("reading", *phone.people)] == [9, 2]
    expect(said).to_be_hidden()
