"""Account: sign in with a one-time link, sign out.

A link opens one clinic, the one that made it. Whoever works at two holds a link of each: were the session free to go
over to the other, an admin could enter a stranger's clinic by adding one of its staff and using the link.

Opening the link redeems nothing: the token stands in the fragment, which no server sees; only *Start* (POST) sends it.
Patients get a device session of our own; staff are signed in by Flask-Security, none of whose own views is served.
"""

from datetime import UTC, datetime, timedelta
from typing import TypedDict
from uuid import UUID

from flask import Blueprint, Flask, current_app, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask_security import RoleMixin, Security, UserMixin, current_user, login_user, logout_user
from flask_security.datastore import SQLAlchemyUserDatastore
from werkzeug.wrappers import Response

from tracker.services import access, code
from tracker.services.actor import Actor
from tracker.services.errors import Refused, SignInNeeded
from tracker.services.transaction import writing
from tracker.services.views import SignedIn
from tracker.storage.people import User
from tracker.web import devices
from tracker.web.database import db, session
from tracker.web.doors import admits, for_the_phone
from tracker.web.security import actor, colleague, device_cookie, phone

DEVICE_DAYS = 400  # browsers keep no cookie longer
LONGEST_CODE = 300  # characters
STAFF = ("front_desk", "practitioner", "clinic_admin")

blp = Blueprint("account", __name__)


class Account(User, UserMixin):
    """A member of staff as Flask-Security signs one in: the same row, with its methods."""


accounts = SQLAlchemyUserDatastore(db, Account, RoleMixin)
signing_in = Security()


@blp.get("/sign-in")
@admits("anonymous")
def sign_in() -> str:
    """The page behind every link: its script moves the code from the fragment into the form; *Start* sends it."""
    return render_template("sign_in.html", problem=None)


@blp.post("/sign-in")
@admits("anonymous")
def redeem() -> Response | tuple[str, int]:
    """Use a one-time code, once. Wrong, used and expired are answered alike."""
    try:
        signed = access.redeem(session(), **code.read(typed()), **came())
    except Refused as error:
        if error.code != "link_not_usable":
            raise
        return render_template("sign_in.html", problem=error.message), 422
    leave()
    return (
        enter(signed)
        if signed.kind == "staff"
        else keep(redirect(url_for("home.index"), 303), signed.device_token or "")
    )


@blp.post("/sign-out")
@admits("patient", *STAFF)
@for_the_phone
def sign_out() -> Response:
    """End the session on the server: the old cookie opens nothing, wherever it went."""
    who = actor()
    if who.device_id:
        access.revoke_device(session(), actor=who, device_session_id=who.device_id)
    else:
        end_sessions(who)
    leave()
    return forget_device(redirect(url_for("account.sign_in"), 303))


class Came(TypedDict):
    """Who asks: the phone, where one is signed in already, what it calls itself, and from where."""

    phone: Actor | None
    label: str | None
    source: str | None


def came() -> Came:
    """Who asks to be let in."""
    return Came(phone=phone(), label=devices.label(request.user_agent.string), source=request.remote_addr)


def typed() -> str:
    """The code from the form, or the address that somebody pasted."""
    return (request.form.get("token") or request.form.get("code") or "")[:LONGEST_CODE]


def end_sessions(who: Actor) -> None:
    """Staff sessions live in signed cookies: a new uniquifier ends every copy of them."""
    with writing(session()):
        accounts.set_uniquifier(known(who.id))


def known(user_id: UUID | None) -> UserMixin:
    """The account of somebody whom a service has just recognised."""
    found = accounts.find_user(id=user_id)
    if found is None:
        raise SignInNeeded
    return found


def leave() -> None:
    """Forget whoever was signed in here; what follows starts with a new session."""
    if current_user.is_authenticated:
        logout_user()
    cookie.clear()
    g.pop("actor", None)


def keep(answer: Response, token: str) -> Response:
    """Give the patient's phone its cookie, or renew it."""
    tls = current_app.config["SETTINGS"].tls
    lasting = timedelta(days=DEVICE_DAYS)
    answer.set_cookie(device_cookie(), token, max_age=lasting, path="/", secure=tls, httponly=True, samesite="Lax")
    return answer


def enter(signed: SignedIn) -> Response:
    """Sign a member of staff in, at the clinic that sent the link."""
    session().expunge_all()  # the row must come back as an Account
    login_user(known(signed.user_id), remember=False, authn_via=["email"])
    cookie["clinic"] = str(signed.clinic_id)
    cookie["seen"] = datetime.now(UTC).timestamp()
    return forget_device(redirect(url_for("home.index"), 303))


def forget_device(answer: Response) -> Response:
    """Take the device cookie away."""
    tls = current_app.config["SETTINGS"].tls
    answer.delete_cookie(device_cookie(), path="/", secure=tls, httponly=True, samesite="Lax")
    return answer


def renew(answer: Response) -> Response:
    """The cookie lasts as long again whenever the phone's session does.

    Not with every answer: one on its way while a second person joins would put the old cookie in the new one's place.
    """
    who = g.get("actor")
    if who is not None and who.renewed and request.method == "GET":
        keep(answer, request.cookies[device_cookie()])
    return answer


def init_app(app: Flask) -> None:
    """Flask-Security without its views, commands and tokens; our own sign-in pages."""
    app.config.update(
        SECURITY_CLI_USERS_NAME=False,
        SECURITY_CLI_ROLES_NAME=False,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_FRESHNESS=timedelta(minutes=15),
        SECURITY_FRESHNESS_GRACE_PERIOD=timedelta(minutes=5),
        SECURITY_PASSWORD_SALT=app.config["SECRET_KEY"],
        SECURITY_PASSWORD_LENGTH_MIN=12,
    )
    signing_in.init_app(app, accounts, register_blueprint=False)
    signing_in.principal.identity_loaders.clear()  # whom a door admits is doors.py's, which looks the person up itself
    app.login_manager.user_loader(colleague)  # type: ignore[attr-defined]
    app.login_manager.request_loader(lambda request: None)  # type: ignore[attr-defined]  # no tokens in headers or addresses
    app.register_blueprint(blp)
    app.after_request(renew)
