"""Doors: every view says whom it admits. One without a mark is closed, and the build fails."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

from tracker.services.errors import Locked, NotAllowed
from tracker.tongue import _
from tracker.web import scopes
from tracker.web.security import actor, means_the_phone

View = TypeVar("View", bound=Callable[..., Any])

AUDIENCES = ("anonymous", "patient", "front_desk", "practitioner", "clinic_admin")


def admits(*audiences: str) -> Callable[[View], View]:
    """Mark whom a view admits: roles, or `anonymous` for everybody. No audience at all admits nobody."""
    strangers = set(audiences) - set(AUDIENCES)
    if strangers:
        raise ValueError(f"no such audience: {sorted(strangers)}")

    def mark(view: View) -> View:
        view.admits = frozenset(audiences)  # type: ignore[attr-defined]
        return view

    return mark


def for_the_phone(view: View) -> View:
    """Mark a view that is about the phone, not about one of its people: none need be named, no PIN typed."""
    view.for_the_phone = True  # type: ignore[attr-defined]
    return view


def by_its_own_key(view: View) -> View:
    """Mark a form whose address carries a key of its own: a mail program that sends it has no form token."""
    view.by_its_own_key = True  # type: ignore[attr-defined]
    return view


def needs_no_pin() -> bool:
    """What only sends is open behind a PIN, as a letter box is: the outbox works for whoever is not on screen."""
    return request.method == "PUT" or request.path.startswith("/api/v1/readings/") or means_the_phone()


def audiences_of(endpoint: str) -> frozenset[str] | None:
    """Whom the view behind an endpoint admits; None where nobody has said."""
    return getattr(current_app.view_functions.get(endpoint), "admits", None)


def guard() -> None:
    """Before each request: refuse whoever the view does not name."""
    if request.endpoint is None:
        return  # no such route or method: the router's own 404 or 405 follows
    admitted = audiences_of(request.endpoint) or frozenset()
    if "anonymous" in admitted:
        return
    who = actor()
    if who.kind == "token" and scopes.needed(request.endpoint, request.method) not in who.scopes | {scopes.EVERY}:
        raise NotAllowed("scope", "This token is not good for that.", retry="never")
    if who.role not in admitted:
        raise NotAllowed("not_allowed", _("Your role does not open this door."), retry="never")
    if who.locked and not needs_no_pin():
        raise Locked


def init_app(app: Flask) -> None:
    """Close every door that has not been opened by a mark."""
    app.before_request(guard)
