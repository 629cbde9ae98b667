"""Security: who is asking, from where, and whether a form is one of ours.

Patients hold a device session of our own (a cookie, 400 days); it lists the people of the phone, and each request
names one of them (header X-Person). Staff are signed in by Flask-Security. A program shows a token; a request that
names one is judged by it alone. Person and role are looked up at each request, so what was taken away is gone at the
next one.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask, current_app, g, request
from flask import session as cookie
from flask_security import UserMixin, current_user
from flask_wtf.csrf import CSRFError, CSRFProtect

from tracker.services import access, token
from tracker.services.actor import Actor
from tracker.services.device import Person
from tracker.services.errors import Conflict, NotAllowed, NotFound, SignInNeeded
from tracker.storage.people import Clinic
from tracker.tongue import _
from tracker.web import scopes
from tracker.web.database import session
from tracker.web.json import Malformed

RENEWED = 15  # seconds between two notes of a staff session's use
SAFE = {"GET", "HEAD", "OPTIONS"}

LATELY = 15 * 60  # seconds since the last sign-in within which data may be taken out
csrf = CSRFProtect()


def device_cookie() -> str:
    """The name of the patient's cookie: `__Host-` where TLS allows."""
    return "__Host-device" if current_app.config["SETTINGS"].tls else "device"


def actor() -> Actor:
    """Who is asking; raises SignInNeeded when nobody is signed in, and what stands against the person named."""
    who = actor_or_none()
    if who is None:
        raise g.get("refusal") or SignInNeeded("sign_in_needed", _("Please sign in."), retry="sign-in")
    return who


def actor_or_none() -> Actor | None:
    """Who is asking, or None; looked up once a request."""
    if "actor" not in g:
        try:
            who = _program() if scopes.shown() is not None else _patient() or _staff()
        except (Conflict, NotFound) as refusal:  # several people and none named, or a stranger named
            who, g.refusal = None, refusal
        g.actor = replace(who, source=request.remote_addr) if who else None
        session().rollback()  # the look-up's transaction ends here: the service begins its own
    return g.actor


def phone() -> Actor | None:
    """The phone that asks, whoever of its people is meant; None where none is signed in."""
    found = _device("any")
    session().rollback()
    return found


def _program() -> Actor | None:
    """Whose token the request shows."""
    return token.bearer(session(), token=scopes.shown() or "")


def _patient() -> Actor | None:
    return _device(_named() or ("any" if means_the_phone() else "only"))


def means_the_phone() -> bool:
    """Whether the view that was asked for is about the phone, not about one of its people (doors.for_the_phone)."""
    return marked("for_the_phone")


def marked(name: str) -> bool:
    """Whether the view that was asked for bears this mark of doors.py."""
    return getattr(current_app.view_functions.get(request.endpoint or ""), name, False)


def _device(person: Person) -> Actor | None:
    held = request.cookies.get(device_cookie())
    return access.device(session(), token=held, person=person) if held else None


def _named() -> UUID | None:
    """The person of header X-Person; what is no id is nobody here."""
    told = request.headers.get("X-Person")
    try:
        return UUID(told) if told else None
    except ValueError:
        return UUID(int=0)


def _staff() -> Actor | None:
    who = getattr(current_user, "actor", None)
    return who if who and _lively() else None


class Colleague(UserMixin):
    """A member of staff for the length of one request: the session's key, and what it opens."""

    active = True  # nobody else is found

    def __init__(self, key: str, actor: Actor) -> None:
        self.fs_uniquifier, self.actor = key, actor


def colleague(key: str) -> Colleague | None:
    """Whoever the session names, looked up with their role; Flask-Login asks once a request."""
    chosen = cookie.get("clinic")
    who = access.signed_in(session(), key=key, clinic_id=UUID(chosen)) if chosen else None
    return Colleague(key, who) if who else None


def _lively() -> bool:
    """Whether a staff session was used within its idle time; each use renews it, kept to the quarter of a minute.

    So a session ends up to that much early, never late, and the requests of one page do not each sign a new cookie.
    """
    idle = current_app.config["SETTINGS"].idle_minutes * 60
    ago = datetime.now(UTC).timestamp() - cookie.get("seen", 0)
    if RENEWED < ago <= idle:
        cookie["seen"] = datetime.now(UTC).timestamp()
    return ago <= idle


def lately() -> None:
    """Refuse unless the person signed in a short while ago: what takes patients' data out of the house asks for it.

    A program signs in at each request.
    """
    if actor().kind == "token":
        return
    if datetime.now(UTC).timestamp() - cookie.get("fs_paa", 0) > LATELY:
        raise SignInNeeded("sign_in_again", "Sign in again first: this asks for a sign-in of the last 15 minutes.")


def clinic() -> dict[str, Any] | None:
    """The clinic of whoever is asking, for templates; None when nobody is signed in."""
    who = actor_or_none()
    row = session().get(Clinic, who.clinic_id) if who and who.clinic_id else None
    fields = ("name", "synthetic", "emergency_number", "timezone", "counts_visits")
    return {name: getattr(row, name) for name in fields} if row else None


def same_origin() -> bool:
    """Whether a request comes from our own pages. What sends neither header is no browser."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        return site in {"same-origin", "none"}
    return origin is None or _origin(origin) in {
        _origin(request.host_url),
        _origin(current_app.config["SETTINGS"].public_url),
    }


def _origin(address: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return parts.scheme, parts.netloc.lower()


def check_source() -> None:
    """Before each unsafe request: same origin, and for forms a token of ours."""
    if request.method in SAFE or request.endpoint is None:
        return
    if not same_origin():
        raise NotAllowed("cross_origin", _("This request does not come from our own pages."), retry="never")
    if not (request.path.startswith("/api/") or by_the_shell() or marked("by_its_own_key")):
        check_token()


def by_the_shell() -> bool:
    """Whether the phone's app asks: no page elsewhere can send its header, as a browser asks us first and we say no.

    It stands in the token's place: forms of the app may be days old and outlive the session that made their token.
    """
    return "X-Part" in request.headers


def check_token() -> None:
    """A form carries the token of its own session."""
    try:
        csrf.protect()
    except CSRFError:
        raise Malformed("form_token", _("This page was open too long. Open it again and send it once more.")) from None


def init_app(app: Flask) -> None:
    """Check every unsafe request's source and tell templates who is asking."""
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,  # check_source knows which requests are forms
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a page left open overnight still saves
        WTF_CSRF_SSL_STRICT=False,  # it wants a Referer, and our pages send none
    )
    csrf.init_app(app)
    app.before_request(check_source)
    app.add_template_global(actor_or_none)
    app.add_template_global(clinic)
