"""The clinic's tablet in a patient's hands: two taps and Save, and nothing of patient or staff is left to find."""

import re
from uuid import UUID

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from tests.browser.axe import violations
from tests.browser.served import Served, served
from tests.browser.test_desk import SCREENS, signed_in
from tracker.services import language as languages
from tracker.services import today
from tracker.services.actor import Actor
from tracker.storage import Kiosk, Reading
from tracker.web.database import session

__all__ = ["served"]

WORKERS = "allow"

TABLET = {"width": 820, "height": 1180}
CODE = "4821"
LEFT_BEHIND = """async () => ({
    local: Object.keys(localStorage), session: Object.keys(sessionStorage), caches: await caches.keys(),
    databases: (await indexedDB.databases()).map(({ name }) => name), text: document.body.innerText,
})"""


def coming(served: Served, *names: str) -> None:
    """These patients stand on today's list."""
    world = served.world
    with served.door.app.app_context():
        desk = Actor("staff", world.staff["front_desk"], world.clinics["here"], "front_desk")
        for name in names:
            today.arrive(session(), actor=desk, course_id=world.courses[name])


def row(page: Page, name: str):
    """Somebody's line on today's list."""
    return page.locator(".arrival").filter(has_text=f"P-{name}")


def hand_over(page: Page, name: str = "owner") -> None:
    """The desk hands the tablet to a patient."""
    row(page, name).get_by_role("link", name="Hand over the tablet").click()
    page.get_by_label("A code of 4 to 6 digits").fill(CODE)
    page.get_by_role("button", name="Hand over").click()
    page.wait_for_url("**/kiosk")


def take_back(page: Page, code: str = CODE) -> None:
    """The desk types its code."""
    page.get_by_label("Staff: the code you chose").fill(code)
    page.get_by_role("button", name="Take it back").click()


def choose(page: Page, score: int) -> None:
    page.locator("score-pad").get_by_role("radio", name=re.compile(rf"^{score}\b")).check(force=True)
    page.get_by_role("button", name="Save", exact=True).click()


def stored(served: Served, name: str = "owner") -> list[tuple]:
    """What the store has of today, by moment."""
    world = served.world
    with served.door.app.app_context():
        mine = select(Reading.kind, Reading.value, Reading.entered_by).where(
            Reading.course_id == world.courses[name], Reading.id != world.readings[name], Reading.device_id.is_not(None)
        )
        return [tuple(one) for one in session().execute(mine.order_by(Reading.received_at, Reading.id))]


def put_aside(page: Page, served: Served) -> None:
    """Left and opened again. What says goodbye may reach the server after what the next page asks: it is waited for."""
    page.goto("about:blank")
    with served.door.app.app_context():
        for _ in range(300):
            if session().scalar(select(Kiosk.forgotten_at)) is not None:
                break
            session().rollback()
            page.wait_for_timeout(50)
    page.goto("/kiosk")


@pytest.fixture
def tablet(served: Served) -> Page:
    """The front desk on the clinic's tablet, two patients on today's list."""
    coming(served, "owner", "colleague")
    page = signed_in(served, "front_desk", viewport=TABLET)
    page.goto("/clinic/today")
    return page


def test_a_patient_scores_before_and_after_and_the_desk_never_sees_which(tablet: Page, served: Served):
    tablet.clock.install()
    hand_over(tablet)
    expect(tablet.locator("#whose")).to_have_text("For OW")
    tablet.get_by_role("button", name="Before treatment").click()
    choose(tablet, 0)
    expect(tablet.get_by_role("heading", name="Saved: 0 before treatment.")).to_be_visible()
    assert stored(served) == [("before", 0, "patient")]
    tablet.clock.run_for(15_000)
    expect(tablet.get_by_role("heading", name="This is finished.")).to_be_visible()
    take_back(tablet)
    tablet.wait_for_url("**/clinic/today")
    expect(row(tablet, "owner").locator(".given").first).to_contain_text("✓")
    hand_over(tablet)
    choose(tablet, 4)
    expect(tablet.get_by_role("heading", name="Saved: 4 after treatment.")).to_be_visible()
    tablet.get_by_role("button", name="Done").click()
    take_back(tablet)
    tablet.wait_for_url("**/clinic/today")
    expect(row(tablet, "owner").get_by_role("link", name="Hand over the tablet")).to_have_count(0)
    assert stored(served) == [("before", 0, "patient"), ("after", 4, "patient")]


def test_it_forgets_fifteen_seconds_after_saving_and_not_before(tablet: Page):
    tablet.clock.install()
    hand_over(tablet)
    tablet.get_by_role("button", name="Before treatment").click()
    choose(tablet, 7)
    saved = tablet.get_by_role("heading", name="Saved: 7")
    expect(saved).to_be_visible()
    tablet.clock.run_for(14_000)
    expect(saved).to_be_visible()
    tablet.clock.run_for(1_000)
    expect(tablet.get_by_role("heading", name="This is finished.")).to_be_visible()
    nothing_left(tablet)


def nothing_left(page: Page) -> None:
    """Neither on the screen nor in the browser; the cookies are the tablet's own."""
    left = page.evaluate(LEFT_BEHIND)
    assert not re.search(r"\bOW\b|Saved|[0-9]", left.pop("text"))
    assert left == {"local": [], "session": [], "caches": [], "databases": []}
    assert {one.get("name") for one in page.context.cookies()} <= {"kiosk", "session"}


def test_no_way_leads_from_the_patients_page_to_the_staffs(tablet: Page, served: Served):
    hand_over(tablet)
    expect(tablet.get_by_role("button", name="Before treatment")).to_be_visible()
    for path in ("/clinic/today", "/clinic/people", "/", "/clinic/roster"):
        other = tablet.context.new_page()
        other.goto(path)
        assert not re.search(r"P-owner|P-colleague|Enrol", other.content()), path
        other.close()
    for _ in range(3):
        tablet.go_back()
        assert not re.search(r"P-owner|P-colleague|Enrol a patient", tablet.content())
    tablet.goto("/kiosk")
    expect(tablet.get_by_label("Staff: the code you chose")).to_be_visible()


@pytest.mark.parametrize("way", ["back", "reload", "address"])
def test_what_was_forgotten_does_not_come_back(tablet: Page, way: str):
    hand_over(tablet)
    tablet.get_by_role("button", name="Before treatment").click()
    choose(tablet, 7)
    tablet.get_by_role("button", name="Done").click()
    expect(tablet.get_by_role("heading", name="This is finished.")).to_be_visible()
    {"back": tablet.go_back, "reload": tablet.reload, "address": lambda: tablet.goto("/kiosk")}[way]()
    assert not re.search(r"For OW|Saved: 7|P-owner", tablet.content())
    tablet.goto("/kiosk")
    expect(tablet.get_by_label("Staff: the code you chose")).to_be_visible()
    nothing_left(tablet)


def test_the_second_patient_never_sees_the_first(tablet: Page, served: Served):
    hand_over(tablet, "owner")
    tablet.get_by_role("button", name="Before treatment").click()
    choose(tablet, 9)
    tablet.get_by_role("button", name="Done").click()
    take_back(tablet)
    tablet.wait_for_url("**/clinic/today")
    hand_over(tablet, "colleague")
    expect(tablet.locator("#whose")).to_have_text("For CO")
    assert not re.search(r"\bOW\b|P-owner|Saved", tablet.content())
    tablet.get_by_role("button", name="Before treatment").click()
    assert tablet.locator("input:checked").count() == 0
    choose(tablet, 1)
    expect(tablet.get_by_role("heading", name="Saved: 1")).to_be_visible()
    assert (stored(served, "owner"), stored(served, "colleague")) == (
        [("before", 9, "patient")],
        [("before", 1, "patient")],
    )


def test_after_a_minute_without_a_touch_it_warns_and_then_forgets(tablet: Page, served: Served):
    tablet.clock.install()
    hand_over(tablet)
    tablet.get_by_role("button", name="Before treatment").click()
    there = tablet.get_by_role("heading", name="Are you still there?")
    tablet.clock.run_for(59_000)
    expect(there).to_be_hidden()
    tablet.clock.run_for(1_000)
    expect(there).to_be_visible()
    assert violations_of(tablet) == []
    tablet.get_by_role("button", name="Go on").click()
    expect(there).to_be_hidden()
    tablet.clock.run_for(60_000)
    expect(there).to_be_visible()
    tablet.clock.run_for(15_000)
    expect(tablet.get_by_role("heading", name="This is finished.")).to_be_visible()
    nothing_left(tablet)
    assert stored(served) == []


def violations_of(page: Page) -> list:
    """The page's overflow and names, where the content policy lets no script in."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [] if wide <= 0 else [wide]


def test_a_lost_answer_is_stored_once(tablet: Page, served: Served):
    lost = []

    def lose(route: Route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)  # it was stored, and nobody heard of it
        return route.abort()

    hand_over(tablet)
    tablet.route("**/api/v1/kiosk/answers", lose)
    tablet.get_by_role("button", name="Before treatment").click()
    choose(tablet, 6)
    expect(tablet.get_by_role("heading", name="Saved: 6 before treatment.")).to_be_visible()
    assert lost == [200]
    assert stored(served) == [("before", 6, "patient")]


def test_without_signal_it_keeps_trying_and_says_so(tablet: Page, served: Served):
    hand_over(tablet)
    tablet.get_by_role("button", name="Before treatment").click()
    served.go_offline(tablet.context)
    choose(tablet, 5)
    expect(tablet.get_by_text("Not sent yet. We keep trying.")).to_be_visible()
    served.go_offline(tablet.context, False)
    expect(tablet.get_by_role("heading", name="Saved: 5 before treatment.")).to_be_visible()
    assert stored(served) == [("before", 5, "patient")]


def test_when_it_gives_up_it_says_plainly_that_nothing_was_saved(tablet: Page, served: Served):
    tablet.clock.install()
    hand_over(tablet)
    tablet.get_by_role("button", name="Before treatment").click()
    served.go_offline(tablet.context)
    choose(tablet, 5)
    expect(tablet.get_by_text("Not sent yet.")).to_be_visible()
    tablet.clock.run_for(75_000)
    expect(tablet.get_by_role("heading", name="This was not saved.")).to_be_visible()
    served.go_offline(tablet.context, False)
    tablet.clock.run_for(10_000)
    assert stored(served) == []
    take_back(tablet)
    tablet.wait_for_url("**/clinic/today")


def test_a_wrong_tap_is_changed_before_it_closes(tablet: Page, served: Served):
    hand_over(tablet)
    tablet.get_by_role("button", name="Before treatment").click()
    choose(tablet, 6)
    tablet.get_by_role("button", name="Change").click()
    choose(tablet, 2)
    expect(tablet.get_by_role("heading", name="Saved: 2 before treatment.")).to_be_visible()
    assert [value for _, value, _ in stored(served)] == [6, 2]


def test_a_wrong_code_opens_nothing_and_the_fifth_ends_it(tablet: Page, served: Served):
    hand_over(tablet)
    tablet.get_by_role("button", name="Before treatment").click()
    put_aside(tablet, served)
    for n in range(5):
        take_back(tablet, "0000")
        said = "This code is not right." if n < 4 else "The code cannot be used any more."
        expect(tablet.get_by_role("alert")).to_contain_text(said)
    take_back(tablet)
    expect(tablet.get_by_role("alert")).to_contain_text("The code cannot be used any more.")
    tablet.goto("/clinic/today")
    assert "sign-in" in tablet.url


@pytest.mark.parametrize(
    ("code", "question", "thanks"),
    [
        ("ko", "지금", "고마워요. 태블릿을 돌려주세요."),
        ("zh", "现在", "谢谢您。请把平板还给工作人员。"),
        ("es", "ahora", "Gracias. Devuelva la tableta, por favor."),
    ],
)
def test_it_speaks_the_patients_language(tablet: Page, served: Served, code: str, question: str, thanks: str):
    world = served.world
    with served.door.app.app_context():
        who = Actor(
            "patient", UUID(str(world.patients["owner"])), world.clinics["here"], "patient", world.patients["owner"]
        )
        languages.choose(session(), actor=who, language=code)
    hand_over(tablet)
    tablet.locator("#screen .actions .button").first.click()
    expect(tablet.locator("#screen h1")).to_contain_text(question)
    assert tablet.evaluate("document.documentElement.lang").startswith(code)
    tablet.locator("score-pad input").nth(3).check(force=True)
    tablet.locator("#screen form button").click()
    expect(tablet.get_by_text(thanks)).to_be_visible()
    assert tablet.evaluate("localStorage.length") == 0


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_every_state_of_the_tablet_has_no_faults_axe_finds(served: Served, size, scheme):
    coming(served, "owner")
    page = signed_in(served, "front_desk", viewport=size, color_scheme=scheme, bypass_csp=True)
    page.goto("/clinic/today")
    row(page, "owner").get_by_role("link", name="Hand over the tablet").click()
    expect(page.get_by_label("A code of 4 to 6 digits")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("A code of 4 to 6 digits").fill("12")
    page.get_by_label("A code of 4 to 6 digits").fill(CODE)
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_role("button", name="Before treatment")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Before treatment").click()
    expect(page.locator("score-pad")).to_be_visible()
    assert violations(page) == []
    choose(page, 3)
    expect(page.get_by_role("heading", name="Saved: 3")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_label("Staff: the code you chose")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
