"""Every kind of question in a real Chromium: what is asked, what is stored, what a blank or a wrong number does."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from playwright.sync_api import Page, expect

from tests.browser.questions import COURSE, HEAD, OVER, ask, entry, home, kept, saved, shown
from tests.browser.served import Served, served
from tests.browser.test_screens import NOW, PLACES, course, day, page, score, visit

__all__ = ["page", "served"]

pytestmark = pytest.mark.xdist_group("questions")

LATE = "#/late"


def tap(page: Page, number: int, pad: int = 0) -> None:
    """A number of a pad."""
    page.locator("score-pad").nth(pad).get_by_role("radio", name=re.compile(rf"^{number}\b")).check(force=True)


def only(bodies: list, *names: str) -> list[dict]:
    """Some names of each body."""
    return [{name: body.get(name) for name in names} for body in bodies]


def test_peg_is_three_numbers_and_their_mean(page):
    shown(page, home(course(asks=[ask("peg")])))
    for pad, number in enumerate((4, 5, 5)):
        tap(page, number, pad)
    (body,) = saved(page, "Saved: pain 4, enjoying life 5, everyday things 5.")
    assert (body["instrument"], body["kind"]) == ("peg", "check_in")
    assert body["items"] == {"pain": 4, "enjoyment": 5, "activity": 5}
    assert body["value"] == pytest.approx(14 / 3, abs=1e-12)


@pytest.mark.parametrize(
    ("words", "value"),
    [("Very much better", 7), ("A little better", 5), ("No change", 4), ("Very much worse", 1)],
)
def test_the_change_since_the_start_is_stored_with_seven_as_the_best(page, words, value):
    shown(page, home(course(asks=[ask("pgic")], **OVER)))
    page.get_by_role("radio", name=words, exact=True).check(force=True)
    (body,) = saved(page, f"Saved: {words}.")
    assert (body["instrument"], body["value"]) == ("pgic", value)


def test_headache_days_are_typed_and_what_was_tapped_stands_beside(page):
    days = {day(-n): int(n % 4 == 0) for n in range(1, 27)}
    told = home(course(asks=[ask("headache_days")], **HEAD), diary={"asked": True, "days": days})
    shown(page, told)
    expect(
        page.get_by_text("You tapped 6 headache days in the past 28. You tapped on 26 of the 28 days.")
    ).to_be_visible()
    assert page.get_by_role("textbox").input_value() == ""
    page.get_by_role("textbox").fill("8")
    (body,) = saved(page, "Saved: 8 headache days in the past 28 days.")
    assert (body["instrument"], body["value"], body["site"]) == ("headache_days", 8, None)


def test_few_tapped_days_are_said_to_be_few(page):
    told = home(course(asks=[ask("headache_days")], **HEAD), diary={"asked": True, "days": {day(-1): 1, day(-40): 1}})
    shown(page, told)
    expect(page.get_by_text("You tapped 1 headache day in the past 28. You tapped on 1 of these days")).to_be_visible()


@pytest.mark.parametrize("wrong", ["29", "-1", "3.5", "1e1", "x", "٧", "0x1"])
def test_a_number_of_days_that_is_none_is_said_beside_the_field_and_stores_nothing(page, wrong):
    shown(page, home(course(asks=[ask("medicine_days")])))
    field = page.get_by_role("textbox")
    field.evaluate("(node, text) => { node.removeAttribute('maxlength'); node.value = text; }", wrong)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").filter(has_text="Type a whole number from 0 to 28.")).to_be_visible()
    expect(field).to_be_focused()
    assert kept(page) == []


def test_a_blank_is_no_answer_and_0_is_one(page):
    shown(page, home(course(asks=[ask("medicine_days")])))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").filter(has_text="If there was none, type 0.")).to_be_visible()
    page.get_by_role("textbox").fill("0")
    (body,) = saved(page, "Saved: 0 days with medicine in the past 28 days.")
    assert body["value"] == 0


def test_classes_of_medicine_may_be_left_out(page):
    classes = ["medicine_days_simple", "medicine_days_triptan"]
    shown(page, home(course(asks=[ask("medicine_days")], classes=classes, **HEAD)))
    page.get_by_role("textbox").nth(0).fill("9")
    page.get_by_role("textbox").nth(2).fill("3")
    bodies = saved(page, "Saved: 9 days with medicine in the past 28 days.")
    assert [(b["instrument"], b["value"]) for b in bodies] == [("medicine_days", 9), ("medicine_days_triptan", 3)]


def test_one_weekly_answer_serves_every_course_of_the_place(page):
    other = course(id="0190f3c2-7b1a-7c3d-9e2f-0123456789bb", words="sore hip", places=PLACES, asks=[ask("nrs_week")])
    shown(page, home(course(asks=[ask("nrs_week", kind="baseline")]), other))
    assert page.locator("score-pad").count() == 2  # left once, right once
    tap(page, 6, 0)
    tap(page, 2, 1)
    bodies = saved(page, "Saved: 6 for your left knee, 2 for your right knee for the past 7 days.")
    told = [(b["course_id"], b["kind"], b["side"], b["value"]) for b in bodies]
    assert told == [
        (COURSE, "baseline", "left", 6),
        (other["id"], "check_in", "left", 6),
        (other["id"], "check_in", "right", 2),
    ]
    assert len({b["id"] for b in bodies}) == 3


def test_questions_come_one_at_a_time_weekly_first_and_the_receipt_says_how_many_are_left(page):
    shown(page, home(course(asks=[ask("peg"), ask("nrs_week"), ask("medicine_days")])))
    tap(page, 3)
    saved(page, "Saved: 3 for the past 7 days.")
    expect(page.get_by_text("2 more questions today, one at a time.")).to_be_visible()
    page.get_by_role("button", name="Next question").click()
    expect(page.get_by_role("heading", name=re.compile("take medicine|How strong"))).to_be_visible()


def test_not_now_puts_a_question_off_and_it_can_be_taken_up_again(page):
    shown(page, home(course(asks=[ask("peg")])))
    page.get_by_role("button", name="Not now").click()
    expect(page.get_by_role("heading", name="Nothing to log today.")).to_be_visible()
    expect(page.get_by_text("1 question is open.")).to_be_visible()
    assert page.locator("main .primary").count() == 1
    page.get_by_role("button", name="Answer now").click()
    expect(page.get_by_role("heading", name="How strong was your pain")).to_be_visible()


def test_change_right_after_saving_replaces_and_keeps_the_first(page):
    shown(page, home(course(asks=[ask("nrs_week")])))
    tap(page, 3)
    (first,) = saved(page, "Saved: 3 for the past 7 days.")
    page.get_by_role("button", name="Change").click()
    assert page.locator("input:checked").count() == 0
    tap(page, 4)
    old, new = saved(page, "Saved: 4 for the past 7 days.")
    assert (old["id"], old["value"]) == (first["id"], 3)
    assert (new["supersedes"], new["value"], new["recorded_at"]) == (first["id"], 4, first["recorded_at"])
    page.get_by_role("button", name="Change").click()
    tap(page, 5)
    assert saved(page, "Saved: 5 for the past 7 days.")[2]["supersedes"] == new["id"]


def test_after_saving_the_focus_is_on_the_receipt(page):
    shown(page, home(course(asks=[ask("peg")])))
    for pad in range(3):
        tap(page, 1, pad)
    saved(page, "Saved: pain 1")
    assert page.evaluate("document.activeElement.tagName") == "H1"


def test_before_then_change_then_after_are_of_one_visit(page):
    shown(page, home(course(sessions=[visit("planned")])))
    tap(page, 7)
    saved(page, "Saved: 7 before treatment.")
    page.get_by_role("button", name="Treatment is over").click()
    tap(page, 3)
    bodies = saved(page, "Saved: 3 after treatment.")
    assert [b["kind"] for b in bodies] == ["before", "after"]
    assert bodies[0]["session_id"] == bodies[1]["session_id"] == visit("planned")["id"]


def test_i_was_not_treated_cancels_the_visit(page):
    shown(page, home(course(sessions=[visit("reported", score("before", 7, minutes=3))])))
    page.get_by_role("button", name="I was not treated").click()
    expect(page.get_by_role("heading", name="Nothing to log today.")).to_be_visible()
    (body,) = kept(page)
    assert (body["noun"], body["state"], body["held_on"]) == ("sessions", "cancelled", day(0))


def test_reminders_are_offered_after_the_first_pair_and_not_before(page):
    shown(page, home(course(sessions=[visit("reported", score("before", 7, hours=1))])))
    tap(page, 3)
    saved(page, "Saved: 3 after treatment.")
    expect(page.get_by_role("link", name="Shall we remind you?")).to_have_attribute("href", "#/reminders")


def test_a_before_score_alone_offers_no_reminders(page):
    shown(page, home(course(sessions=[visit("planned")])))
    tap(page, 7)
    saved(page, "Saved: 7 before treatment.")
    assert page.get_by_role("link", name="Shall we remind you?").count() == 0


def test_headache_today_is_one_tap_and_a_second_one_replaces_it(page):
    shown(page, home(course(**HEAD), diary={"asked": True, "days": {}}))
    card = page.get_by_role("region", name="Headache today?")
    card.get_by_role("button", name="No").click()
    expect(card.get_by_text("Saved: no headache today.")).to_be_visible()
    card.get_by_role("button", name="Yes").click()
    expect(card.get_by_text("Saved: a headache today.")).to_be_visible()
    expect(card.get_by_role("button", name="Yes")).to_have_attribute("aria-pressed", "true")
    first, second = kept(page)
    assert [(b["instrument"], b["value"]) for b in (first, second)] == [("headache_today", 0), ("headache_today", 1)]
    assert second["supersedes"] == first["id"]


def test_there_is_no_diary_where_no_headache_is_in_care(page):
    shown(page, home(course()))
    assert page.get_by_text("Headache today?").count() == 0


@pytest.mark.parametrize(
    ("button", "code", "said"),
    [
        ("Yes, they are finished", "visits_finished", "Thank you. Your clinic can see your answer."),
        ("No, I will go again", "visits_go_on", "Thank you. We will ask again in three weeks"),
    ],
)
def test_whether_the_visits_are_finished_goes_to_the_clinic_and_is_asked_no_more(page, button, code, said):
    shown(page, home(course(finished_from=day(0), last_on=day(-21))))
    expect(page.get_by_role("heading", name="Are your visits finished?")).to_be_visible()
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", name=said)).to_be_visible()
    (body,) = kept(page)
    assert (body["noun"], body["code"], body["happened_on"]) == ("milestones", code, day(0))
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("heading", name="Nothing to log today.")).to_be_visible()


SINCE = {"milestones": [{"opens": day(-1), "closes": day(9)}], **OVER}


def test_none_of_these_is_one_tap(page):
    shown(page, home(course(**SINCE)))
    expect(page.get_by_role("heading", name="Since your visits ended")).to_be_visible()
    page.get_by_role("button", name="None of these").click()
    expect(page.get_by_role("heading", name="Saved. Your clinic can see your answer.")).to_be_visible()
    assert only(kept(page), "noun", "code", "happened_on") == [
        {"noun": "milestones", "code": "none", "happened_on": day(0)}
    ]


def test_what_happened_is_told_with_its_day_and_an_opioid_is_told_apart(page):
    shown(page, home(course(**SINCE)))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").filter(has_text="Tick what fits")).to_be_visible()
    page.get_by_label("Surgery").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").filter(has_text="Choose a day after your visits ended")).to_be_visible()
    page.get_by_label("On which day, about?").first.fill(day(-30))
    page.get_by_label("A new medicine").check()
    page.get_by_label("On which day, about?").nth(2).fill(day(-10))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").filter(has_text="Choose one of the answers.")).to_be_visible()
    page.get_by_role("radio", name="Yes").check(force=True)
    bodies = saved(page, "Saved. Your clinic can see your answer.")
    assert [(b["code"], b["happened_on"]) for b in bodies] == [("surgery", day(-30)), ("opioid_start", day(-10))]


@pytest.mark.parametrize("wrong", [-89, 1])
def test_a_day_before_the_last_visit_or_after_today_is_refused(page, wrong):
    shown(page, home(course(**SINCE)))
    page.get_by_label("Another treatment").check()
    field = page.get_by_label("On which day, about?").last
    field.evaluate("(node, text) => { node.value = text; }", day(wrong))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").filter(has_text="Choose a day after your visits ended")).to_be_visible()
    assert kept(page) == []


YESTERDAY = visit("reported", score("before", 7, hours=30), ahead=-1)


def test_a_forgotten_after_is_taken_to_be_an_hour_after_the_before_until_told_otherwise(page):
    shown(page, home(course(sessions=[YESTERDAY])))
    page.get_by_role("button", name="I remember").click()
    expect(page.get_by_role("heading", name="How much pain was in your left knee after treatment?")).to_be_visible()
    tap(page, 2)
    (body,) = saved(page, "Saved: 2, marked as logged late.")
    assert (body["kind"], body["session_id"]) == ("after", YESTERDAY["id"])
    guess = NOW - timedelta(hours=29)
    assert abs(datetime.fromisoformat(body["recorded_at"]) - guess) < timedelta(minutes=1)
    assert datetime.fromisoformat(body["entered_at"]) - guess > timedelta(hours=28)


def test_a_forgotten_visit_is_picked_from_the_list(page):
    shown(page, home(course(sessions=[YESTERDAY])), LATE)
    page.get_by_role("button", name="after treatment").click()
    tap(page, 2)
    assert saved(page, "Saved: 2, marked as logged late.")[0]["session_id"] == YESTERDAY["id"]


def fill_moment(page: Page, at: datetime) -> None:
    """A day and a time on the phone's wall."""
    local = datetime.fromtimestamp(at.timestamp()).astimezone()
    page.get_by_label("Day").fill(local.date().isoformat())
    page.get_by_label("Time, about").fill(f"{local:%H:%M}")


def test_pain_at_another_time_needs_its_time_and_none_to_come(page):
    shown(page, home(course()), LATE)
    page.get_by_role("button", name="Another time").click()
    tap(page, 8)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").filter(has_text="Choose a day and a time that are over")).to_be_visible()
    fill_moment(page, NOW + timedelta(hours=3))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").filter(has_text="Choose a day and a time that are over")).to_be_visible()
    fill_moment(page, NOW - timedelta(days=3))
    (body,) = saved(page, "Saved: 8, marked as logged late.")
    assert (body["kind"], body["instrument"], body.get("session_id")) == ("check_in", "nrs_now", None)
    assert abs(datetime.fromisoformat(body["recorded_at"]) - (NOW - timedelta(days=3))) < timedelta(minutes=1)


def test_by_a_wrong_clock_the_moment_is_told_as_that_clock_would_have(page):
    """The clinic's clock is 400 days ahead of the phone's: the server adds them again."""
    ahead, now = timedelta(days=400), datetime.now(UTC)
    told = home(course(last_on=None, ends_on=None)) | {"now": (now + ahead).isoformat()}
    shown(page, told, LATE)
    page.get_by_role("button", name="Another time").click()
    tap(page, 8)
    fill_moment(page, now + ahead - timedelta(days=3))
    (body,) = saved(page, "Saved: 8, marked as logged late.")
    assert abs(datetime.fromisoformat(body["recorded_at"]) - (now - timedelta(days=3))) < timedelta(minutes=2)


def test_a_visit_that_is_not_listed_gets_the_id_the_clinic_would_make(page):
    shown(page, home(course()), LATE)
    page.get_by_role("button", name="A visit that is not listed").click()
    at = NOW - timedelta(days=5)
    fill_moment(page, at)
    page.get_by_role("radio", name="Before treatment").check(force=True)
    page.get_by_role("button", name="Save").click()
    tap(page, 6)
    (body,) = saved(page, "Saved: 6, marked as logged late.")
    assert body["session_id"] == str(uuid5(UUID(COURSE), f"{(at + timedelta(hours=9)).date()}/1"))
    assert body["kind"] == "before"


def test_an_earlier_answer_is_changed_and_the_old_one_named(page):
    old = entry("peg", 14 / 3, items={"pain": 4, "enjoyment": 5, "activity": 5})
    shown(page, home(course(), entries=[old]), LATE)
    page.get_by_role("button", name="Pain and everyday life, past week").click()
    expect(page.get_by_text("It says 4.7 now.")).to_be_visible()
    assert page.locator("input:checked").count() == 0
    for pad in range(3):
        tap(page, 2, pad)
    (body,) = saved(page, "Changed. The old answer is kept.")
    assert (body["supersedes"], body["value"], body["reason"]) == (old["id"], 2, "changed later on the phone")
    apart = datetime.fromisoformat(body["recorded_at"]) - datetime.fromisoformat(old["at"])
    assert abs(apart) < timedelta(milliseconds=2)
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("button", name="Pain and everyday life, past week 2")).to_be_visible()


def test_an_earlier_answer_is_taken_back_as_entered_by_mistake(page):
    old = entry("nrs_now", 9, kind="before", session_id="0190f3c2-7b1a-7c3d-9e2f-0123456789ad")
    shown(page, home(course(), entries=[old]), LATE)
    page.get_by_role("button", name="Pain before treatment, left knee").click()
    page.get_by_role("button", name="Entered by mistake").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("heading", name="Taken back.")).to_be_visible()
    (body,) = kept(page)
    assert only([body], "supersedes", "retracted", "reason", "kind", "session_id") == [
        {
            "supersedes": old["id"],
            "retracted": True,
            "reason": "entered by mistake",
            "kind": "before",
            "session_id": old["session_id"],
        }
    ]
    assert "value" not in body
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("You have not logged anything in the past 60 days.")).to_be_visible()


def test_with_two_courses_one_is_asked_which(page):
    other = course(id="0190f3c2-7b1a-7c3d-9e2f-0123456789bb", words="neck pain")
    shown(page, home(course(), other))
    page.get_by_role("button", name="Log pain now").click()
    expect(page.get_by_role("heading", name="Which treatment is this for?")).to_be_visible()
    page.get_by_role("button", name="neck pain").click()
    tap(page, 1)
    assert saved(page, "Saved: 1.")[0]["course_id"] == other["id"]


def test_the_start_is_asked_and_stored_by_a_real_clinic(served: Served):
    """Weekly, days with medicine, PEG: one after the other, each at the clinic with its answers; then nothing."""
    before = served.door.scores()
    page = served.phone(service_workers="block")
    tap(page, 6)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Next question").click()
    page.get_by_role("textbox").fill("5")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Next question").click()
    for pad, number in enumerate((6, 4, 4)):
        tap(page, number, pad)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Saved: pain 6, enjoying life 4, everyday things 4.")).to_be_visible()
    expect(page.locator("#sent")).to_have_text("✓ all sent")
    assert served.door.scores() == before + 3
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("heading", name="Nothing to log today.")).to_be_visible()
    page.goto("/app#/late")
    page.get_by_role("button", name="Days with medicine in 28 days").click()
    page.get_by_role("button", name="Entered by mistake").click()
    with page.expect_response(re.compile("/api/v1/readings/")):
        page.get_by_role("button", name="Take it back").click()
    assert served.door.scores() == before + 4
    told = page.evaluate("fetch('/app/home.json').then((answer) => answer.json())")
    assert [e["instrument"] for e in told["entries"] if e["instrument"] != "nrs_now"] == ["peg", "nrs_week"]


SCREENS = {
    "weekly": home(course(asks=[ask("nrs_week")], places=PLACES)),
    "peg": home(course(asks=[ask("peg")])),
    "pgic": home(course(asks=[ask("pgic")], **OVER)),
    "headache_days": home(course(asks=[ask("headache_days")], **HEAD), diary={"asked": True, "days": {day(-1): 1}}),
    "medicine_days": home(course(asks=[ask("medicine_days")], classes=["medicine_days_triptan"], **HEAD)),
    "diary": home(course(**HEAD), diary={"asked": True, "days": {}}),
    "since": home(course(**SINCE)),
    "finished": home(course(finished_from=day(0), last_on=day(-21))),
    "late": home(course(sessions=[YESTERDAY]), entries=[entry("pgic", 6), entry("nrs_now", 3)]),
}


@pytest.mark.parametrize("name", SCREENS)
def test_nothing_is_lost_at_320_pixels_and_every_target_is_large(page, name):
    page.set_viewport_size({"width": 320, "height": 640})
    shown(page, SCREENS[name], LATE if name == "late" else "")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    targets = page.locator("main :is(button, label.choice, label.pad-key, input[type=text], .entry):visible")
    for box in [one.bounding_box() for one in targets.all()]:
        assert box
        assert box["height"] >= 44
        assert box["x"] + box["width"] <= 320


def test_a_question_is_answered_by_keyboard_alone(page):
    shown(page, home(course(asks=[ask("pgic")], **OVER)))
    assert page.evaluate("document.activeElement.tagName") == "H1"
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Save")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("Saved: (Much|A little) better."))).to_be_visible()
