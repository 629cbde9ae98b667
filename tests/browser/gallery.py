"""The gallery: every state in which a patient may see their phone, brought about as it comes about, in any language.

`pytest tests/browser/test_gallery.py --gallery FOLDER` draws them all, to be looked at.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from playwright.sync_api import BrowserContext, Page
from sqlalchemy import update

from tests.browser.questions import HEAD, OVER, ask, entry, home
from tests.browser.served import Served
from tests.browser.test_screens import NO_STORE, PLACES, STATES, course, day, score, visit
from tests.remind.conftest import KEY
from tests.remind.loopback import MailServer
from tests.web.mailed import Mailed
from tracker import tongue
from tracker.services import access, enrol
from tracker.services.actor import operator
from tracker.storage import Patient
from tracker.web import wording
from tracker.web.database import session

LATER = {"key": "l", "instrument": "nrs_week", "kind": "check_in", "weekly": True}
LATER |= {"opens": day(9), "due": day(9), "closes": day(12)}
SINCE = {**OVER, "milestones": [{"opens": day(-1), "closes": day(9)}], "milestone_due": True}
YESTERDAY = visit("reported", score("before", 3, hours=30), ahead=-1)
IN_CHAT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537 Chrome/120 Mobile Safari/537 MicroMessenger/8.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"
SET_PIN = """
async (person) => {
  const headers = { "Content-Type": "application/json", "X-Person": person };
  await fetch("/api/v1/me/pin", { method: "PUT", headers, body: JSON.stringify({ pin: "2580" }) });
  await fetch("/api/v1/me/close", { method: "POST", headers });
}
"""
ENDED = {"status": 401, "json": {"code": "sign_in_needed", "detail": "x"}, "content_type": "application/problem+json"}
REFUSED = {
    "code": "invalid",
    "detail": "-",
    "errors": [{"pointer": "/recorded_at", "code": "in_the_future", "message": "-"}],
}


@dataclass(frozen=True)
class Stage:
    """Where a state is brought about: a clinic, and a language."""

    served: Served
    language: str = "en"

    def context(self, name: str, **how: Any) -> BrowserContext:
        """A phone in the language; pages of nobody follow the browser's."""
        about = {"locale": tongue.LANGUAGES[self.language].tag, "bypass_csp": True}
        return self.served.context(name, **{**about, "service_workers": "block", **how})

    def speak(self) -> None:
        """From now on everybody in care reads this language."""
        with self.served.door.app.app_context():
            session().execute(update(Patient).values(language=self.language))
            session().commit()

    def told(self, home: dict[str, Any]) -> dict[str, Any]:
        """A made-up home as the server would word it."""
        with tongue.speaking(self.language):
            courses = [worded(one) for one in home["courses"]]
        return {"now": datetime.now(UTC).isoformat(), **home, "language": self.language, "courses": courses}


def worded(course: dict[str, Any]) -> dict[str, Any]:
    """Its condition and places in the language of the moment."""
    of = partial(wording.body, course["condition"])
    places = [{**one, "words": of(one["site"], one["side"])} for one in course["places"]]
    return {**course, "words": wording.condition(course["condition"]), "places": places}


Show = Callable[[Stage], Page]


def ready(page: Page) -> Page:
    """Its heading stands."""
    page.locator("h1:visible").first.wait_for()
    return page


def made(told: dict[str, Any], at: str = "", then: Callable[[Page], None] | None = None, script: str = "") -> Show:
    """The shell with a made-up home, on a line that takes nothing."""

    def show(stage: Stage) -> Page:
        page = stage.context("anonymous").new_page()
        page.add_init_script(script)
        page.route("**/api/**", lambda route: route.abort())
        page.route("**/app/home.json", lambda route: route.fulfill(json=stage.told(told)))
        page.goto(f"/app{at}")
        ready(page)
        if then:
            then(page)
        return page

    return show


def answered(status: int, who: str = "anonymous") -> Show:
    """The shell when the clinic's answer to its first question is this status; 0 is none."""

    def show(stage: Stage) -> Page:
        stage.speak()
        page = stage.context(who).new_page()
        told = {"status": status, "json": {"code": "x", "detail": "x"}, "content_type": "application/problem+json"}
        act = (lambda route: route.fulfill(**told)) if status else (lambda route: route.abort())
        page.route("**/app/home.json", act)
        page.goto("/app")
        return ready(page)

    return show


def part(at: str, then: Callable[[Page], None] | None = None, who: str = "owner", **how: Any) -> Show:
    """One of the server's own pages inside the shell."""

    def show(stage: Stage) -> Page:
        stage.speak()
        page = stage.context(who, **how).new_page()
        page.goto("/app")
        ready(page)
        page.evaluate("(at) => { location.hash = at; }", at)
        page.locator("#screen > .part, #screen > [data-title]").first.wait_for()
        if then:
            then(page)
        return page

    return show


def alone(path: str, then: Callable[[Page], None] | None = None, who: str = "anonymous", **how: Any) -> Show:
    """A page that stands by itself."""

    def show(stage: Stage) -> Page:
        stage.speak()
        page = stage.context(who, **how).new_page()
        page.goto(path)
        ready(page)
        if then:
            then(page)
        return page

    return show


def press_save(page: Page) -> None:
    """Save, whatever the language calls it."""
    page.locator("main .save button, main .primary").first.click()


def answer(page: Page) -> None:
    """The same number at every place, saved."""
    for pad in page.locator("score-pad").all():
        pad.get_by_role("radio", name=re.compile(r"^4\b")).check(force=True)
    press_save(page)
    page.locator(".saved").wait_for()


def answer_and_wait(page: Page) -> None:
    """What is saved and cannot be sent, in the list."""
    answer(page)
    page.locator("#sent a").click()
    page.locator("main li").first.wait_for()


def be_refused(page: Page) -> None:
    """What is saved and not taken, in the list."""
    page.unroute("**/api/**")
    told = {"status": 422, "json": REFUSED, "content_type": "application/problem+json"}
    page.route("**/api/**", lambda route: route.fulfill(**told))
    answer_and_wait(page)


def leave_blank(page: Page) -> None:
    """Save without an answer."""
    press_save(page)
    page.locator(".error:visible").first.wait_for()


def second_button(page: Page) -> None:
    """The second way on from a quiet home: log pain now."""
    page.locator("main .actions button").nth(1).click()


def code_refused(page: Page) -> None:
    """Start with a link that is old."""
    page.locator("form button[type=submit]").click()
    page.locator("[role=alert]:visible").first.wait_for()


def red_flag(page: Page) -> None:
    """The first of the codes behind which stands help at once."""
    page.locator("input[type=radio]").first.check(force=True)


def unfolded(page: Page) -> None:
    """Every fold open."""
    page.evaluate("for (const fold of document.querySelectorAll('main details')) fold.open = true")


def joining(whose: str, who: str) -> Show:
    """Start on a phone of `who`, with a code for somebody."""

    def show(stage: Stage) -> Page:
        stage.speak()
        told = stage.served.door.enter("practitioner").post(
            "/api/v1/invitations", json={"patient_id": str(stage.served.world.patients[whose])}
        )
        page = stage.context(who).new_page()
        page.goto(f"/join#{told.json['code']}")  # pyright: ignore[reportOptionalSubscript]
        ready(page)
        page.locator("form button[type=submit]").click()
        page.locator("[role=alert]:visible, [data-shown] h1").first.wait_for()
        return page

    return show


def behind_a_pin(stage: Stage) -> Page:
    """Somebody set a PIN; the phone was put away and opened again."""
    page = part("#/people")(stage)
    page.evaluate(SET_PIN, str(stage.served.world.patients["owner"]))
    page.goto("about:blank")
    page.goto("/app")
    page.locator("#pin").wait_for()
    return page


def nothing_logged(stage: Stage) -> Page:
    """The progress of somebody whose course has only begun."""
    with stage.served.door.app.app_context():
        who, id, course = operator(stage.served.world.clinics["here"]), uuid4(), uuid4()
        enrol.enrol_patient(session(), actor=who, id=id, code="P-new", initials="NE")
        enrol.open_course(session(), actor=who, id=course, patient_id=id, condition="other_msk")
        token = access.issue_link(session(), actor=who, patient_id=id)
        device = access.redeem(session(), token=token).device_token or ""
    stage.speak()
    context = stage.context("anonymous")
    context.add_cookies([{"name": "device", "value": device, "url": stage.served.url}])
    page = context.new_page()
    page.goto("/app")
    ready(page)
    page.evaluate("location.hash = '#/progress'")
    page.locator("#screen > [data-title]").wait_for()
    return page


def reminders(stage: Stage) -> Page:
    """Push and mail are set up at the clinic; this browser was told no."""
    config = stage.served.door.app.config
    told = {"vapid_key": KEY, "smtp_url": "smtp://localhost:9", "mail_from": "Check-in <r@example.org>"}
    config["SETTINGS"] = replace(config["SETTINGS"], **told)
    return part("#/reminders", unfolded)(stage)


def mailed(then: Callable[[Page], None] | None = None) -> Show:
    """The page behind the link in a reminder's mail."""

    def show(stage: Stage) -> Page:
        app, mails = stage.served.door.app, MailServer()
        told = {"smtp_url": mails.url, "mail_from": "Check-in <r@example.org>"}
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], **told)
        link = Mailed(app, stage.served.world, mails).link(language=stage.language)
        mails.close()
        page = stage.context("anonymous").new_page()
        page.goto(link)
        ready(page)
        if then:
            then(page)
        return page

    return show


def used(page: Page) -> None:
    """Answered, then opened once more."""
    answer(page)
    page.reload()
    page.locator("main .saved").wait_for(state="detached")
    ready(page)


def update_waits(stage: Stage) -> Page:
    """Another version of the app is on the phone."""
    page = made(home(course()))(stage)
    page.evaluate(
        """async () => {
          const tree = document.querySelector("script[type=module]").src;
          const { offer } = await import(new URL("version.js", tree));
          offer(null);
        }"""
    )
    return page


def signed_out_with_entries(stage: Stage) -> Page:
    """The session ended while an answer waited."""
    page = made(WEEKLY)(stage)
    answer(page)
    page.unroute("**/app/home.json")
    page.route("**/app/home.json", lambda route: route.fulfill(**ENDED))
    page.reload()
    page.locator("#join-code").wait_for()
    return page


def offline_progress(stage: Stage) -> Page:
    """The progress as it was kept, with an answer since."""
    page = part("#/progress")(stage)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.evaluate("location.hash = ''")
    page.locator("score-pad").first.wait_for()
    answer(page)
    page.evaluate("location.hash = '#/progress'")
    page.locator(".as-of").wait_for()
    return page


WEEKLY = home(course(asks=[ask("nrs_week")]))
LOGGED = course(sessions=[visit("reported", score("before", 7, minutes=5))])
WAITS = course(sessions=[visit("reported", score("before", 7, hours=2))])

GALLERY: dict[str, Show] = {
    **{f"home: {name}": made(home(*courses)) for name, (courses, _) in STATES.items()},
    "log: two places": made(home(course(sessions=[visit("planned")], places=PLACES))),
    "log: nothing chosen": made(WEEKLY, then=leave_blank),
    "log: saved before": made(home(course(sessions=[visit("planned")])), then=answer),
    "log: saved after": made(home(WAITS), then=answer),
    "log: saved, more asked": made(home(course(asks=[ask("nrs_week"), ask("peg")])), then=answer),
    "log: no storage": made(WEEKLY, script=NO_STORE),
    "log: which course": made(home(course(), course(**HEAD, id="b")), then=second_button),
    "ask: peg": made(home(course(asks=[ask("peg")]))),
    "ask: pgic": made(home(course(asks=[ask("pgic")], **OVER))),
    "ask: headache days": made(
        home(course(asks=[ask("headache_days")], **HEAD), diary={"asked": True, "days": {day(-1): 1}})
    ),
    "ask: medicine days": made(home(course(asks=[ask("medicine_days")], classes=["medicine_days_triptan"], **HEAD))),
    "ask: since then": made(home(course(**SINCE))),
    "ask: visits finished": made(home(course(finished_from=day(0), last_on=day(-21)))),
    "home: headache diary": made(home(course(**HEAD), diary={"asked": True, "days": {}})),
    "home: cancelled visit": made(home(course(sessions=[visit("cancelled")]))),
    "late": made(home(course(sessions=[YESTERDAY]), entries=[entry("pgic", 6), entry("nrs_now", 3)]), "#/late"),
    "waiting": made(WEEKLY, then=answer_and_wait),
    "refused": made(WEEKLY, then=be_refused),
    "nobody here": answered(401),
    "no answer": answered(0),
    "signed out, entries wait": signed_out_with_entries,
    "progress": part("#/progress"),
    "progress, all open": part("#/progress", unfolded),
    "progress without signal": offline_progress,
    "warning signs": part("#/signs"),
    "report": part("#/report"),
    "report: red flag": part("#/report", red_flag),
    "help": part("#/help"),
    "my data": part("#/mine", unfolded),
    "reminders, told no": reminders,
    "people": part("#/people", unfolded),
    "join": alone("/join"),
    "join by link": alone("/join#a-code"),
    "join: old code": alone("/join#a-code", code_refused),
    "join: inside another app": alone("/join#a-code", user_agent=IN_CHAT),
    "join: inside another app, iPhone": alone("/join#a-code", user_agent=f"{IPHONE} KAKAOTALK/10.8"),
    "join: already": joining("owner", "owner"),
    "join: another clinic": joining("owner", "stranger"),
    "PIN": behind_a_pin,
    "progress, nothing logged": nothing_logged,
    "home: new version": update_waits,
    "several people": answered(409, "owner"),
    "shared link": alone("/shared#a-code"),
    "mail": mailed(),
    "mail: saved": mailed(answer),
    "mail: used": mailed(used),
    "not found": alone("/app/courses/0190f3c2-7b1a-7c3d-9e2f-0123456789aa/entries/x", who="owner"),
}
