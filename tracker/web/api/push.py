"""Push over HTTP: a phone's browser takes pushes for the person who asks, or no longer does."""

from typing import Any

from flask import current_app
from marshmallow import fields

from tracker.services.remind import phones
from tracker.web.api.blueprint import Blueprint, Body, Shape
from tracker.web.api.fields import Word
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor

blp = Blueprint("push", __name__, url_prefix="/push", description="Reminders on a phone")


class EndpointBody(Body):
    """A browser, by the address its push service gave it."""

    endpoint = Word(required=True, longest=phones.LONGEST)


class SubscriptionBody(EndpointBody):
    """What a browser's PushSubscription says, keys in base64url."""

    p256dh = Word(required=True, longest=128)
    auth = Word(required=True, longest=64)


class RenewBody(SubscriptionBody):
    """The new subscription, and what the server knew of the old one."""

    old_endpoint = Word(required=True, longest=phones.LONGEST)
    old_auth = Word(required=True, longest=64)


class OnShape(Shape):
    """Whether pushes go there from now on."""

    on = fields.Boolean()


@blp.route("/on", methods=["POST"])
@admits("patient")
@blp.arguments(SubscriptionBody)
@blp.response(200, OnShape)
def turn_on(body: dict[str, Any]) -> dict[str, bool]:
    """This phone reminds the person from now on; the same again changes nothing."""
    phones.subscribe(session(), actor=actor(), hosts=current_app.config["SETTINGS"].push_hosts, **body)
    return {"on": True}


@blp.route("/off", methods=["POST"])
@admits("patient")
@blp.arguments(EndpointBody)
@blp.response(200, OnShape)
def turn_off(body: dict[str, Any]) -> dict[str, bool]:
    """This phone no longer reminds the person."""
    phones.unsubscribe(session(), actor=actor(), **body)
    return {"on": False}


@blp.route("/renew", methods=["POST"])
@admits("anonymous")
@blp.arguments(RenewBody)
@blp.response(200, OnShape)
def renew(body: dict[str, Any]) -> dict[str, bool]:
    """The browser changed its address by itself; the secret of the old one is the key. Unknown ones are not on."""
    return {"on": phones.renew(session(), hosts=current_app.config["SETTINGS"].push_hosts, **body)}
