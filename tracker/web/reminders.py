"""Reminders: the page on which a person chooses how and when, their calendar file, and the way out that mails carry."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from babel.dates import format_date, format_time
from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from tracker import tongue
from tracker.jobs import queue
from tracker.jobs.reminders import carrier
from tracker.services import clock
from tracker.services.errors import Refused
from tracker.services.remind import post, wish
from tracker.services.remind import seen as chosen
from tracker.services.remind.plan import Planned
from tracker.services.remind.seen import CheckInDay
from tracker.tongue import _
from tracker.web import forms, scripts
from tracker.web.database import session
from tracker.web.doors import admits, by_its_own_key
from tracker.web.security import actor

PAUSES = (3, 7, 14, 30)  # days
SHOWN = 8  # reminders to come: about two weeks of them
HOURS = ("hour", "quiet_from", "quiet_until")
LASTS = timedelta(minutes=10)  # a check-in in a calendar
KEPT = {  # refusals that stand beside their form
    *("not_an_address", "too_many_codes", "code_not_usable", "out_of_range", "not_a_number", "not_whole", "missing"),
    *("too_long", "bad_character"),
}

blp = Blueprint("reminders", __name__)


@blp.get("/app/reminders")
@admits("patient")
def reminders() -> str:
    """How and when I am reminded."""
    return page()


@blp.post("/app/reminders/times")
@admits("patient")
def times() -> Any:
    """The hour of check-ins, and the quiet hours."""

    def act() -> None:
        told: dict[str, Any] = {name: forms.needed(name, forms.integer(name), _("Choose an hour.")) for name in HOURS}
        wish.times(session(), actor=actor(), **told)

    return done("times", act, _("Saved."))


@blp.post("/app/reminders/pause")
@admits("patient")
def pause() -> Any:
    """Nothing for some days, or an end to that."""

    def act() -> None:
        wish.pause(session(), actor=actor(), days=forms.needed("days", forms.integer("days"), _("Choose how long.")))

    return done("pause", act, _("Saved."))


@blp.post("/app/reminders/mail")
@admits("patient")
def mail() -> Any:
    """An address; a code is mailed there."""

    def act() -> None:
        wish.write_to(session(), actor=actor(), address=forms.text("address", 255) or "")
        queue.soon("send")

    return done("mail", act, _("A code is on its way to you. It can take a few minutes."))


@blp.post("/app/reminders/code")
@admits("patient")
def code() -> Any:
    """The code that came by mail."""
    act = lambda: wish.confirm(session(), actor=actor(), code=forms.text("code", 40) or "")  # noqa: E731
    return done("code", act, _("From now on we remind you by mail."))


@blp.post("/app/reminders/no-mail")
@admits("patient")
def no_mail() -> Any:
    """No more mails."""
    return done("mail", lambda: wish.stop_mail(session(), actor=actor()), _("We write to you no more."))


@blp.post("/app/reminders/not-now")
@admits("patient")
def not_now() -> Any:
    """The phone does not offer it again."""
    return done("", lambda: wish.decline(session(), actor=actor()), _("You find this page under Help."))


@blp.get("/app/reminders.ics")
@admits("patient")
def calendar() -> Response:
    """The check-ins to come, for the phone's own calendar, once."""
    made = ics(chosen.days(session(), actor=actor()))
    answer = Response(made, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="check-ins.ics"'
    return answer


@blp.get("/answer")
@admits("anonymous")
def answer() -> str:
    """The page behind a mail's link: the same bytes for everybody; its script sends what stands after the #."""
    with tongue.speaking(tongue.SOURCE):
        return render_template("answer.html", modules=scripts.modules(starts=("js/answer.js",)))


@blp.get("/stop-mail/<token>")
@admits("anonymous")
def ask_to_stop(token: str) -> str:
    """What a person sees who opens the link: one button. Opening it stops nothing: mail scanners open every link."""
    return render_template("stop_mail.html", token=token, stopped=False)


@blp.post("/stop-mail/<token>")
@admits("anonymous")
@by_its_own_key
def stop(token: str) -> str:
    """That button, and the one click of a mail program (RFC 8058), which sends no form token and no cookie."""
    wish.stop(session(), token=token[:100], source=request.remote_addr)
    return render_template("stop_mail.html", token=token, stopped=True)


def done(form: str, act: Any, said: str) -> str | tuple[str, int] | Answer:
    """Do it and say so on the page; what was wrong stands beside its form."""
    try:
        act()
    except Refused as error:
        if error.code not in KEPT:
            raise
        return page(wrong=form, problem=error.message), 422
    flash(said)
    return redirect(url_for("reminders.reminders"), 303)


def page(wrong: str = "", problem: str = "") -> str:
    """The page; `wrong` names the form that was refused."""
    by = carrier()
    found = chosen.seen(session(), actor=actor(), offered=by.offered)
    shown = {
        "choice": found,
        "push_key": post.public_key(by.push_key) if by.push_key else "",
        "by_mail": "mail" in by.offered,
        "hours": [(n, hour(n)) for n in range(24)],
        "pauses": PAUSES,
        "planned": [told(one) for one in found.planned[:SHOWN]],
        "more": len(found.planned) > SHOWN,
        "offered": chosen.offered(session(), actor=actor()),
    }
    return render_template("patient/reminders.html", wrong=wrong, problem=problem, **shown)


def told(one: Planned) -> tuple[str, str]:
    """When, and what: "Sunday, 29 November 2026, 9:00"; "A check-in, on this phone and by mail"."""
    return f"{day(one.at)}, {oclock(one.at)}", WHAT[one.about, one.channels]()


WHAT = {
    ("check_in", ("push",)): lambda: _("A check-in, on your phone."),
    ("check_in", ("mail",)): lambda: _("A check-in, by mail."),
    ("check_in", ("push", "mail")): lambda: _("A check-in, on your phone and by mail."),
    ("after", ("push",)): lambda: _("The number after your visit, on your phone."),
    ("after", ("mail",)): lambda: _("The number after your visit, by mail."),
}


def day(at: Any) -> str:
    """Sunday, 29 November 2026, as the reader's language writes it."""
    return format_date(at, format="full", locale=tongue.locale())


blp.add_app_template_filter(day, "whole_day")


def hour(n: int) -> str:
    """9:00, 9:00 AM or 오전 9:00, as the reader's language writes it."""
    return oclock(time(n))


def oclock(at: time | datetime) -> str:
    """A time of day; the half of the day in words, since its short form is English in Korean."""
    here = tongue.locale()
    return format_time(at, format=here.time_formats["short"].pattern.replace("a", "aaaa"), locale=here)


def ics(days: tuple[CheckInDay, ...]) -> bytes:
    """An iCalendar file (RFC 5545). Moments are in UTC, so no zone need be told and no clock change moves them.

    A day keeps its name (UID): the file taken once more changes what is there instead of doubling it.
    """
    from icalendar import Alarm, Calendar, Event

    made = Calendar()
    made.add("prodid", "-//Outcome Tracker//check-ins//")
    made.add("version", "2.0")
    for one in days:
        event = Event()
        event.add("uid", str(uid(one)))
        event.add("dtstamp", clock.now())
        event.add("dtstart", one.at)
        event.add("dtend", one.at + LASTS)
        event.add("summary", _("Check-in"))
        event.add("url", f"{current_app.config['SETTINGS'].public_url}{url_for('patient.app')}")
        event.add("transp", "TRANSPARENT")
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _("You have a check-in."))
        alarm.add("trigger", timedelta(0))
        event.add_component(alarm)
        made.add_component(event)
    return made.to_ical()


def uid(one: CheckInDay) -> UUID:
    """Always the same for a person's day; it tells nobody who that is."""
    return uuid5(one.patient_id, f"check-in {one.day.isoformat()}")
