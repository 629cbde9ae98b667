"""Mine: the person's own data: take them along, let somebody read along, see who looked, stop, erase."""

from collections.abc import Callable
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from tracker import tongue
from tracker.jobs import queue
from tracker.services import clock, leave, looked, own, proof, review, share
from tracker.services.errors import Refused
from tracker.tongue import _
from tracker.web import account, forms, links, looks
from tracker.web import own as files
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor, phone

NAMES = {"json": "my-data.json", "csv": "my-data.csv", "pdf": "my-data.pdf"}  # no name, no date: it may lie about
BESIDE_THE_FORM = {  # refusals that a person can mend there
    *("code_not_usable", "proof_needed", "not_one_of", "missing", "not_whole", "too_many", "no_mail", "too_many_codes"),
}
KINDS = {"json": "application/json", "csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}

blp = Blueprint("mine", __name__, url_prefix="/app/mine")


@blp.get("")
@admits("patient")
def mine() -> str:
    """My data: everything a person can do with their own record."""
    return page()


@blp.get("/data.<any(json,csv,pdf):format>")
@admits("patient")
def data(format: str) -> Response:
    """The record as a file."""
    found = own.record(session(), actor=actor(), format=format)
    made: Any = {
        "json": lambda: files.as_json(found, looked.looks(session(), actor=actor())),
        "csv": lambda: files.as_csv(found),
        "pdf": lambda: files.as_pdf(found, actor()),
    }[format]()
    answer = Response(made, content_type=KINDS[format])
    answer.headers["Content-Disposition"] = f'attachment; filename="{NAMES[format]}"'
    return answer


@blp.post("/share")
@admits("patient")
def make_link() -> str | tuple[str, int]:
    """A link to read along, shown once on this page."""

    def made() -> str:
        days = forms.needed("days", forms.integer("days"), _("Choose how long."))
        link = share.share(session(), actor=actor(), days=days)[1]
        return page(link=links.shared(link))

    return proved(made, "share")


@blp.post("/share/<uuid:link_id>/end")
@admits("patient")
def end_link(link_id: UUID) -> Answer:
    """Take a link back at once."""
    share.take_back(session(), actor=actor(), id=link_id)
    flash(_("Taken back. The link shows nothing any more."))
    return redirect(url_for("mine.mine"), 303)


@blp.get("/<any(share,stop,erase):act>")
@admits("patient")
def again(act: str) -> Answer:
    """Where a form was sent to and the page is opened anew."""
    return redirect(url_for("mine.mine"), 303)


@blp.post("/stop")
@admits("patient")
def stop() -> str | tuple[str, int] | Answer:
    """Stop taking part; what was entered stays with the clinic."""
    if "sure" not in request.form:
        return page(wrong="stop", problem=_("Tick the box first.")), 422
    leave.withdraw(session(), actor=actor())
    return gone("stopped")


@blp.post("/erase")
@admits("patient")
def erase() -> str | tuple[str, int] | Answer:
    """Erase everything; cannot be undone."""
    if not {"sure", "mail"} & set(request.form):
        return page(wrong="erase", problem=_("Tick the box first.")), 422

    spoken = tongue.language()  # afterwards nobody is there to ask

    def erased() -> Any:
        leave.erase(session(), actor=actor())
        with tongue.speaking(spoken):
            return gone("erased")

    return proved(erased, "erase")


def proved(act: Callable[[], Any], form: str) -> Any:
    """Take the code of the form, if there is one, and do it; a refusal stands beside the form."""
    try:
        if "mail" in request.form:
            proof.mail(session(), actor=actor())
            queue.soon("send")
            return page(wrong=form, mailed=True)
        if typed := forms.text("code", 40):
            proof.prove(session(), actor=actor(), typed=typed)
        return act()
    except Refused as error:
        if error.code not in BESIDE_THE_FORM:
            raise
        return page(wrong=form, problem=error.message), 422


def page(link: str = "", wrong: str = "", problem: str = "", mailed: bool = False) -> str:
    """The page; `link` is shown once, `wrong` names the form that was refused."""
    now = clock.now()
    me = review.me(session(), actor=actor())
    shown = {
        "links": [told(one, me.patient.timezone) for one in share.links(session(), actor=actor()) if one.live(now)],
        "looks": looks.told(looked.looks(session(), actor=actor()), me.patient.timezone),
        "until": proof.until(session(), actor=actor()),
        "mailable": proof.mailable(session(), actor=actor()),
        "mailed": mailed,
        "days": share.DAYS,
        "usual": share.USUAL,
        "zone": me.patient.timezone,
    }
    return render_template("patient/mine.html", link=link, wrong=wrong, problem=problem, **shown)


def told(one: Any, zone: str) -> dict[str, Any]:
    """An open link in words."""
    at = ZoneInfo(zone)
    return {
        "id": one.id,
        "made": looks.moment(one.created_at, at),
        "ends": looks.moment(one.expires_at, at),
        "opened": one.opened,
        "last": looks.moment(one.last_opened_at, at) if one.last_opened_at else "",
    }


def gone(how: str) -> Answer:
    """The last page; a phone with nobody left on it forgets who it was."""
    answer = Response(render_template("patient/gone.html", how=how))
    return answer if phone() else account.forget_device(answer)
