"""Doors: every view says whom it admits. One without a mark is closed, and the build fails."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

from tracker.services.errors import NotAllowed, SignInNeeded
from tracker.web.security import actor_or_none

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
    who = actor_or_none()
    if who is None:
        raise SignInNeeded("sign_in_needed", "Please sign in.", retry="sign-in")
    if who.role not in admitted:
        raise NotAllowed("not_allowed", "Your role does not open this door.", retry="never")


def init_app(app: Flask) -> None:
    """Close every door that has not been opened by a mark."""
    app.before_request(guard)
